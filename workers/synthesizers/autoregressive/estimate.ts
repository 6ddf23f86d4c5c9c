import type { Resolution } from '../../encode/compressedColumn.ts';
import { shuffledBatches } from '../../nn/batches.ts';
import { seededRng } from '../../random/rng.ts';
import { secondsPerStep } from '../trialSteps.ts';
import type { Estimate, FitOptions, JobSize } from '../types.ts';
import { AutoregressiveNetwork } from './network.ts';
import { generationOrder, resolutionFor, sizesFor, trainingFor } from './settings.ts';
import { AutoregressiveTrainee } from './trainee.ts';

/** Width of a column in codes before its shares are known; `categories` is 0 for a numeric column. */
const expectedWidth = (categories: number, { bins, commonShare }: Resolution): number =>
  categories === 0 ? bins : Math.min(categories, 2 * commonShare);

/** Times a few steps of a network of the size the job will have, on the active backend. */
export async function estimate({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Promise<Estimate> {
  const training = trainingFor(rows, epochs);
  const resolution = resolutionFor(rows, cardinalities.length);
  const widths = cardinalities.map((categories) => expectedWidth(categories, resolution));
  const network = new AutoregressiveNetwork(sizesFor(widths, rows));
  const order = generationOrder(widths);
  const { stepsPerEpoch } = shuffledBatches(rows, training.batchSize, seededRng('estimate'));
  const steps = stepsPerEpoch * training.epochs;
  const batchSize = Math.min(training.batchSize, rows);
  const ordered = cardinalities.map((categories) => (categories === 0 ? resolution.bins : 0));
  const perStep = await secondsPerStep(
    widths,
    batchSize,
    ({ codes, shares, rng }) =>
      new AutoregressiveTrainee(network, { codes, order, shares, ordered }, steps, rng),
  );
  const { hidden, depth } = network.sizes;
  const floatsPerStep =
    8 * network.layout.length + training.batchSize * (6 * network.width + 4 * depth * hidden);
  return {
    seconds: perStep * steps,
    bytes:
      rows * widths.length * Uint16Array.BYTES_PER_ELEMENT + floatsPerStep * Float32Array.BYTES_PER_ELEMENT,
    epochs: training.epochs,
  };
}
