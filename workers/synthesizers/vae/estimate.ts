import { shuffledBatches } from '../../nn/batches.ts';
import { seededRng } from '../../random/rng.ts';
import { secondsPerStep } from '../trialSteps.ts';
import type { Estimate, FitOptions, JobSize } from '../types.ts';
import { VaeNetwork } from './network.ts';
import { privateResolution, privateSizesFor, privateTrainingFor } from './privateSettings.ts';
import { sizesFor, trainingFor } from './settings.ts';
import { firstLessonFor } from '../warmStart.ts';
import { expectedWidth } from '../neural/tokens.ts';
import { vaeTrainee } from './trainee.ts';

/** A private step clips, adds noise and samples its batch besides. */
const privateOverPlain = 1.25;

/** What the training of a job of this size is: all that its time and memory follow from. */
interface Course {
  readonly network: VaeNetwork;
  readonly batchSize: number;
  /** Of `batchSize` rows; a private one counts for what it takes beside a plain one. */
  readonly steps: number;
  readonly epochs: number;
}

function plainCourse({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Course {
  const { batchSize, ...training } = trainingFor(rows, epochs);
  const { stepsPerEpoch } = shuffledBatches(rows, batchSize, seededRng('estimate'));
  const network = new VaeNetwork(sizesFor(cardinalities.map(expectedWidth), rows));
  return { network, batchSize, steps: stepsPerEpoch * training.epochs, epochs: training.epochs };
}

/** Rows of noisy counts, then steps of DP-SGD. */
function privateCourse({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Course {
  const { steps, expectedBatch } = privateTrainingFor(rows, epochs);
  const { bins, commonShare } = privateResolution;
  const widths = cardinalities.map((categories) => Math.min(categories || bins, 2 * commonShare));
  const network = new VaeNetwork(privateSizesFor(widths));
  const passes = Math.max(1, Math.round((steps * expectedBatch) / rows));
  const first = firstLessonFor(rows, epochs);
  const rowsInAll = first.rows * first.epochs + steps * expectedBatch * privateOverPlain;
  return { network, batchSize: first.batchSize, steps: rowsInAll / first.batchSize, epochs: passes };
}

/** Times a few steps of a network of the size the job will have, on the active backend. */
export async function estimate(size: JobSize, options: FitOptions): Promise<Estimate> {
  const { network, batchSize, steps, epochs } = size.private
    ? privateCourse(size, options)
    : plainCourse(size, options);
  const { widths } = network.sizes;
  const perStep = await secondsPerStep(widths, Math.min(batchSize, size.rows), ({ codes, shares, rng }) =>
    vaeTrainee(network, codes, shares, rng),
  );
  const bytesPerRow =
    size.cardinalities.length * (Uint16Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT);
  const floatsPerStep =
    8 * network.layout.length + batchSize * (6 * network.width + 12 * network.sizes.hidden);
  return {
    seconds: perStep * steps,
    bytes: size.rows * bytesPerRow + floatsPerStep * Float32Array.BYTES_PER_ELEMENT,
    epochs,
  };
}
