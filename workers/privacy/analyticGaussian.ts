import { bisect, doubleUntil } from './bisect.ts';
import { logNormalCdf } from './special.ts';
import { validateDelta, validateEpsilon, validateNonNegative, validatePositive } from './validate.ts';

/**
 * Smallest delta at which one Gaussian release is (epsilon, delta)-DP: exact, not a bound.
 * Phi(1/(2 sigma) - epsilon sigma) - e^epsilon Phi(-1/(2 sigma) - epsilon sigma), with sigma = noise standard deviation
 * / L2 sensitivity (Balle and Wang 2018, arXiv 1805.06530, Theorem 8).
 */
export function gaussianDelta(sigma: number, epsilon: number): number {
  validatePositive(sigma, 'sigma');
  validateNonNegative(epsilon, 'epsilon');
  const logUpper = logNormalCdf(1 / (2 * sigma) - epsilon * sigma);
  const logLower = epsilon + logNormalCdf(-1 / (2 * sigma) - epsilon * sigma);
  return Math.max(0, Math.exp(logUpper) * -Math.expm1(Math.min(0, logLower - logUpper)));
}

/** Smallest epsilon at `delta` for one Gaussian release, rounded to the private (higher) side. */
export function gaussianEpsilon(sigma: number, delta: number): number {
  validateDelta(delta);
  const holds = (epsilon: number) => gaussianDelta(sigma, epsilon) <= delta;
  if (holds(0)) return 0;
  const high = doubleUntil(holds, 1e-6, Number.MAX_VALUE / 4);
  return high === undefined ? Infinity : bisect(holds, 0, high, 1e-15).high;
}

/** Smallest noise standard deviation / sensitivity that is (epsilon, delta)-DP, rounded to the private side. */
export function gaussianSigma(epsilon: number, delta: number): number {
  validateEpsilon(epsilon);
  validateDelta(delta);
  const holds = (sigma: number) => gaussianDelta(sigma, epsilon) <= delta;
  const high = doubleUntil(holds, 1e-3, Number.MAX_VALUE / 4) ?? Infinity;
  return bisect(holds, 0, high, 1e-15).high;
}
