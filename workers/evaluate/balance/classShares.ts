import type { Table } from '../../table/types.ts';

/** Shares of the classes of one column, relative to their sum; a null label is a missing cell. */
export interface ClassShares {
  readonly column: string;
  readonly classes: readonly { readonly label: string | null; readonly share: number }[];
}

/** Rows that were made in a mix that was asked for. */
export interface AskedMix {
  readonly synthetic: Table;
  readonly shares: ClassShares;
}

/** Most rows of a class over fewest; Infinity where one has none. */
export const imbalanceRatio = (counts: ArrayLike<number>): number => {
  const all = Array.from(counts);
  return Math.max(...all) / Math.min(...all);
};

/** Shannon entropy of the classes over that of equal shares: 1 where all are equal, 0 where one has all rows. */
export function normalisedEntropy(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const rows = all.reduce((sum, count) => sum + count, 0);
  const entropy = all.reduce(
    (sum, count) => sum - (count > 0 ? (count / rows) * Math.log(count / rows) : 0),
    0,
  );
  return all.length > 1 ? entropy / Math.log(all.length) : NaN;
}
