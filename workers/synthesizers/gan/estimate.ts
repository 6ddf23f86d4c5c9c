import { shuffledBatches } from '../../nn/batches.ts';
import { seededRng } from '../../random/rng.ts';
import { expectedWidth } from '../neural/tokens.ts';
import type { Estimate, FitOptions, JobSize } from '../types.ts';
import { Critic } from './critic.ts';
import { Generator } from './generator.ts';
import { exactPairs } from './pairs.ts';
import { criticHiddenFor, sizesFor, trainingFor } from './settings.ts';
import { GanTrainee } from './trainee.ts';

/** Rows and steps of the trial that `estimate` times. */
const trialRows = 2000;
const trialSteps = 3;

/** Times a few steps of networks of the size the job will have, on the active backend. */
export async function estimate({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Promise<Estimate> {
  const training = trainingFor(rows, epochs);
  const generator = new Generator(sizesFor(cardinalities.map(expectedWidth), rows));
  const critic = new Critic(generator.width, criticHiddenFor(rows));
  const secondsPerStep = await timeSteps(generator, critic, Math.min(training.batchSize, rows));
  const { stepsPerEpoch } = shuffledBatches(rows, training.batchSize, seededRng('estimate'));
  const bytesPerRow = cardinalities.length * (Uint16Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT);
  const floatsPerStep =
    8 * (generator.layout.length + critic.layout.length) +
    training.batchSize * (16 * generator.width + 20 * generator.sizes.hidden);
  return {
    seconds: secondsPerStep * stepsPerEpoch * training.epochs,
    bytes: rows * bytesPerRow + floatsPerStep * Float32Array.BYTES_PER_ELEMENT,
    epochs: training.epochs,
  };
}

async function timeSteps(generator: Generator, critic: Critic, batchSize: number): Promise<number> {
  const rng = seededRng('estimate');
  const { widths } = generator.sizes;
  const tokens = widths.map((width) => Uint16Array.from({ length: trialRows }, () => rng.int(width)));
  const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
  const targets = await exactPairs(tokens, widths, { checkpoint: () => Promise.resolve() });
  const trainee = new GanTrainee(generator, critic, { tokens, shares, targets }, rng);
  const batches = shuffledBatches(trialRows, Math.min(batchSize, trialRows), rng);
  trainee.load(undefined);
  try {
    let start = 0;
    for (let step = 0; step <= trialSteps; step++) {
      trainee.step(batches.rowsOf(step), step, 1e-4).dispose();
      if (step > 0 && step < trialSteps) continue;
      await trainee.averaged();
      if (step === 0) start = performance.now();
    }
    return (performance.now() - start) / 1000 / trialSteps;
  } finally {
    trainee.unload();
  }
}
