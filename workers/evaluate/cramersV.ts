import { jointCounts, type Coded } from './coded.ts';
import type { Metric } from './metric.ts';

/** Sums of the rows and of the columns of a row-major table, and chi-square / n against independence. */
const phiSquared = (counts: ArrayLike<number>, columns: number) => {
  const down = new Float64Array(counts.length / columns);
  const across = new Float64Array(columns);
  let n = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    down[Math.floor(cell / columns)] += counts[cell];
    across[cell % columns] += counts[cell];
    n += counts[cell];
  }
  let sum = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const expected = down[Math.floor(cell / columns)] * across[cell % columns];
    if (expected > 0) sum += counts[cell] ** 2 / expected;
  }
  const used = (totals: Float64Array): number => totals.filter((total) => total > 0).length;
  return { phi2: sum - 1, n, rows: used(down), columns: used(across) };
};

/**
 * Cramér's V of a table of counts (row-major) with Bergsma's bias correction (2013), without Yates' correction.
 * Empty rows and columns do not count. NaN when one variable is constant.
 */
export function cramersVOfCounts(counts: ArrayLike<number>, width: number): number {
  const { phi2, n, rows, columns } = phiSquared(counts, width);
  if (rows < 2 || columns < 2) return NaN;
  const corrected = Math.max(0, phi2 - ((rows - 1) * (columns - 1)) / (n - 1));
  const r = rows - (rows - 1) ** 2 / (n - 1);
  const c = columns - (columns - 1) ** 2 / (n - 1);
  const most = Math.min(r, c) - 1;
  return most > 0 ? Math.min(1, Math.sqrt(corrected / most)) : NaN;
}

/** Bias-corrected Cramér's V of two columns of categories; missing is a category of its own. */
export const cramersV: Metric<Coded> = {
  name: 'cramers-v',
  goal: 'match',
  range: [0, 1],
  compute: (a, b) => cramersVOfCounts(jointCounts(a, b), b.size),
};
