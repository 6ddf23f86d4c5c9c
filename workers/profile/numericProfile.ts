import { representableGrid } from './grid.ts';
import { commonDivisor, piecesOf, runsOf } from './pieces.ts';
import type { NumericProfile } from './types.ts';

/** Public facts about a numeric column: bounds (included) and the step between values. */
export interface NumericBounds {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const farther = (largest: number, value: number): number => Math.max(largest, Math.abs(value));

/**
 * Exact profile of a numeric column. `values` has one entry a row, NaN where missing. Values outside the bounds count
 * as the bound. The step is made coarser when all values are multiples of more (prices in fifties, times in hours).
 */
export function numericProfile(
  name: string,
  holds: 'number' | 'datetime',
  values: Float64Array,
  { min, max, step }: NumericBounds,
): NumericProfile {
  const present = values.filter((value) => !Number.isNaN(value));
  const rows = present.length;
  const grid = representableGrid(step, present.reduce(farther, 0));
  const [least, most] = grid.indicesWithin(min, max);
  const runs = runsOf(present.map((value) => Math.min(most, Math.max(least, grid.index(value)))).sort());
  const divisor = commonDivisor(runs);
  const pieces = piecesOf(runs);
  return {
    type: 'numeric',
    holds,
    name,
    low: Float64Array.from(pieces, ({ first }) => grid.value(first)),
    high: Float64Array.from(pieces, ({ first, last }) => grid.value(first === last ? last : last + divisor)),
    mass: Float64Array.from(pieces, (piece) => piece.rows / rows),
    missing: values.length === 0 ? 1 : 1 - rows / values.length,
    step: grid.coarser(divisor).step,
  };
}
