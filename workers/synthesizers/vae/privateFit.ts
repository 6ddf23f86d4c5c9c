import { HostAdam } from '../../nn/hostAdam.ts';
import { initialValues } from '../../nn/parameters.ts';
import { trainPrivately } from '../../nn/privateTrainer.ts';
import { lend } from '../lend.ts';
import { plannedCourse } from '../privateTraining.ts';
import type { FitContext, FitInput, FitResult, PrivateAccess } from '../types.ts';
import { DerivedColumns } from '../neural/derived.ts';
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
import { TokenCodec } from '../neural/tokens.ts';

/**
 * The VAE by DP-SGD. Rows are touched by the clipped sums of `trainPrivately` alone: tokens, first biases and the last
 * calibration follow from the noisy profile, sizes and rates from the plan.
 */
export async function fitPrivately(
  { table, profile }: FitInput,
  access: PrivateAccess,
  context: FitContext,
): Promise<FitResult> {
  const { rng, onModel } = context;
  const codec = new TokenCodec(profile, privateResolution);
  const network = new VaeNetwork(privateSizesFor(codec.widths));
  const decoding = { codec, derived: DerivedColumns.none(codec.widths.length) };
  const tokens = codec.encode(table, rng.fork('encode'));
  const gradients = new VaeRowGradients(network, tokens, privateKlWeight, rng);
  const adam = new HostAdam(initialValues(network.initial(codec.shares, rng.fork('weights'))));
  const outcome = await trainPrivately(
    gradients,
    adam,
    plannedCourse(access, { clipNorm, highestRate: privateLearningRate }, rng),
    access.mechanisms,
    { ...context, onPreview: onModel && (() => lend(previewOf(network, adam.average, decoding), onModel)) },
  );
  const trained = { network, parameters: adam.average };
  const model = await finished(trained, codec.shares, decoding, profile.rows, context);
  return { model, ...outcome, loss: [] };
}
