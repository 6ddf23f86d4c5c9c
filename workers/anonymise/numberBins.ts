import type { ColumnSchema } from '../schema/types.ts';
import {
  binOf,
  ceilSteps,
  declaredSteps,
  floorSteps,
  gridOf,
  stepsOf,
  valueOf,
  type ColumnGrid,
} from './columnGrid.ts';
import type { Generalisation } from './types.ts';

export type BinAction = Extract<Generalisation, { type: 'bins' | 'equal-bins' }>;

/** Width of the bins, in units of the column. */
export const widthOf = (action: BinAction): number =>
  action.type === 'bins' ? action.width : (action.max - action.min) / action.bins;

/**
 * The number that stands for each number: the value of the column's grid nearest below the bin's middle, or its first.
 * Applied twice it changes nothing more; it never decreases, so the least and the greatest number keep their order.
 */
export function binMap(action: BinAction, grid: ColumnGrid): (value: number) => number {
  const width = declaredSteps(grid, widthOf(action));
  const origin = declaredSteps(grid, action.type === 'bins' ? action.origin : action.min);
  const lastBin = action.type === 'bins' ? Infinity : action.bins - 1;
  const firstBin = action.type === 'bins' ? -Infinity : 0;
  return (value) => {
    const found = binOf(stepsOf(grid, value), origin, width);
    const bin = Math.min(lastBin, Math.max(firstBin, found));
    const low = origin + bin * width;
    const first = ceilSteps(low);
    const steps = action.write === 'lower' ? first : Math.max(first, floorSteps(low + width / 2));
    return valueOf(grid, steps);
  };
}

/** The entry with the bounds its binned numbers have. */
export function binnedEntry(entry: ColumnSchema, map: (value: number) => number): ColumnSchema {
  const { number } = entry;
  return number ? { ...entry, number: { ...number, min: map(number.min), max: map(number.max) } } : entry;
}

/** Numbers of a column mapped one by one; missing stays missing. */
export const mapNumbers = (values: Float64Array, map: (value: number) => number): Float64Array =>
  values.map((value) => (Number.isNaN(value) ? NaN : map(value)));

/** Whether bins are as wide as the step between values: narrower ones could hold no value. */
export function wideEnough(action: BinAction, entry: ColumnSchema): boolean {
  const grid = gridOf(entry);
  return grid !== null && widthOf(action) * grid.scale >= grid.step * (1 - 1e-9);
}
