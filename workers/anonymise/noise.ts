import type { Rng } from '../random/rng.ts';
import type { ColumnSchema } from '../schema/types.ts';
import { gridOf, stepsOf, valueOf, type ColumnGrid } from './columnGrid.ts';
import type { Perturbation } from './types.ts';

type Noise = Extract<Perturbation, { type: 'noise' }>;

const msPerDay = 86_400_000;

/** Standard deviation of the numbers that are there; 0 for fewer than two. */
export function spreadOf(values: Float64Array): number {
  let [count, mean, squares] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const away = value - mean;
    mean += away / ++count;
    squares += away * (value - mean);
  }
  return count < 2 ? 0 : Math.sqrt(squares / (count - 1));
}

/** Standard deviation of the noise, in units of the column's values (milliseconds for dates). */
export function deviationOf({ deviation, of }: Noise, entry: ColumnSchema, values: Float64Array): number {
  const bounds = entry.number ?? entry.datetime;
  switch (of) {
    case 'units':
      return deviation * (entry.datetime ? msPerDay : 1);
    case 'range':
      return bounds ? deviation * (bounds.max - bounds.min) : 0;
    case 'spread':
      return deviation * spreadOf(values);
  }
}

/**
 * Values with normal noise, rounded to the column's grid and clamped to its bounds. Missing stays missing, but draws
 * its noise too: what is added to a row must not depend on what other rows hold.
 */
export function withNoise(
  values: Float64Array,
  deviation: number,
  entry: ColumnSchema,
  rng: Rng,
): Float64Array {
  const grid = gridOf(entry);
  if (!grid || grid.first > grid.last) return values;
  return values.map((value) => noisy(value, deviation * rng.normal(), grid));
}

function noisy(value: number, noise: number, grid: ColumnGrid): number {
  if (Number.isNaN(value)) return NaN;
  const steps = stepsOf(grid, value + noise);
  return valueOf(grid, Math.min(grid.last, Math.max(grid.first, steps)));
}
