import { HomespunError } from '../errors.ts';
import {
  validateCount,
  validateFailure,
  validateNonNegative,
  validatePositive,
  validateProbability,
} from './validate.ts';

/**
 * What was released, as plain data: the entries of the ledger and the only input of the accountant.
 * Adjacency is zero-out throughout (a row replaced by one that counts nowhere), which gives the same curves as
 * add/remove for every mechanism here and keeps the number of rows public. `count` and `steps` are self-compositions,
 * which may be adaptive.
 */
export type PrivacyEvent =
  | GaussianEvent
  | SampledGaussianEvent
  | DiscreteGaussianEvent
  | LaplaceEvent
  | DiscreteLaplaceEvent
  | ExponentialEvent
  | ApproxDpEvent;

/** Continuous Gaussian noise. */
export interface GaussianEvent {
  readonly kind: 'gaussian';
  /** Noise standard deviation / L2 sensitivity. */
  readonly sigma: number;
  readonly count: number;
}

/** DP-SGD: each row enters a step independently with probability q; the clipped sum gets Gaussian noise. */
export interface SampledGaussianEvent {
  readonly kind: 'sampledGaussian';
  readonly q: number;
  /** Noise standard deviation / clip norm. */
  readonly sigma: number;
  readonly steps: number;
}

/** Integer noise of `sampleDiscreteGaussian` on integer counts. */
export interface DiscreteGaussianEvent {
  readonly kind: 'discreteGaussian';
  /** The sigma parameter of the noise, in counts. */
  readonly sigma: number;
  /** L2 sensitivity in counts: 1 for a histogram at one row a unit. */
  readonly sensitivity: number;
  readonly count: number;
}

/** Continuous Laplace noise. */
export interface LaplaceEvent {
  readonly kind: 'laplace';
  /** Noise scale b / L1 sensitivity. */
  readonly scale: number;
  readonly count: number;
}

/** Integer noise of `sampleDiscreteLaplace` on integer counts: exactly randomised response at epsilon 1 / scale. */
export interface DiscreteLaplaceEvent {
  readonly kind: 'discreteLaplace';
  /** Noise scale t / L1 sensitivity. */
  readonly scale: number;
  readonly count: number;
}

/** Selection with probability proportional to exp(epsilon score / (2 sensitivity)). */
export interface ExponentialEvent {
  readonly kind: 'exponential';
  readonly epsilon: number;
  readonly count: number;
}

/** A black box with an (epsilon, delta) guarantee; epsilon 0 carries a bare failure probability (thresholds). */
export interface ApproxDpEvent {
  readonly kind: 'approxDp';
  readonly epsilon: number;
  readonly delta: number;
  readonly count: number;
}

/** How often the event happened. */
export function countOf(event: PrivacyEvent): number {
  return event.kind === 'sampledGaussian' ? event.steps : event.count;
}

/** The same mechanism, run `count` times in all. */
export const withCount = (event: PrivacyEvent, count: number): PrivacyEvent =>
  event.kind === 'sampledGaussian' ? { ...event, steps: count } : { ...event, count };

/** The same mechanism run `times` times as often. */
export function selfCompose(event: PrivacyEvent, times: number): PrivacyEvent {
  validateCount(times, 'times');
  return withCount(event, countOf(event) * times);
}

/** Throws `bad-settings` naming the parameter and its value. */
export function validateEvent(event: PrivacyEvent): void {
  validateCount(countOf(event), event.kind === 'sampledGaussian' ? 'steps' : 'count');
  switch (event.kind) {
    case 'gaussian':
      return validatePositive(event.sigma, 'sigma');
    case 'sampledGaussian':
      validateProbability(event.q, 'q');
      return validatePositive(event.sigma, 'sigma');
    case 'discreteGaussian':
      validatePositive(event.sensitivity, 'sensitivity');
      return validatePositive(event.sigma, 'sigma');
    case 'laplace':
    case 'discreteLaplace':
      return validatePositive(event.scale, 'scale');
    case 'exponential':
      return validatePositive(event.epsilon, 'epsilon');
    case 'approxDp':
      validateNonNegative(event.epsilon, 'epsilon');
      return validateFailure(event.delta);
    default:
      throw unknownKind(event);
  }
}

/** Events come back from files people may have edited, so the type alone is no proof. */
function unknownKind(event: never): HomespunError {
  const kind = String(Object.getOwnPropertyDescriptor(event, 'kind')?.value);
  return new HomespunError({
    code: 'bad-settings',
    message: `Unknown kind of privacy event "${kind}".`,
    hint: 'Use a ledger written by this version.',
  });
}

/** A key equal for events that differ only in how often they happened. */
const mechanismKey = (event: PrivacyEvent): string =>
  JSON.stringify(Object.entries(event).filter(([name]) => name !== 'count' && name !== 'steps'));

/**
 * Validates, drops what never happened, merges repeats of one mechanism and all continuous Gaussians (n of them at
 * sigma_i are one with 1 / sigma^2 = sum 1 / sigma_i^2), so that the accountants see each distribution once.
 * `delta` is the chance that any bare failure (approxDp with epsilon 0) strikes: 1 - prod (1 - delta_i).
 */
export function normaliseEvents(events: readonly PrivacyEvent[]): {
  readonly events: readonly PrivacyEvent[];
  readonly delta: number;
} {
  let precision = 0;
  let logSurvival = 0;
  const merged = new Map<string, PrivacyEvent>();
  for (const event of events) {
    validateEvent(event);
    const count = countOf(event);
    if (count === 0 || (event.kind === 'sampledGaussian' && event.q === 0)) continue;
    if (event.kind === 'approxDp' && event.epsilon === 0) {
      logSurvival += count * Math.log1p(-event.delta);
    } else if (event.kind === 'gaussian' || (event.kind === 'sampledGaussian' && event.q === 1)) {
      precision += count / event.sigma ** 2;
    } else {
      const key = mechanismKey(event);
      const before = merged.get(key);
      merged.set(key, before ? withCount(before, countOf(before) + count) : event);
    }
  }
  const list = [...merged.values()];
  if (precision > 0) list.push({ kind: 'gaussian', sigma: 1 / Math.sqrt(precision), count: 1 });
  return { events: list, delta: -Math.expm1(logSurvival) };
}
