import type { PlannedEvent } from '../../privacy/ledger.ts';
import { sigmaOfRho } from '../../privacy/zcdp.ts';
import { plannedSteps } from '../privateTraining.ts';
import type { FitOptions, PrivateSize, PrivateSynthesis } from '../types.ts';
import { pairsOf } from './pairs.ts';
import { pairShare, privateTrainingFor } from './privateSettings.ts';

/** Counts of pairs, then all steps of DP-SGD of the critic. A table of one column has no pairs. */
function events(
  { units, columns, rowsPerUnit, target }: PrivateSize,
  rho: number,
  { epochs }: FitOptions,
): PlannedEvent[] {
  const pairs = pairsOf(columns, target).length;
  const forPairs = pairs > 0 ? rho * pairShare : 0;
  const training = plannedSteps('critic', units, rho - forPairs, privateTrainingFor(units, epochs));
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
