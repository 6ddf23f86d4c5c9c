import { shuffledBatches } from '../../nn/batches.ts';
import { seededRng } from '../../random/rng.ts';
import { secondsPerStep } from '../trialSteps.ts';
import type { Estimate, FitOptions, JobSize } from '../types.ts';
import { VaeNetwork } from './network.ts';
import { sizesFor, trainingFor } from './settings.ts';
import { expectedWidth } from './tokens.ts';
import { vaeTrainee } from './trainee.ts';

/** Times a few steps of a network of the size the job will have, on the active backend. */
export async function estimate({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Promise<Estimate> {
  const training = trainingFor(rows, epochs);
  const widths = cardinalities.map(expectedWidth);
  const network = new VaeNetwork(sizesFor(widths, rows));
  const perStep = await secondsPerStep(widths, Math.min(training.batchSize, rows), ({ codes, shares, rng }) =>
    vaeTrainee(network, codes, shares, rng),
  );
  const { stepsPerEpoch } = shuffledBatches(rows, training.batchSize, seededRng('estimate'));
  const bytesPerRow = cardinalities.length * (Uint16Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT);
  const floatsPerStep =
    8 * network.layout.length + training.batchSize * (6 * network.width + 12 * network.sizes.hidden);
  return {
    seconds: perStep * stepsPerEpoch * training.epochs,
    bytes: rows * bytesPerRow + floatsPerStep * Float32Array.BYTES_PER_ELEMENT,
    epochs: training.epochs,
  };
}
