import { cellsOf, type ScoredColumn } from '../binning.ts';
import { rowIds, countIds } from '../rowIds.ts';
import type { Sample } from '../samples.ts';
import { totalVariation } from '../tvDistance.ts';

/** 1 for a missing cell, 0 for another. */
export function missingOf(column: ScoredColumn): Uint8Array {
  const cells = cellsOf(column);
  const flags = new Uint8Array(cells.length);
  const category = column.type === 'category';
  for (let row = 0; row < flags.length; row++) {
    if (category ? cells[row] < 0 : Number.isNaN(cells[row])) flags[row] = 1;
  }
  return flags;
}

export function shareOf(flags: Uint8Array): number {
  let sum = 0;
  for (const flag of flags) sum += flag;
  return sum / flags.length;
}

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
