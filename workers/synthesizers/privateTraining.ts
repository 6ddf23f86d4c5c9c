/** What methods that are trained by DP-SGD plan and look up alike. */
import { HomespunError } from '../errors.ts';
import { learningRateAt } from '../nn/learningRate.ts';
import type { PrivatePlan } from '../nn/privateTrainer.ts';
import { rowOfEachUnit, rowsAsUnits } from '../nn/unitRows.ts';
import type { PrivacyEvent } from '../privacy/events.ts';
import type { PlannedEvent } from '../privacy/ledger.ts';
import { poissonRate } from '../privacy/poissonSampling.ts';
import type { Rng } from '../random/rng.ts';
import type { PrivateAccess } from './types.ts';

export interface PrivateTraining {
  readonly steps: number;
  readonly expectedBatch: number;
}

/** Steps by the number of units: as many as `at40k` at 40,000, in proportion to the root of the number. */
export interface StepsAtSize {
  readonly fewest: number;
  readonly most: number;
  readonly at40k: number;
}
/** The more rows, the less the noise weighs and the longer it pays to train. */
export const usualSteps: StepsAtSize = { fewest: 100, most: 4000, at40k: 1000 };

const usualBatch = 1000;

/** `epochs` is the number of expected passes over the units, or null for as many steps as `size` says. */
export function trainingOf(units: number, epochs: number | null, size: StepsAtSize): PrivateTraining {
  const expectedBatch = Math.min(units, usualBatch);
  const bySize = Math.round(size.at40k * Math.sqrt(units / 40_000));
  const steps =
    epochs === null
      ? Math.max(size.fewest, Math.min(size.most, bySize))
      : Math.round((epochs * units) / expectedBatch);
  return { steps: Math.max(1, steps), expectedBatch };
}

/**
 * Noise / clipNorm at which `steps` steps at rate q cost about `rho` of zero-concentrated DP. The divergence of one step
 * at order 2, q² (e^(1 / sigma²) - 1) to leading order in q, stands for 2 rho: it falls as sigma rises, and at q = 1
 * and much noise it is the Gaussian mechanism's. The accountant has the last word.
 */
const sigmaFor = (q: number, steps: number, rho: number): number =>
  1 / Math.sqrt(Math.log1p((2 * rho) / (q * q * steps)));

/** All steps of DP-SGD of `what`, at about `rho`. Steps and rate follow from the number of rows or persons: public. */
export function plannedSteps(
  what: string,
  units: number,
  rho: number,
  { steps, expectedBatch }: PrivateTraining,
): PlannedEvent {
  const { q } = poissonRate(expectedBatch, units);
  return {
    purpose: `training of the ${what} in ${steps.toLocaleString('en-US')} steps`,
    event: { kind: 'sampledGaussian', q, sigma: sigmaFor(q, steps, rho), steps },
  };
}

/** The last of a method's events, where that is its training. */
function trainingEvent({ events }: PrivateAccess): Extract<PrivacyEvent, { kind: 'sampledGaussian' }> {
  const event = events.at(-1)?.event;
  if (event?.kind === 'sampledGaussian') return event;
  throw new HomespunError({
    code: 'failed',
    message: 'The plan of this run has no training of the network in it.',
    hint: 'Nothing was released. Please report this.',
  });
}

/** The training that was planned as the last of a method's events, at a learning rate of at most `highestRate`. */
export function plannedCourse(
  access: PrivateAccess,
  { clipNorm, highestRate }: { readonly clipNorm: number; readonly highestRate: number },
  rng: Rng,
): PrivatePlan {
  const { units, unitOf, firstEvent, events } = access;
  const { q, steps } = trainingEvent(access);
  return {
    event: firstEvent + events.length - 1,
    ...{ steps, units, clipNorm },
    rowsOf: unitOf ? rowOfEachUnit(unitOf, units, rng) : rowsAsUnits,
    expectedBatch: q * units,
    learningRate: (done, step) => learningRateAt(highestRate, done, step),
  };
}
