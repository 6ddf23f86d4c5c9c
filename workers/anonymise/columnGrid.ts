import type { ColumnSchema } from '../schema/types.ts';

/** Beyond this many steps from zero a double cannot tell neighbours apart reliably. */
const mostSteps = 2 ** 50;
/** Part of a step by which a number may lie beside it, declared in decimals and computed in doubles. */
const slack = 1e-6;
/** Share of a count that its last bits make up. */
const lastBits = 1e-15;

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

/** The whole number that no more than `within` and the last bits part from `count`; null where there is none. */
function wholeNear(count: number, within: number): number | null {
  const nearest = Math.round(count);
  return Math.abs(count - nearest) <= within + lastBits * Math.abs(count) ? nearest : null;
}

export const floorSteps = (count: number): number => wholeNear(count, slack) ?? Math.floor(count);
export const ceilSteps = (count: number): number => wholeNear(count, slack) ?? Math.ceil(count);

/** A declared number in steps: exact where it means whole steps, as it nearly always does. */
export function declaredSteps({ scale, step }: ColumnGrid, value: number): number {
  const count = (value * scale) / step;
  return wholeNear(count, slack) ?? count;
}

/** Number of the bin of `width` steps from `origin` on that holds a step: one on an edge is in the bin above. */
export function binOf(steps: number, origin: number, width: number): number {
  const bin = (steps - origin) / width;
  return wholeNear(bin, (2 * slack) / width) ?? Math.floor(bin);
}
