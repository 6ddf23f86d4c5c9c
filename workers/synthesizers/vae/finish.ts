import type { TokenDecoding } from '../neural/decoding.ts';
import type { FitContext } from '../types.ts';
import { shiftsFor } from './calibrate.ts';
import { VaeModel } from './model.ts';
import type { VaeNetwork } from './network.ts';
import { RowSampler, type TrainedVae } from './rowSampler.ts';

/** Times a row is decoded: once, and after two more looks at it, which bring nearly all that there is to gain. */
const decodings = 3;

/** A preview is to be quick: decoded once, with the columns as they come. */
export const previewOf = (network: VaeNetwork, parameters: Float32Array, decoding: TokenDecoding): VaeModel =>
  new VaeModel({ network, parameters }, [new Float32Array(network.width)], decoding, false);

/** The trained network as a model whose columns come out with their shares. `rows` bounds the rows made for that. */
export async function finished(
  trained: TrainedVae,
  shares: readonly Float64Array[],
  decoding: TokenDecoding,
  rows: number,
  { rng, control }: FitContext,
): Promise<VaeModel> {
  const sampler = new RowSampler(trained, true);
  try {
    const shifts = await shiftsFor(sampler, shares, decodings, rows, rng.fork('calibrate'), control);
    return new VaeModel(trained, shifts, decoding, true);
  } finally {
    sampler.dispose();
  }
}
