import { calibrationRows, shiftToShares } from '../neural/calibrate.ts';
import { rowsAtOnce, type TokenDecoding } from '../neural/decoding.ts';
import type { FitContext } from '../types.ts';
import { GanModel } from './model.ts';
import { GeneratorSampler, type TrainedGenerator } from './sampler.ts';

/** A preview is to be quick: with the columns as they come. */
export const previewOf = (trained: TrainedGenerator, decoding: TokenDecoding): GanModel =>
  new GanModel(trained, new Float32Array(trained.generator.width), decoding, false);

/** The trained generator as a model whose columns come out with their shares. `rows` bounds the rows made for that. */
export async function finished(
  trained: TrainedGenerator,
  decoding: TokenDecoding,
  rows: number,
  { rng, control }: FitContext,
): Promise<GanModel> {
  const sampler = new GeneratorSampler(trained, true);
  const calibrating = rng.fork('calibrate');
  const wanted = calibrationRows(rows, trained.generator.width);
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
