/**
 * Solves A x = b for a symmetric positive definite matrix, n x n row-major; its lower half is overwritten by the factor.
 * A pivot that rounding made 0 or less leaves its unknown at 0.
 */
export function solvePositive(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  factor(a, n);
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i];
    for (let k = 0; k < i; k++) sum -= a[i * n + k] * x[k];
    x[i] = a[i * n + i] > 0 ? sum / a[i * n + i] : 0;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < n; k++) sum -= a[k * n + i] * x[k];
    x[i] = a[i * n + i] > 0 ? sum / a[i * n + i] : 0;
  }
  return x;
}

/** Cholesky: the lower half of `a` becomes L with a = L L'. */
const factor = (a: Float64Array, n: number): void => {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i === j) a[i * n + i] = sum > 1e-12 ? Math.sqrt(sum) : 0;
      else a[i * n + j] = a[j * n + j] > 0 ? sum / a[j * n + j] : 0;
    }
  }
};
