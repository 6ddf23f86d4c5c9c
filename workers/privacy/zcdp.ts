import { bisect } from './bisect.ts';
import { validateDelta, validateEpsilon, validateNonNegative, validatePositive } from './validate.ts';

/*
 * Zero-concentrated differential privacy (Bun and Steinke 2016, arXiv 1605.02065): rho adds up under composition.
 * It splits a budget among marginal measurements; what is reported comes from the accountant over the executed events.
 */

/** rho of one continuous or discrete Gaussian release; sigma = noise standard deviation / L2 sensitivity. */
export function gaussianRho(sigma: number): number {
  validatePositive(sigma, 'sigma');
  return 1 / (2 * sigma * sigma);
}

/** Noise standard deviation / L2 sensitivity that spends `rho` in one release. */
export function sigmaOfRho(rho: number): number {
  validatePositive(rho, 'rho');
  return Math.sqrt(1 / (2 * rho));
}

/** rho of one exponential-mechanism selection (bounded range; Cesar and Rogers 2021, arXiv 2004.07223). */
export function exponentialRho(epsilon: number): number {
  validatePositive(epsilon, 'epsilon');
  return (epsilon * epsilon) / 8;
}

/** epsilon of the exponential mechanism that spends `rho` in one selection. */
export function exponentialEpsilonOfRho(rho: number): number {
  validatePositive(rho, 'rho');
  return Math.sqrt(8 * rho);
}

/**
 * An upper bound on delta at `epsilon` for a rho-zCDP mechanism: the least over orders a of
 * exp((a - 1)(a rho - epsilon) + a ln(1 - 1/a)) / (a - 1) (Canonne, Kamath and Steinke 2020, arXiv 2004.00010,
 * Corollary 13). Every order gives a valid bound, so the search for the best one needs no margin.
 */
export function cdpDelta(rho: number, epsilon: number): number {
  validateNonNegative(rho, 'rho');
  validateNonNegative(epsilon, 'epsilon');
  if (rho === 0) return 0;
  const rising = (a: number) => (2 * a - 1) * rho - epsilon + Math.log1p(-1 / a) >= 0;
  const { low, high } = bisect(rising, 1.01, (epsilon + 1) / (2 * rho) + 2);
  const order = (low + high) / 2;
  const exponent = (order - 1) * (order * rho - epsilon) + order * Math.log1p(-1 / order);
  return Math.min(1, Math.exp(exponent) / (order - 1));
}

/** Smallest epsilon at `delta` for a rho-zCDP mechanism, rounded to the private (higher) side. */
export function cdpEpsilon(rho: number, delta: number): number {
  validateNonNegative(rho, 'rho');
  validateDelta(delta);
  const most = rho + 2 * Math.sqrt(rho * Math.log(1 / delta));
  if (cdpDelta(rho, 0) <= delta) return 0;
  return bisect((epsilon) => cdpDelta(rho, epsilon) <= delta, 0, most).high;
}

/** Largest rho that is (epsilon, delta)-DP, rounded to the private (lower) side. */
export function cdpRho(epsilon: number, delta: number): number {
  validateEpsilon(epsilon);
  validateDelta(delta);
  return bisect((rho) => cdpDelta(rho, epsilon) > delta, 0, epsilon + 1).low;
}
