import { MarginalCodec } from '../../encode/marginalCodec.ts';
import { HostAdam } from '../../nn/hostAdam.ts';
import { trainPrivately } from '../../nn/privateTrainer.ts';
import { lend } from '../lend.ts';
import { plannedCourse } from '../privateTraining.ts';
import type { FitContext, FitInput, FitOptions, FitResult, PrivateAccess } from '../types.ts';
import { firstLessonFor, inThreeParts, rowsOfCounts, stepsOf, taught } from '../warmStart.ts';
import { finished, previewOf } from './finish.ts';
import type { AutoregressiveModel } from './model.ts';
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
  { epochs }: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { table, profile, target } = input;
  const { rng, onModel } = context;
  const codec = new MarginalCodec(profile, privateResolution);
  const network = new AutoregressiveNetwork(privateSizesFor(codec.sizes));
  const decoding = { codec, order: generationOrder(codec.sizes, target) };
  const [counting, learning, refining] = inThreeParts(context);
  const first = firstLessonFor(access.units, epochs);
  const made = await rowsOfCounts(input, access, first.rows, counting);
  const trainee = new AutoregressiveTrainee(
    network,
    { codes: codec.encode(made), order: decoding.order, shares: codec.shares, ordered: codec.ordered },
    stepsOf(first),
    rng.fork('first lesson'),
  );
  const shown = (parameters: Float32Array): AutoregressiveModel =>
    previewOf({ network, parameters }, decoding);
  const adam = new HostAdam(
    await taught(
      trainee,
      first,
      learning,
      onModel && (async () => lend(shown(await trainee.averaged()), onModel)),
    ),
  );
  const outcome = await trainPrivately(
    new MaskedRowGradients(network, { codes: codec.encode(table), order: decoding.order }, rng),
    adam,
    plannedCourse(access, { clipNorm, highestRate: privateLearningRate }, rng),
    access.mechanisms,
    { ...refining, onPreview: onModel && (() => lend(shown(adam.average), onModel)) },
  );
  const trained = { network, parameters: adam.average };
  return { model: await finished(trained, decoding, profile.rows, context), ...outcome, loss: [] };
}
