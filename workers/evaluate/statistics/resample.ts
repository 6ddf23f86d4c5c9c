import type { Rng } from '../../random/rng.ts';
import type { Interval } from '../assessment.ts';
import type { Pace } from '../pace.ts';
import { z95 } from './normal.ts';

/** How often each row is drawn in a bootstrap sample of as many rows (Efron 1979); a count above 255 cannot occur in practice. */
export function resampled(rows: number, rng: Rng): Uint8Array {
  const weights = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) weights[rng.int(rows)]++;
  return weights;
}

/** Rows of a bootstrap sample of as many rows, in the order drawn. */
export function drawnRows(rows: number, rng: Rng): Int32Array {
  const index = new Int32Array(rows);
  for (let i = 0; i < rows; i++) index[i] = rng.int(rows);
  return index;
}

/** Standard deviation of each of several figures over bootstrap replicates; NaN ones are left out. */
export async function bootstrapSpreads(
  replicates: number,
  pace: Pace,
  draw: () => readonly number[],
): Promise<number[]> {
  const values: number[][] = [];
  for (let i = 0; i < replicates; i++) {
    draw().forEach((value, figure) => {
      values[figure] ??= [];
      if (!Number.isNaN(value)) values[figure].push(value);
    });
    await pace.breathe();
  }
  return values.map(deviation);
}

/** 95 % interval of a distance in 0..most from its spread; null where that is unknown. */
export const intervalOf = (value: number, spread: number, most = 1): Interval | null =>
  Number.isNaN(value) || Number.isNaN(spread)
    ? null
    : [Math.max(0, value - z95 * spread), Math.min(most, value + z95 * spread)];

/** Sample standard deviation; NaN below two values. */
export function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return values.length < 2 ? NaN : Math.sqrt(squares / (values.length - 1));
}
