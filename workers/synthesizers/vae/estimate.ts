import { shuffledBatches } from '../../nn/batches.ts';
import { seededRng } from '../../random/rng.ts';
import type { Estimate, FitOptions, JobSize } from '../types.ts';
import { VaeNetwork } from './network.ts';
import { sizesFor, trainingFor } from './settings.ts';
import { expectedWidth } from '../neural/tokens.ts';
import { VaeTrainee } from './trainee.ts';

/** Rows and steps of the trial that `estimate` times. */
const trialRows = 2000;
const trialSteps = 3;

/** Times a few steps of a network of the size the job will have, on the active backend. */
export async function estimate({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Promise<Estimate> {
  const training = trainingFor(rows, epochs);
  const widths = cardinalities.map(expectedWidth);
  const network = new VaeNetwork(sizesFor(widths, rows));
  const secondsPerStep = await timeSteps(network, Math.min(training.batchSize, rows));
  const { stepsPerEpoch } = shuffledBatches(rows, training.batchSize, seededRng('estimate'));
  const bytesPerRow = cardinalities.length * (Uint16Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT);
  const floatsPerStep =
    8 * network.layout.length + training.batchSize * (6 * network.width + 12 * network.sizes.hidden);
  return {
    seconds: secondsPerStep * stepsPerEpoch * training.epochs,
    bytes: rows * bytesPerRow + floatsPerStep * Float32Array.BYTES_PER_ELEMENT,
    epochs: training.epochs,
  };
}

const uniformShares = (widths: readonly number[]): Float64Array[] =>
  widths.map((width) => new Float64Array(width).fill(1 / width));

async function timeSteps(network: VaeNetwork, batchSize: number): Promise<number> {
  const rng = seededRng('estimate');
  const { widths } = network.sizes;
  const tokens = widths.map((width) => Uint16Array.from({ length: trialRows }, () => rng.int(width)));
  const trainee = new VaeTrainee(network, tokens, uniformShares(widths), rng);
  const batches = shuffledBatches(trialRows, Math.min(batchSize, trialRows), rng);
  trainee.load(undefined);
  try {
    let start = 0;
    for (let step = 0; step <= trialSteps; step++) {
      trainee.step(batches.rowsOf(step), step, 1e-3).dispose();
      if (step > 0 && step < trialSteps) continue;
      await trainee.averaged();
      if (step === 0) start = performance.now();
    }
    return (performance.now() - start) / 1000 / trialSteps;
  } finally {
    trainee.unload();
  }
}
