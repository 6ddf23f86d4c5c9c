import type { PlannedEvent } from '../../privacy/ledger.ts';
import { poissonRate } from '../../privacy/poissonSampling.ts';
import { sigmaOfRho } from '../../privacy/zcdp.ts';
import { sigmaFor } from '../neural/sigmaFor.ts';
import type { FitOptions, PrivateSize, PrivateSynthesis } from '../types.ts';
import { pairsOf } from './pairs.ts';
import { pairShare, privateTrainingFor } from './privateSettings.ts';

/** Counts of pairs, then all steps of DP-SGD of the critic. A table of one column has no pairs. */
function events(
  { units, columns, rowsPerUnit, target }: PrivateSize,
  rho: number,
  { epochs }: FitOptions,
): PlannedEvent[] {
  const { steps, expectedBatch } = privateTrainingFor(units, epochs);
  const { q } = poissonRate(expectedBatch, units);
  const pairs = pairsOf(columns, target).length;
  const forPairs = pairs > 0 ? rho * pairShare : 0;
  const training: PlannedEvent = {
    purpose: `training of the critic in ${steps.toLocaleString('en-US')} steps`,
    event: { kind: 'sampledGaussian', q, sigma: sigmaFor(q, steps, rho - forPairs), steps },
  };
  if (pairs === 0) return [training];
  const sigma = rowsPerUnit * sigmaOfRho(forPairs / pairs);
  return [
    {
      purpose: `counts of ${pairs.toLocaleString('en-US')} pairs of columns`,
      event: { kind: 'discreteGaussian', sigma, sensitivity: rowsPerUnit, count: pairs },
    },
    training,
  ];
}

/** Steps and rates follow from the number of rows or persons and of columns, which are public. */
export const privacy: PrivateSynthesis = { profileShare: 0.2, events };
