import { DerivedColumns } from '../neural/derived.ts';
import { TokenCodec } from '../neural/tokens.ts';
import type { FitContext, FitInput, FitOptions, FitResult, PrivateAccess } from '../types.ts';
import { taughtTwice } from '../warmStart.ts';
import { finished, previewOf } from './finish.ts';
import { VaeNetwork } from './network.ts';
import {
  clipNorm,
  privateKlWeight,
  privateLearningRate,
  privateResolution,
  privateSizesFor,
} from './privateSettings.ts';
import { VaeRowGradients } from './rowGradients.ts';
import { vaeTrainee } from './trainee.ts';

/**
 * The VAE taught by rows made from noisy counts, then by DP-SGD. Real rows are touched by those counts and by the clipped
 * sums of `trainPrivately` alone: tokens, first biases and the last calibration follow from the noisy profile, sizes and
 * rates from the plan.
 */
export async function fitPrivately(
  input: FitInput,
  access: PrivateAccess,
  options: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { table, profile } = input;
  const { rng } = context;
  const codec = new TokenCodec(profile, privateResolution);
  const { widths, shares } = codec;
  const network = new VaeNetwork(privateSizesFor(widths));
  const decoding = { codec, derived: DerivedColumns.none(widths.length) };
  const { parameters, outcome } = await taughtTwice(
    {
      trainee: (made) =>
        vaeTrainee(network, codec.encode(made, rng.fork('encode made')), shares, rng.fork('first lesson')),
      gradients: () =>
        new VaeRowGradients(network, codec.encode(table, rng.fork('encode')), privateKlWeight, rng),
      shown: (values) => previewOf(network, values, decoding),
      clipNorm,
      highestRate: privateLearningRate,
    },
    input,
    access,
    options,
    context,
  );
  const model = await finished({ network, parameters }, shares, decoding, profile.rows, context);
  return { model, ...outcome, loss: [] };
}
