import type { ScoredColumn } from '../binning.ts';
import { rowIds, countIds } from '../rowIds.ts';
import type { Sample } from '../samples.ts';
import { totalVariation } from '../tvDistance.ts';

/** 1 for a missing cell, 0 for another. */
export function missingOf(column: ScoredColumn): Uint8Array {
  return column.type === 'category'
    ? Uint8Array.from(column.codes, (code) => (code < 0 ? 1 : 0))
    : Uint8Array.from(column.values, (value) => (Number.isNaN(value) ? 1 : 0));
}

export const shareOf = (flags: Uint8Array): number =>
  flags.reduce((sum, flag) => sum + flag, 0) / flags.length;

/** Pattern of missing cells of each row, as ids over both tables. */
export interface MissingPatterns {
  readonly real: Int32Array;
  readonly other: Int32Array;
  readonly count: number;
}

export function missingPatterns(real: Sample, other: Sample): MissingPatterns {
  const { ids, count } = rowIds([real.columns.map(missingOf), other.columns.map(missingOf)]);
  return { real: ids[0], other: ids[1], count };
}

/** Total variation distance between the patterns of missing cells: which columns are missing together. */
export const patternDistance = ({ real, other, count }: MissingPatterns): number =>
  totalVariation(countIds(real, count), countIds(other, count));
