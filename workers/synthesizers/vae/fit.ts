import { shuffledBatches } from '../../nn/batches.ts';
import { train } from '../../nn/trainer.ts';
import { seededRng } from '../../random/rng.ts';
import type { Estimate, FitContext, FitInput, FitOptions, FitResult, JobSize, Model } from '../types.ts';
import { calibrationOf } from './calibrate.ts';
import { Decoder } from './decoder.ts';
import { VaeModel } from './model.ts';
import { VaeNetwork } from './network.ts';
import { learningRateAt, sizesFor, trainingFor } from './settings.ts';
import { expectedWidth, TokenCodec } from './tokens.ts';
import { VaeTrainee } from './trainee.ts';

export async function fit(
  { table, profile }: FitInput,
  { epochs }: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { rng, control } = context;
  const codec = new TokenCodec(profile);
  const tokens = codec.encode(table, rng.fork('encode'));
  const network = new VaeNetwork(sizesFor(codec.widths));
  const trainee = new VaeTrainee(network, tokens, codec.shares, rng);
  const training = trainingFor(table.rows, epochs);
  const { onModel } = context;
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
        onModel && (async () => show(new VaeModel(network, codec, await trainee.decoder(), false), onModel)),
    },
  );
  const decoder = await trainee.decoder().finally(() => trainee.unload());
  const calibrated = await calibrate(network, codec, decoder, context);
  await control.checkpoint();
  return { model: new VaeModel(network, codec, calibrated, true), ...outcome };
}

/** Lends the half-trained model and frees it after. */
async function show(model: Model, onModel: (model: Model) => Promise<void>): Promise<void> {
  try {
    await onModel(model);
  } finally {
    model.dispose();
  }
}

/** The decoder with its last biases moved so that every column comes out with the profile's shares. */
async function calibrate(
  network: VaeNetwork,
  codec: TokenCodec,
  parameters: Float32Array,
  { rng, control }: FitContext,
): Promise<Float32Array> {
  const decoder = new Decoder(network, parameters, true);
  try {
    const shift = await calibrationOf(decoder, codec.shares, rng.fork('calibrate'), control);
    const calibrated = parameters.slice();
    const biases = calibrated.subarray(calibrated.length - shift.length);
    shift.forEach((value, i) => (biases[i] += value));
    return calibrated;
  } finally {
    decoder.dispose();
  }
}

/** Rows and steps of the trial that `estimate` times. */
const trialRows = 2000;
const trialSteps = 3;

/** Times a few steps of a network of the size the job will have, on the active backend. */
export async function estimate({ rows, cardinalities }: JobSize, { epochs }: FitOptions): Promise<Estimate> {
  const training = trainingFor(rows, epochs);
  const widths = cardinalities.map(expectedWidth);
  const network = new VaeNetwork(sizesFor(widths));
  const secondsPerStep = await timeSteps(network, Math.min(training.batchSize, rows));
  const { stepsPerEpoch } = shuffledBatches(rows, training.batchSize, seededRng('estimate'));
  const parameters = network
    .shapes(uniformShares(widths), seededRng('estimate'))
    .reduce((sum, { initial }) => sum + initial.length, 0);
  const bytesPerRow = cardinalities.length * (Uint16Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT);
  const floatsPerStep = 8 * parameters + training.batchSize * (6 * network.width + 12 * network.sizes.hidden);
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
      await trainee.decoder();
      if (step === 0) start = performance.now();
    }
    return (performance.now() - start) / 1000 / trialSteps;
  } finally {
    trainee.unload();
  }
}
