import type { FitContext } from '../types.ts';
import { plainShifts, shiftsFor } from './calibrate.ts';
import { Conditionals, type TrainedNetwork } from './conditionals.ts';
import { AutoregressiveModel, type AutoregressiveDecoding } from './model.ts';

/** A preview is to be quick: with the columns as they come. */
export const previewOf = (trained: TrainedNetwork, decoding: AutoregressiveDecoding): AutoregressiveModel =>
  new AutoregressiveModel(trained, plainShifts(decoding.codec.shares), decoding, false);

/** The trained network as a model whose columns come out with the profile's shares. `rows`: of the table. */
export async function finished(
  trained: TrainedNetwork,
  decoding: AutoregressiveDecoding,
  rows: number,
  { rng, control }: FitContext,
): Promise<AutoregressiveModel> {
  const conditionals = new Conditionals(trained, true);
  const { codec, order } = decoding;
  try {
    const shifts = await shiftsFor(conditionals, codec.shares, order, rows, rng.fork('calibrate'), control);
    return new AutoregressiveModel(trained, shifts, decoding, true);
  } finally {
    conditionals.dispose();
  }
}
