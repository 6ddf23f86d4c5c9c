import { shuffledBatches } from '../../nn/batches.ts';
import { train } from '../../nn/trainer.ts';
import { seededRng } from '../../random/rng.ts';
import type { Estimate, FitContext, FitInput, FitOptions, FitResult, JobSize, Model } from '../types.ts';
import { shiftsFor } from './calibrate.ts';
import { DerivedColumns } from './derived.ts';
import { VaeModel, type VaeDecoding } from './model.ts';
import { VaeNetwork } from './network.ts';
import { RowSampler, type TrainedVae } from './rowSampler.ts';
import { learningRateAt, sizesFor, trainingFor } from './settings.ts';
import { expectedWidth, TokenCodec } from './tokens.ts';
import { VaeTrainee } from './trainee.ts';

export async function fit(
  { table, profile }: FitInput,
  { epochs }: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { rng, onModel } = context;
  const codec = new TokenCodec(profile);
  const all = codec.encode(table, rng.fork('encode'));
  const derived = new DerivedColumns(all, codec.shares);
  const tokens = derived.free.map((column) => all[column]);
  const shares = derived.free.map((column) => codec.shares[column]);
  const network = new VaeNetwork(
    sizesFor(
      shares.map((block) => block.length),
      table.rows,
    ),
  );
  const trainee = new VaeTrainee(network, tokens, shares, rng);
  const training = trainingFor(table.rows, epochs);
  const decoding = { codec, derived };
  const outcome = await train(
    trainee,
    {
      batches: shuffledBatches(table.rows, training.batchSize, rng.fork('batches')),
      epochs: training.epochs,
      learningRate: (done, step) => learningRateAt(training.learningRate, done, step),
    },
    {
      ...context,
      onPreview:
        onModel && (async () => show(previewOf(network, await trainee.averaged(), decoding), onModel)),
    },
  );
  const parameters = await trainee.averaged().finally(() => trainee.unload());
  const shifts = await calibrate({ network, parameters }, shares, table.rows, context);
  return { model: new VaeModel({ network, parameters }, shifts, decoding, true), ...outcome };
}

/** Times a row is decoded: once, and after two more looks at it, which bring nearly all that there is to gain. */
const decodings = 3;

/** A preview is to be quick: decoded once, with the columns as they come. */
const previewOf = (network: VaeNetwork, parameters: Float32Array, decoding: VaeDecoding): VaeModel =>
  new VaeModel({ network, parameters }, [new Float32Array(network.width)], decoding, false);

/** Lends the half-trained model and frees it after. */
async function show(model: Model, onModel: (model: Model) => Promise<void>): Promise<void> {
  try {
    await onModel(model);
  } finally {
    model.dispose();
  }
}

async function calibrate(
  trained: TrainedVae,
  shares: readonly Float64Array[],
  rows: number,
  { rng, control }: FitContext,
): Promise<Float32Array[]> {
  const sampler = new RowSampler(trained, true);
  try {
    return await shiftsFor(sampler, shares, decodings, rows, rng.fork('calibrate'), control);
  } finally {
    sampler.dispose();
  }
}

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
