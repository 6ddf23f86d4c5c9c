import { permutation, type Rng } from '../../random/rng.ts';
import { jointCounts, type Coded } from '../coded.ts';
import { totalVariation } from '../tvDistance.ts';

/** Indices of the columns of a marginal. */
export type Clique = readonly number[];

/** Rows in each combination of codes, the last column's fastest. */
export function marginal(columns: readonly Coded[], clique: Clique): Int32Array {
  if (clique.length === 2) return jointCounts(columns[clique[0]], columns[clique[1]]);
  const cells = new Int32Array(columns[clique[0]].codes.length);
  let count = 1;
  for (const c of clique) {
    const { codes, size } = columns[c];
    for (let row = 0; row < cells.length; row++) cells[row] = cells[row] * size + codes[row];
    count *= size;
  }
  const counts = new Int32Array(count);
  for (const cell of cells) counts[cell]++;
  return counts;
}

/** Total variation distance between the joint distributions of a clique in two tables of equal bins. */
export const marginalDistance = (real: readonly Coded[], other: readonly Coded[], clique: Clique): number =>
  totalVariation(marginal(real, clique), marginal(other, clique));

/** All pairs of `columns` columns, or `most` of them at random. */
export function pairCliques(columns: number, most: number, rng: Rng): Clique[] {
  const pairs: Clique[] = [];
  for (let i = 0; i < columns; i++) for (let j = i + 1; j < columns; j++) pairs.push([i, j]);
  if (pairs.length <= most) return pairs;
  return Array.from(permutation(pairs.length, rng).slice(0, most).sort(), (at) => pairs[at]);
}

/** Cells of a marginal at most. */
const mostCells = 200_000;

/** Different triples of columns at random, `most` at most, none with more than 200,000 cells. */
export function tripleCliques(columns: readonly Coded[], most: number, rng: Rng): Clique[] {
  const found = new Map<string, Clique>();
  if (columns.length < 3) return [];
  for (let tries = 0; tries < 20 * most && found.size < most; tries++) {
    const triple = [...permutation(columns.length, rng).slice(0, 3)].sort((a, b) => a - b);
    const cells = triple.reduce((product, c) => product * columns[c].size, 1);
    if (cells <= mostCells) found.set(triple.join(), triple);
  }
  return [...found.values()];
}

/**
 * Expected sum of |p1 - p2| over cells when both are shares in samples of p, by the half-normal law (Platzer and
 * Reutterer 2021, section 3).
 */
export function expectedL1(p: ArrayLike<number>, rows: number, otherRows: number): number {
  const spread = (share: number): number =>
    Math.sqrt((2 / Math.PI) * share * (1 - share) * (1 / rows + 1 / otherRows));
  return Array.from(p).reduce((sum, share) => sum + spread(share), 0);
}

/** k-marginal score 0..1000 of a mean sum of |p - q| (NIST SDNist). */
export const kMarginalScore = (meanL1: number): number => (2 - meanL1) * 500;
