import { shiftToShares } from '../neural/calibrate.ts';
import type { FitContext } from '../types.ts';
import { GanModel, type GanDecoding } from './model.ts';
import { GeneratorSampler, rowsAtOnce, type TrainedGenerator } from './sampler.ts';

/** Made rows that the shares are measured on: more than the table has serve nothing. */
const mostRows = 10_000;
/** Bounds memory where the network is wide: 64 MiB of logits. */
const mostLogits = 16_000_000;

/** A preview is to be quick: with the columns as they come. */
export const previewOf = (trained: TrainedGenerator, decoding: GanDecoding): GanModel =>
  new GanModel(trained, new Float32Array(trained.generator.width), decoding, false);

/** The trained generator as a model whose columns come out with their shares. `rows` bounds the rows made for that. */
export async function finished(
  trained: TrainedGenerator,
  decoding: GanDecoding,
  rows: number,
  { rng, control }: FitContext,
): Promise<GanModel> {
  const sampler = new GeneratorSampler(trained, true);
  const calibrating = rng.fork('calibrate');
  const wanted = Math.min(mostRows, rows, mostLogits / trained.generator.width);
  try {
    const logits: Float32Array[] = [];
    while (logits.length < Math.max(1, Math.ceil(wanted / rowsAtOnce))) {
      logits.push(await sampler.logits(rowsAtOnce, calibrating));
      await control.checkpoint();
    }
    const shift = await shiftToShares(logits, trained.shares, control);
    return new GanModel(trained, shift, decoding, true);
  } finally {
    sampler.dispose();
  }
}
