import type { PlannedEvent } from '../../privacy/ledger.ts';
import { poissonRate } from '../../privacy/poissonSampling.ts';
import type { FitOptions, PrivateSize, PrivateSynthesis } from '../types.ts';
import { privateTrainingFor } from './privateSettings.ts';

/**
 * Noise / clipNorm at which `steps` steps at rate q cost about `rho` of zero-concentrated DP. The divergence of one step
 * at order 2, q² (e^(1 / sigma²) - 1) to leading order in q, stands for 2 rho: it falls as sigma rises, and at q = 1
 * and much noise it is the Gaussian mechanism's. The accountant has the last word.
 */
const sigmaFor = (q: number, steps: number, rho: number): number =>
  1 / Math.sqrt(Math.log1p((2 * rho) / (q * q * steps)));

function events({ units }: PrivateSize, rho: number, { epochs }: FitOptions): PlannedEvent[] {
  const { steps, expectedBatch } = privateTrainingFor(units, epochs);
  const { q } = poissonRate(expectedBatch, units);
  return [
    {
      purpose: `training of the network in ${steps.toLocaleString('en-US')} steps`,
      event: { kind: 'sampledGaussian', q, sigma: sigmaFor(q, steps, rho), steps },
    },
  ];
}

/** One event: all steps of DP-SGD. Steps and rate follow from the number of rows or persons, which is public. */
export const privacy: PrivateSynthesis = { profileShare: 0.2, events };
