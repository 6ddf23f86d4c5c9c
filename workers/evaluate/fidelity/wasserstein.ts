import { quantileOf } from './summary.ts';

/** Present values in ascending order, with the row each came from. */
export interface Ascending {
  readonly values: Float64Array;
  readonly rows: Int32Array;
}

export function ascendingOf(values: Float64Array): Ascending {
  const rows = Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  rows.sort((a, b) => values[a] - values[b]);
  return { values: Float64Array.from(rows, (row) => values[row]), rows };
}

const totalWeight = ({ rows }: Ascending, weights: Uint8Array | null): number => {
  if (weights === null) return rows.length;
  let total = 0;
  for (const row of rows) total += weights[row];
  return total;
};

/**
 * Wasserstein-1 distance, the area between two distribution functions, in the unit of the column. NaN where one has no
 * value. Rows may count several times or not at all, by `weights`.
 */
export function wasserstein(
  real: Ascending,
  other: Ascending,
  realWeights: Uint8Array | null = null,
  otherWeights: Uint8Array | null = null,
): number {
  const [realTotal, otherTotal] = [totalWeight(real, realWeights), totalWeight(other, otherWeights)];
  if (realTotal === 0 || otherTotal === 0) return NaN;
  let [i, j, below, otherBelow, area] = [0, 0, 0, 0, 0];
  let last = Math.min(real.values[0], other.values[0]);
  while (i < real.values.length || j < other.values.length) {
    const value = Math.min(real.values[i] ?? Infinity, other.values[j] ?? Infinity);
    area += Math.abs(below / realTotal - otherBelow / otherTotal) * (value - last);
    last = value;
    for (; real.values[i] === value; i++) below += realWeights ? realWeights[real.rows[i]] : 1;
    for (; other.values[j] === value; j++) otherBelow += otherWeights ? otherWeights[other.rows[j]] : 1;
  }
  return area;
}

/** What a distance is measured in: the interquartile range, the standard deviation where that is 0, or NaN. */
export function spreadOf({ values }: Ascending): number {
  const range = quantileOf(values, 0.75) - quantileOf(values, 0.25);
  if (range > 0) return range;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return squares > 0 ? Math.sqrt(squares / (values.length - 1)) : NaN;
}
