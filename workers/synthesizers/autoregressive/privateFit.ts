import { MarginalCodec } from '../../encode/marginalCodec.ts';
import type { FitContext, FitInput, FitOptions, FitResult, PrivateAccess } from '../types.ts';
import { taughtTwice } from '../warmStart.ts';
import { finished, previewOf } from './finish.ts';
import { AutoregressiveNetwork } from './network.ts';
import { clipNorm, privateLearningRate, privateResolution, privateSizesFor } from './privateSettings.ts';
import { MaskedRowGradients } from './rowGradients.ts';
import { generationOrder } from './settings.ts';
import { AutoregressiveTrainee } from './trainee.ts';

/**
 * The network taught by rows made from noisy counts, then by DP-SGD. Real rows are touched by those counts and by the
 * clipped sums of `trainPrivately` alone: codes, first biases and the last calibration follow from the noisy profile,
 * sizes and rates from the plan.
 */
export async function fitPrivately(
  input: FitInput,
  access: PrivateAccess,
  options: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { table, profile, target } = input;
  const { rng } = context;
  const codec = new MarginalCodec(profile, privateResolution);
  const { shares, ordered, sizes } = codec;
  const network = new AutoregressiveNetwork(privateSizesFor(sizes));
  const order = generationOrder(sizes, target);
  const decoding = { codec, order };
  const { parameters, outcome } = await taughtTwice(
    {
      trainee: (made, steps) =>
        new AutoregressiveTrainee(
          network,
          { codes: codec.encode(made), order, shares, ordered, target },
          steps,
          rng.fork('first lesson'),
        ),
      gradients: () => new MaskedRowGradients(network, { codes: codec.encode(table), order }, rng),
      shown: (values) => previewOf({ network, parameters: values }, decoding),
      clipNorm,
      highestRate: privateLearningRate,
    },
    input,
    access,
    options,
    context,
  );
  const model = await finished({ network, parameters }, decoding, profile.rows, context);
  return { model, ...outcome, loss: [] };
}
