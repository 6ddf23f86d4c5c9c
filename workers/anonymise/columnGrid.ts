import type { ColumnSchema } from '../schema/types.ts';

/** Beyond this many steps from zero a double cannot tell neighbours apart reliably. */
const mostSteps = 2 ** 50;
/** Share of a step, or of a bin number, by which arithmetic in doubles may be off. */
const slack = 1e-9;

/** The values a column of numbers or dates can have, counted in steps from zero. */
export interface ColumnGrid {
  /** Value of `steps` steps: `steps * step / scale`, so that .15 is the double nearest to .15. */
  readonly step: number;
  readonly scale: number;
  /** First and last step within the bounds; last < first where the bounds hold no step. */
  readonly first: number;
  readonly last: number;
}

/** The grid of a column with bounds: whole numbers, its decimals, or its step in time. Null for other kinds. */
export function gridOf({ kind, number, datetime }: ColumnSchema): ColumnGrid | null {
  const bounds = number ?? datetime;
  if (!bounds) return null;
  const { min, max } = bounds;
  const step = datetime ? datetime.step : 1;
  let scale = number && kind !== 'integer' ? 10 ** number.decimals : 1;
  while (scale > 1 && Math.max(Math.abs(min), Math.abs(max)) * scale > mostSteps) scale /= 10;
  const grid = { step, scale, first: 0, last: 0 };
  return { ...grid, first: ceilSteps((min * scale) / step), last: floorSteps((max * scale) / step) };
}

/** Whole steps nearest to a value. */
export const stepsOf = ({ step, scale }: ColumnGrid, value: number): number =>
  Math.round((value * scale) / step);

/** The value of so many steps. */
export const valueOf = ({ step, scale }: ColumnGrid, steps: number): number => (steps * step) / scale + 0;

/** The whole number at or below `count`, or just above it where only rounding errors part them. */
export function floorSteps(count: number): number {
  const nearest = Math.round(count);
  return Math.abs(count - nearest) <= slack * Math.max(1, Math.abs(count)) ? nearest : Math.floor(count);
}

export const ceilSteps = (count: number): number => -floorSteps(-count);
