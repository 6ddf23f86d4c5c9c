import { HomespunError } from '../errors.ts';
import { epsilonOf } from './accountant.ts';
import type { AccountantName } from './types.ts';
import { bisect, doubleUntil } from './bisect.ts';
import { countOf, type PrivacyEvent } from './events.ts';
import { rdpEpsilon, rdpOf } from './rdp.ts';
import { validateDelta, validateEpsilon } from './validate.ts';

export interface Budget {
  readonly epsilon: number;
  readonly delta: number;
}

export interface Calibration {
  /** The noise parameter found, on the private side. */
  readonly noise: number;
  /** What it costs by the final accountant: at most the budget's epsilon. */
  readonly epsilon: number;
  readonly accountant: AccountantName;
}

/**
 * The least `noise`, to a relative 1e-5 by default, at which `eventsAt(noise)` stays within the budget. More noise must
 * never cost more. The search composes continuous Gaussians in place of discrete ones, which is quick and close; what
 * it finds is then checked with the events themselves and moved to the private side of them. Their own epsilon is what
 * is returned. Throws `bad-settings` where no noise is enough.
 */
export function calibrateNoise(
  eventsAt: (noise: number) => readonly PrivacyEvent[],
  budget: Budget,
  tolerance = 1e-5,
): Calibration {
  validateEpsilon(budget.epsilon);
  validateDelta(budget.delta);
  const isDiscrete = eventsAt(1).some(({ kind }) => kind === 'discreteGaussian');
  if (!isDiscrete) return search(eventsAt, budget, tolerance);
  const near = search(
    (noise) => eventsAt(noise).map(continuous),
    budget,
    tolerance,
    searchStep(eventsAt(1), budget),
  );
  const evaluate = (noise: number) => ({ noise, ...epsilonOf(eventsAt(noise), budget.delta) });
  let found = evaluate(near.noise);
  while (found.epsilon > budget.epsilon) {
    found = evaluate(found.noise * Math.max(1 + tolerance / 2, found.epsilon / budget.epsilon));
  }
  // Noise of a count or so, where discrete and continuous part: the search takes the events as they are.
  return found.epsilon < budget.epsilon * (1 - CLOSE - 4 * tolerance)
    ? search(eventsAt, budget, tolerance)
    : found;
}

const CLOSE = 1e-3;

/** Up to so many losses are added on a coarse grid: each adds up to step^2 / 4 to the variance of their sum. */
const FEW_LOSSES = 500;

/** Spacing of the grid of a search whose outcome is checked on a fine one. */
const searchStep = (events: readonly PrivacyEvent[], { epsilon }: Budget): number | undefined =>
  events.reduce((sum, event) => sum + countOf(event), 0) <= FEW_LOSSES
    ? Math.min(5e-3, epsilon / 1000)
    : undefined;

const continuous = (event: PrivacyEvent): PrivacyEvent =>
  event.kind === 'discreteGaussian'
    ? { kind: 'gaussian', sigma: event.sigma / event.sensitivity, count: event.count }
    : event;

/**
 * The RDP bound alone finds a private start (it is the cheaper one and never below the reported minimum); the search
 * with the full accountant then closes in and keeps the private end.
 */
function search(
  eventsAt: (noise: number) => readonly PrivacyEvent[],
  budget: Budget,
  tolerance: number,
  step?: number,
): Calibration {
  const start = privateStart(eventsAt, budget);
  const evaluate = (noise: number) => ({ noise, ...epsilonOf(eventsAt(noise), budget.delta, step) });
  let high = evaluate(start);
  let low = evaluate(start / 1.25);
  while (low.epsilon <= budget.epsilon && low.noise > SMALLEST_NOISE) {
    high = low;
    low = evaluate(low.noise / 2);
  }
  while (high.noise / low.noise - 1 > tolerance && low.epsilon > budget.epsilon) {
    const middle = evaluate(between(low, high, budget.epsilon, tolerance));
    if (middle.epsilon <= budget.epsilon) high = middle;
    else low = middle;
  }
  return high;
}

const SMALLEST_NOISE = 1e-3;
const LARGEST_NOISE = 2 ** 40;

/** A noise that is private by the RDP bound, within 1e-3 of the least such. */
function privateStart(eventsAt: (noise: number) => readonly PrivacyEvent[], budget: Budget): number {
  const holds = (noise: number) => rdpEpsilon(rdpOf(eventsAt(noise)), budget.delta).epsilon <= budget.epsilon;
  const high = doubleUntil(holds, SMALLEST_NOISE, LARGEST_NOISE);
  if (high === undefined) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `No amount of noise reaches epsilon=${budget.epsilon} at delta=${budget.delta}.`,
      hint: 'Raise epsilon or delta, or release less: fixed parts of the plan already cost more.',
    });
  }
  return bisect(holds, high / 2, high, 1e-3).high;
}

/**
 * Next noise to try: where ln epsilon, taken as linear in ln noise, meets the target, moved by half the tolerance to the
 * private side so that the bracket closes from both ends; the middle where that falls outside.
 */
function between(
  low: { noise: number; epsilon: number },
  high: { noise: number; epsilon: number },
  target: number,
  tolerance: number,
): number {
  const [from, to] = [Math.log(low.noise), Math.log(high.noise)];
  const middle = (from + to) / 2;
  const slope = Math.log(high.epsilon / low.epsilon) / (to - from);
  const guess = from + Math.log(target / low.epsilon) / slope;
  const nudged = guess + 0.4 * tolerance * (to - guess > guess - from ? 1 : -1);
  const inside = nudged > from + 0.2 * tolerance && nudged < to - 0.2 * tolerance;
  return Math.exp(inside ? nudged : middle);
}
