import type { PlannedEvent } from '../../privacy/ledger.ts';
import { poissonRate } from '../../privacy/poissonSampling.ts';
import { sigmaFor } from '../neural/sigmaFor.ts';
import type { FitOptions, PrivateSize, PrivateSynthesis } from '../types.ts';
import { privateTrainingFor } from './privateSettings.ts';

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
