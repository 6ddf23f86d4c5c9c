import { normalQuantile } from '../../encode/normal.ts';

/**
 * Functions of a standard normal x as series in the orthonormal Hermite polynomials h_k = He_k / sqrt(k!). For x and y
 * jointly normal with correlation r, E[h_k(x) h_m(y)] is r^k where k = m and 0 elsewhere (Mehler 1866), so that
 * covariances of functions follow from their coefficients, and correlations from covariances.
 */

/** Terms kept: beyond, a step at the median leaves less than a twentieth of its variance. */
export const terms = 48;
/** No pair is taken to be tied more closely: a perfect tie leaves a matrix without an inverse. */
const mostCorrelation = 0.999;

export const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/**
 * Coefficients of h_1 .. h_terms of the step function that is scores[c] for x between the quantiles of cumulative[c]
 * and cumulative[c + 1]. The part of h_k above x is h_{k-1}(x) phi(x) / sqrt(k), so each step adds its height times
 * that.
 */
export function stepSeries(cumulative: Float64Array, scores: Float64Array): Float64Array {
  const series = new Float64Array(terms);
  for (let c = 1; c < scores.length; c++) {
    const u = cumulative[c];
    const height = scores[c] - scores[c - 1];
    if (!(u > 0 && u < 1) || height === 0) continue;
    const x = normalQuantile(u);
    const weight = height * normalDensity(x);
    let [before, current] = [0, 1];
    for (let k = 1; k <= terms; k++) {
      series[k - 1] += (weight * current) / Math.sqrt(k);
      [before, current] = [current, (x * current - Math.sqrt(k - 1) * before) / Math.sqrt(k)];
    }
  }
  return series;
}

/** Covariance of two functions of normals with correlation `r`, by their series. */
export function covarianceAt(r: number, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = terms - 1; k >= 0; k--) sum = (sum + a[k] * b[k]) * r;
  return sum;
}

/**
 * The correlation at which two non-decreasing functions have this covariance: `covarianceAt` does not fall in r for
 * them. A covariance out of reach gives the closest correlation allowed.
 */
export function correlationOf(covariance: number, a: Float64Array, b: Float64Array): number {
  let [low, high] = [-mostCorrelation, mostCorrelation];
  if (covarianceAt(low, a, b) >= covariance) return low;
  if (covarianceAt(high, a, b) <= covariance) return high;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (covarianceAt(middle, a, b) < covariance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
