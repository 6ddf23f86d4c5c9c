import type { Interval } from './figureTypes.ts';

/** Groups of rows that are left out in turn. */
export const jackknifeGroups = 8;

/** 97.5 % quantile of Student's t with 7 degrees of freedom: one less than the groups. */
const studentQuantile = 2.364624;

/** Rows of a table that stay when group `group` is left out: every eighth row goes. */
export function rowsWithout(group: number, rows: number): Int32Array {
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) if (row % jackknifeGroups !== group) kept.push(row);
  return Int32Array.from(kept);
}

/**
 * 95 % interval of a statistic from its values with each group of rows left out (delete-a-group jackknife: Kott 2001,
 * Journal of Official Statistics 17). Rows of several tables may be left out together. null where it is undefined.
 */
export function jackknifeInterval(value: number, replicates: readonly number[]): Interval | null {
  if (replicates.length < 2 || ![value, ...replicates].every(Number.isFinite)) return null;
  const groups = replicates.length;
  const mean = replicates.reduce((sum, replicate) => sum + replicate, 0) / groups;
  const squares = replicates.reduce((sum, replicate) => sum + (replicate - mean) ** 2, 0);
  const half = studentQuantile * Math.sqrt(((groups - 1) / groups) * squares);
  return [value - half, value + half];
}
