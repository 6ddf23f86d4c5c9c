import type { Estimate } from './estimate.ts';

/** Share of the variance that is explained: 1 best, 0 as good as the mean of the test rows. NaN for constant truth. */
export function r2(predicted: Float64Array, truth: Float64Array): Estimate {
  const rows = truth.length;
  const mean = truth.reduce((sum, value) => sum + value, 0) / rows;
  const errors = truth.map((value, row) => (value - predicted[row]) ** 2);
  const spreads = truth.map((value) => (value - mean) ** 2);
  const error = errors.reduce((sum, value) => sum + value, 0) / rows;
  const spread = spreads.reduce((sum, value) => sum + value, 0) / rows;
  if (spread === 0) return { value: NaN, parts: new Float64Array(rows) };
  const parts = errors.map(
    (its, row) => ((error / spread ** 2) * (spreads[row] - spread) - (its - error) / spread) / rows,
  );
  return { value: 1 - error / spread, parts };
}
