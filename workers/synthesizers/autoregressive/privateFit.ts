import { MarginalCodec } from '../../encode/marginalCodec.ts';
import { HostAdam } from '../../nn/hostAdam.ts';
import { initialValues } from '../../nn/parameters.ts';
import { trainPrivately } from '../../nn/privateTrainer.ts';
import { lend } from '../lend.ts';
import { plannedCourse } from '../privateTraining.ts';
import type { FitContext, FitInput, FitResult, PrivateAccess } from '../types.ts';
import { finished, previewOf } from './finish.ts';
import { AutoregressiveNetwork } from './network.ts';
import { clipNorm, privateLearningRate, privateResolution, privateSizesFor } from './privateSettings.ts';
import { MaskedRowGradients } from './rowGradients.ts';
import { generationOrder } from './settings.ts';

/**
 * The network by DP-SGD. Rows are touched by the clipped sums of `trainPrivately` alone: codes, first biases and the
 * last calibration follow from the noisy profile, sizes and rates from the plan.
 */
export async function fitPrivately(
  { table, profile, target }: FitInput,
  access: PrivateAccess,
  context: FitContext,
): Promise<FitResult> {
  const { rng, onModel } = context;
  const codec = new MarginalCodec(profile, privateResolution);
  const network = new AutoregressiveNetwork(privateSizesFor(codec.sizes));
  const decoding = { codec, order: generationOrder(codec.sizes, target) };
  const lesson = { codes: codec.encode(table), order: decoding.order };
  const adam = new HostAdam(initialValues(network.initial(codec.shares, rng.fork('weights'))));
  const trained = { network, parameters: adam.average };
  const outcome = await trainPrivately(
    new MaskedRowGradients(network, lesson, rng),
    adam,
    plannedCourse(access, { clipNorm, highestRate: privateLearningRate }, rng),
    access.mechanisms,
    { ...context, onPreview: onModel && (() => lend(previewOf(trained, decoding), onModel)) },
  );
  return { model: await finished(trained, decoding, profile.rows, context), ...outcome, loss: [] };
}
