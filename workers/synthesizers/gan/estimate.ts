import { shuffledBatches } from '../../nn/batches.ts';
import { seededRng } from '../../random/rng.ts';
import { expectedWidth } from '../neural/tokens.ts';
import { secondsPerStep } from '../trialSteps.ts';
import type { Estimate, FitOptions, JobSize } from '../types.ts';
import { Critic } from './critic.ts';
import { Generator } from './generator.ts';
import { exactPairs } from './pairs.ts';
import {
  privateCriticHidden,
  privateResolutions,
  privateSizesFor,
  privateTrainingFor,
} from './privateSettings.ts';
import { criticHiddenFor, sizesFor, trainingFor } from './settings.ts';
import { GanTrainee } from './trainee.ts';

/** A private step clips, adds noise and moves parameters between host and device besides. */
const privateOverPlain = 1.5;

/** What the training of a job of this size is: all that its time and memory follow from. */
interface Course {
  readonly generator: Generator;
  readonly critic: Critic;
  readonly batchSize: number;
  readonly steps: number;
  readonly epochs: number;
}

function plainCourse({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Course {
  const { batchSize, ...training } = trainingFor(rows, epochs);
  const { stepsPerEpoch } = shuffledBatches(rows, batchSize, seededRng('estimate'));
  const generator = new Generator(sizesFor(cardinalities.map(expectedWidth), rows));
  const critic = new Critic(generator.width, criticHiddenFor(rows));
  return { generator, critic, batchSize, steps: stepsPerEpoch * training.epochs, epochs: training.epochs };
}

function privateCourse({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Course {
  const { steps, expectedBatch } = privateTrainingFor(rows, epochs);
  const [{ bins, commonShare }] = privateResolutions;
  const widths = cardinalities.map((categories) => Math.min(categories || bins, 2 * commonShare));
  const generator = new Generator(privateSizesFor(widths));
  const critic = new Critic(generator.width, privateCriticHidden);
  const passes = Math.max(1, Math.round((steps * expectedBatch) / rows));
  return { generator, critic, batchSize: expectedBatch, steps, epochs: passes };
}

/** Times a few steps of networks of the size the job will have, on the active backend. */
export async function estimate(size: JobSize, options: FitOptions): Promise<Estimate> {
  const { generator, critic, batchSize, steps, epochs } = size.private
    ? privateCourse(size, options)
    : plainCourse(size, options);
  const { widths } = generator.sizes;
  const perStep = await secondsPerStep(
    widths,
    Math.min(batchSize, size.rows),
    async ({ codes, shares, rng }) => {
      const targets = await exactPairs(codes, widths, { checkpoint: () => Promise.resolve() });
      return new GanTrainee(generator, critic, { tokens: codes, shares, targets }, rng);
    },
  );
  const bytesPerRow =
    size.cardinalities.length * (Uint16Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT);
  const floatsPerStep =
    8 * (generator.layout.length + critic.layout.length) +
    batchSize * (16 * generator.width + 20 * generator.sizes.hidden);
  return {
    seconds: perStep * (size.private ? privateOverPlain : 1) * steps,
    bytes: size.rows * bytesPerRow + floatsPerStep * Float32Array.BYTES_PER_ELEMENT,
    epochs,
  };
}
