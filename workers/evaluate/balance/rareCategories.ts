import type { Rng } from '../../random/rng.ts';
import type { Sample } from '../samples.ts';

/** Categories that fewer rows have are rare. */
const rareShare = 0.05;
/** Real rows a category needs, else the next sample of real rows would have it by luck only. */
const leastRows = 5;

const present = (codes: Int32Array, size: number, rng: Rng | null): Uint8Array => {
  const seen = new Uint8Array(size + 1);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[rng ? rng.int(codes.length) : row];
    if (code >= 0) seen[code] = 1;
  }
  return seen;
};

/**
 * Share of the rare categories of all columns that another table has. NaN without any.
 * @param rng draws the rows anew where given.
 */
export function rareCoverage(real: Sample, other: Sample, rng: Rng | null): number {
  let [rare, kept] = [0, 0];
  real.columns.forEach((column, c) => {
    const made = other.columns[c];
    if (column.type !== 'category' || made.type !== 'category') return;
    const counts = new Float64Array(column.categories.length);
    for (const code of column.codes) if (code >= 0) counts[code]++;
    const seen = present(made.codes, column.categories.length, rng);
    counts.forEach((count, code) => {
      if (count < leastRows || count >= rareShare * real.rows) return;
      rare++;
      kept += seen[code];
    });
  });
  return rare === 0 ? NaN : kept / rare;
}
