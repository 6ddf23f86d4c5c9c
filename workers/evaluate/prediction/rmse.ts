/** Root of the mean squared error, in the unit of the target. */
export function rmse(predicted: Float64Array, truth: Float64Array): number {
  return Math.sqrt(truth.reduce((sum, value, row) => sum + (value - predicted[row]) ** 2, 0) / truth.length);
}
