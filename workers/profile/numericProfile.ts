import { representableGrid, type Grid } from './grid.ts';
import { commonDivisor, piecesOf, runsOf } from './pieces.ts';
import type { NumericProfile } from './types.ts';

/** Public facts about a numeric column: bounds (included) and the step between values. */
export interface NumericBounds {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Grid indices of the present values within bounds, ascending. */
const sortedIndices = (values: Float64Array, grid: Grid, min: number, max: number): Float64Array => {
  const [least, most] = grid.indicesWithin(min, max);
  const indices = new Float64Array(values.length);
  let rows = 0;
  for (const value of values) {
    if (!Number.isNaN(value)) indices[rows++] = Math.min(most, Math.max(least, grid.index(value)));
  }
  return indices.subarray(0, rows).sort();
};

/** Largest magnitude of a value, 0 without any. */
const magnitude = (values: Float64Array): number => {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest;
};

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
  const grid = representableGrid(step, magnitude(values));
  const runs = runsOf(sortedIndices(values, grid, min, max));
  const { rows } = runs;
  const pieces = piecesOf(runs);
  const common = commonDivisor(runs);
  // Near the largest double there is no room for one more coarse step.
  const last = pieces.at(-1)?.last ?? 0;
  const divisor = Number.isFinite(grid.value(last + common)) ? common : 1;
  const end = (index: number): number => Math.min(Number.MAX_VALUE, grid.value(index));
  return {
    type: 'numeric',
    holds,
    name,
    low: Float64Array.from(pieces, ({ first }) => grid.value(first)),
    high: Float64Array.from(pieces, ({ first, last }) => end(first === last ? last : last + divisor)),
    mass: Float64Array.from(pieces, (piece) => piece.rows / rows),
    missing: values.length === 0 ? 1 : 1 - rows / values.length,
    step: grid.coarser(divisor).step,
  };
}
