import { bisect } from '../../workers/privacy/bisect.ts';
import { gaussianEpsilon } from '../../workers/privacy/analyticGaussian.ts';
import { normalCdf } from '../../workers/privacy/special.ts';

/*
 * Lower bounds on epsilon from what a mechanism did. Each holds with probability 1 - alpha if the mechanism is
 * (epsilon, delta)-DP, so a bound above the claimed epsilon refutes the claim.
 */

/** ln n! for n = 0 .. most. */
function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 2; n <= most; n++) logs[n] = logs[n - 1] + Math.log(n);
  return logs;
}

/** P[Bin(n, p) >= k] for k = 0 .. n + 1. */
export function binomialTails(n: number, p: number): Float64Array {
  const logs = logFactorials(n);
  const tails = new Float64Array(n + 2);
  for (let k = n; k >= 0; k--) {
    const ways = logs[n] - logs[k] - logs[n - k];
    const log = ways + (k === 0 ? 0 : k * Math.log(p)) + (k === n ? 0 : (n - k) * Math.log1p(-p));
    tails[k] = Math.min(1, tails[k + 1] + Math.exp(log));
  }
  return tails;
}

/** Lower end of the one-sided Clopper-Pearson interval at 1 - alpha for k successes of n. */
export function proportionAtLeast(k: number, n: number, alpha: number): number {
  if (k === 0) return 0;
  return bisect((p) => binomialTails(n, p)[k] > alpha, 0, 1, 1e-9).low;
}

/** Upper end of the same. */
export const proportionAtMost = (k: number, n: number, alpha: number): number =>
  1 - proportionAtLeast(n - k, n, alpha);

/** How often a statistic was at or above a threshold in the world with the unit, and in the one without. */
export interface Rates {
  readonly trueLow: number;
  readonly falseHigh: number;
}

/** Interval ends of both rates at each threshold, all holding together with probability 1 - alpha. */
export function ratesAt(
  withUnit: readonly number[],
  withoutUnit: readonly number[],
  thresholds: readonly number[],
  alpha: number,
): Rates[] {
  const each = alpha / (2 * thresholds.length);
  const above = (draws: readonly number[], threshold: number): number =>
    draws.filter((draw) => draw >= threshold).length;
  return thresholds.map((threshold) => ({
    trueLow: proportionAtLeast(above(withUnit, threshold), withUnit.length, each),
    falseHigh: proportionAtMost(above(withoutUnit, threshold), withoutUnit.length, each),
  }));
}

/** From (epsilon, delta)-DP alone: TPR <= e^epsilon FPR + delta. */
export const epsilonByRates = (rates: readonly Rates[], delta: number): number =>
  Math.max(0, ...rates.map(({ trueLow, falseHigh }) => Math.log(Math.max(0, trueLow - delta) / falseHigh)));

/**
 * For Gaussian noise, whose trade-off is that of N(0, 1) against N(mu, 1): mu is at least the difference of the normal
 * quantiles of both rates (Nasr et al. 2023, arXiv 2302.07956). Sharper: it sees a tenth more noise or less.
 */
export function epsilonByGaussian(rates: readonly Rates[], delta: number): number {
  const mu = Math.max(
    0,
    ...rates.map(({ trueLow, falseHigh }) => normalQuantile(trueLow) - normalQuantile(falseHigh)),
  );
  return mu > 0 ? gaussianEpsilon(1 / mu, delta) : 0;
}

export const normalQuantile = (p: number): number =>
  p <= 0 ? -Infinity : p >= 1 ? Infinity : bisect((z) => normalCdf(z) >= p, -40, 40, 1e-12).high;

/**
 * Largest epsilon refuted at `alpha` by one run with `canaries` units, each in by a coin of its own, of which `right` of
 * `guesses` were guessed right (Steinke, Nasr and Jagielski 2023, arXiv 2305.08846).
 */
export function epsilonByOneRun(
  {
    canaries,
    guesses,
    right,
  }: { readonly canaries: number; readonly guesses: number; readonly right: number },
  delta: number,
  alpha: number,
): number {
  const pValue = (epsilon: number): number => {
    const tails = binomialTails(guesses, 1 / (1 + Math.exp(-epsilon)));
    let worst = 0;
    for (let i = 1; i <= right; i++) worst = Math.max(worst, (tails[right - i] - tails[right]) / i);
    return tails[right] + 2 * canaries * delta * worst;
  };
  return pValue(0) > alpha ? 0 : bisect((epsilon) => pValue(epsilon) > alpha, 0, 50, 1e-6).low;
}
