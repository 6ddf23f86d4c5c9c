/** A square matrix, row-major. */
export interface Square {
  readonly size: number;
  readonly values: Float64Array;
}

/** Where each column of the standardised matrix lies and how wide it is in the real rows. */
export interface Standard {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Mean and standard deviation of each column; missing is left out. */
export function standardOf(columns: readonly Float64Array[]): Standard {
  const mean = new Float64Array(columns.length);
  const deviation = new Float64Array(columns.length);
  columns.forEach((values, c) => {
    let [rows, sum, squares] = [0, 0, 0];
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      rows++;
      sum += value;
    }
    mean[c] = sum / rows;
    for (const value of values) if (!Number.isNaN(value)) squares += (value - mean[c]) ** 2;
    deviation[c] = Math.sqrt(squares / (rows - 1));
  });
  return { mean, deviation };
}

/** Values farther from the mean count as this far, in deviations: else a few extremes would decide alone. */
const farthest = 4;

/** Columns in units of the real ones; a missing value is put at the real mean, where it adds nothing. */
export const standardised = (
  columns: readonly Float64Array[],
  { mean, deviation }: Standard,
): Float64Array[] =>
  columns.map((values, c) =>
    values.map((value) =>
      Number.isNaN(value) ? 0 : Math.max(-farthest, Math.min(farthest, (value - mean[c]) / deviation[c])),
    ),
  );

/** Covariances, divided by rows - 1. */
export function covariance(columns: readonly Float64Array[]): Square {
  const size = columns.length;
  const values = new Float64Array(size * size);
  const centred = columns.map((column) => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    return column.map((value) => value - mean);
  });
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [centred[i], centred[j]];
      let sum = 0;
      for (let row = 0; row < a.length; row++) sum += a[row] * b[row];
      values[i * size + j] = sum / (a.length - 1);
      values[j * size + i] = values[i * size + j];
    }
  }
  return { size, values };
}

const frobenius = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** Frobenius norm of the difference over that of the first; NaN where the first is 0. */
export function relativeDifference(real: Square, other: Square): number {
  const norm = frobenius(real.values);
  return norm > 0 ? frobenius(real.values.map((value, cell) => value - other.values[cell])) / norm : NaN;
}

/** One pair of columns in the comparison of covariances. */
export interface CovarianceRow {
  readonly columns: readonly [string, string];
  /** In units of the real deviations, 4 of them at most. */
  readonly real: number;
  readonly synthetic: number;
  readonly holdout: number;
}
