import { meanEstimate, type Estimate } from './estimate.ts';

/** Mean absolute error, in the unit of the target. */
export function mae(predicted: Float64Array, truth: Float64Array): Estimate {
  return meanEstimate(
    truth.map((value, row) => Math.abs(value - predicted[row])),
    () => true,
  );
}
