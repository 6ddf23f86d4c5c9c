import type { Resolution } from '../../encode/compressedColumn.ts';
import { shuffledBatches } from '../../nn/batches.ts';
import { seededRng } from '../../random/rng.ts';
import { secondsPerStep } from '../trialSteps.ts';
import type { Estimate, FitOptions, JobSize } from '../types.ts';
import { firstLessonFor } from '../warmStart.ts';
import { leadBytes } from './leads.ts';
import { AutoregressiveNetwork } from './network.ts';
import { privateResolution, privateSizesFor, privateTrainingFor } from './privateSettings.ts';
import { generationOrder, resolutionFor, sizesFor, trainingFor } from './settings.ts';
import { AutoregressiveTrainee } from './trainee.ts';

/** A private step clips, adds noise and samples its batch besides. */
const privateOverPlain = 1.5;

/** What the training of a job of this size is: all that its time and memory follow from. */
interface Course {
  readonly network: AutoregressiveNetwork;
  readonly resolution: Resolution;
  readonly batchSize: number;
  /** Rows of all steps together, a private one counted for what it takes beside a plain one. */
  readonly rowsInAll: number;
  readonly epochs: number;
}

/** Width of a column in codes before its shares are known; `categories` is 0 for a numeric column. */
const expectedWidth = (categories: number, { bins, commonShare }: Resolution): number =>
  categories === 0 ? bins : Math.min(categories, 2 * commonShare);

function plainCourse({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Course {
  const training = trainingFor(rows, epochs);
  const resolution = resolutionFor(rows, cardinalities.length);
  const widths = cardinalities.map((categories) => expectedWidth(categories, resolution));
  const network = new AutoregressiveNetwork(sizesFor(widths, rows));
  const batchSize = Math.min(training.batchSize, rows);
  const { stepsPerEpoch } = shuffledBatches(rows, batchSize, seededRng('estimate'));
  const rowsInAll = stepsPerEpoch * training.epochs * batchSize;
  return { network, resolution, batchSize, rowsInAll, epochs: training.epochs };
}

/** Rows of noisy counts, then steps of DP-SGD. */
function privateCourse({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Course {
  const first = firstLessonFor(rows, epochs);
  const { steps, expectedBatch } = privateTrainingFor(rows, epochs);
  const widths = cardinalities.map((categories) => expectedWidth(categories, privateResolution));
  return {
    network: new AutoregressiveNetwork(privateSizesFor(widths)),
    resolution: privateResolution,
    batchSize: first.batchSize,
    rowsInAll: first.rows * first.epochs + steps * expectedBatch * privateOverPlain,
    epochs: Math.max(1, Math.round((steps * expectedBatch) / rows)),
  };
}

/** Times a few steps of a network of the size the job will have, on the active backend. */
export async function estimate(size: JobSize, options: FitOptions): Promise<Estimate> {
  const { rows, cardinalities } = size;
  const course = size.private ? privateCourse(size, options) : plainCourse(size, options);
  const { network, batchSize, rowsInAll, epochs } = course;
  const { widths, hidden, depth } = network.sizes;
  const order = generationOrder(widths);
  const steps = Math.ceil(rowsInAll / batchSize);
  const ordered = cardinalities.map((categories) => (categories === 0 ? course.resolution.bins : 0));
  const perStep = await secondsPerStep(
    widths,
    batchSize,
    ({ codes, shares, rng }) =>
      new AutoregressiveTrainee(network, { codes, order, shares, ordered }, steps, rng),
  );
  const floatsPerStep = 8 * network.layout.length + batchSize * (6 * network.width + 4 * depth * hidden);
  return {
    seconds: perStep * steps,
    bytes:
      rows * widths.length * Uint16Array.BYTES_PER_ELEMENT +
      leadBytes(size.private ? 0 : rows, widths.length) +
      floatsPerStep * Float32Array.BYTES_PER_ELEMENT,
    epochs,
  };
}
