/** Pearson correlation of two columns without missing values. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    const [x, y] = [a[row] - meanA, b[row] - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Largest gap between two distribution functions, missing as the smallest value. */
export function gap(a: Float64Array, b: Float64Array): number {
  const [x, y] = [a, b].map((values) => values.map((v) => (Number.isNaN(v) ? -Infinity : v)).sort());
  let worst = 0;
  let below = 0;
  for (const [at, value] of x.entries()) {
    if (value === x[at + 1]) continue;
    while (below < y.length && y[below] <= value) below++;
    worst = Math.max(worst, Math.abs((at + 1) / x.length - below / y.length));
  }
  return worst;
}
