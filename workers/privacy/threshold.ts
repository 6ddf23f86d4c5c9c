import { bisect, doubleUntil } from './bisect.ts';
import { normalTail } from './special.ts';
import { validateDelta, validatePositive, validatePositiveInteger } from './validate.ts';

/** `DiscreteGaussian` may draw a little more noise than asked for (a relative 5e-7 of the variance). */
const DRAWN = 1 + 1e-6;

/**
 * Smallest integer threshold at which a value that only one unit holds is released with probability at most `delta`,
 * when each value that occurs has its count released with discrete Gaussian noise of `sigma` if it reaches the
 * threshold. A unit holds at most `rowsPerUnit` values of a column, each in at most as many rows. From the tail bound
 * P[X >= k] <= P[N(0, sigma^2) >= k - 1] (Canonne, Kamath and Steinke 2020, arXiv 2004.00010, Proposition 25).
 * Throws `bad-settings` for parameters out of range.
 */
export function stabilityThreshold(sigma: number, delta: number, rowsPerUnit: number): number {
  validatePositive(sigma, 'sigma');
  validateDelta(delta);
  validatePositiveInteger(rowsPerUnit, 'rowsPerUnit');
  const rare = (z: number): boolean => rowsPerUnit * normalTail(z) <= delta;
  const most = doubleUntil(rare, 0.5, 64) ?? 64;
  const { high } = bisect(rare, 0, most);
  return Math.ceil(rowsPerUnit + 1 + high * sigma * DRAWN);
}
