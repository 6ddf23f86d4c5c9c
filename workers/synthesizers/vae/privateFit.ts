import { HostAdam } from '../../nn/hostAdam.ts';
import { trainPrivately } from '../../nn/privateTrainer.ts';
import { lend } from '../lend.ts';
import { plannedCourse } from '../privateTraining.ts';
import type { FitContext, FitInput, FitOptions, FitResult, PrivateAccess } from '../types.ts';
import { firstLessonFor, inThreeParts, rowsOfCounts, taught } from '../warmStart.ts';
import { DerivedColumns } from '../neural/derived.ts';
import { finished, previewOf } from './finish.ts';
import type { VaeModel } from './model.ts';
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
import { TokenCodec } from '../neural/tokens.ts';

/**
 * The VAE taught by rows made from noisy counts, then by DP-SGD. Real rows are touched by those counts and by the clipped
 * sums of `trainPrivately` alone: tokens, first biases and the last calibration follow from the noisy profile, sizes and
 * rates from the plan.
 */
export async function fitPrivately(
  input: FitInput,
  access: PrivateAccess,
  { epochs }: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { table, profile } = input;
  const { rng, onModel } = context;
  const codec = new TokenCodec(profile, privateResolution);
  const network = new VaeNetwork(privateSizesFor(codec.widths));
  const decoding = { codec, derived: DerivedColumns.none(codec.widths.length) };
  const [counting, learning, refining] = inThreeParts(context);
  const first = firstLessonFor(access.units, epochs);
  const made = await rowsOfCounts(input, access, first.rows, counting);
  const trainee = vaeTrainee(
    network,
    codec.encode(made, rng.fork('encode made')),
    codec.shares,
    rng.fork('first lesson'),
  );
  const shown = (parameters: Float32Array): VaeModel => previewOf(network, parameters, decoding);
  const adam = new HostAdam(
    await taught(
      trainee,
      first,
      learning,
      onModel && (async () => lend(shown(await trainee.averaged()), onModel)),
    ),
  );
  const tokens = codec.encode(table, rng.fork('encode'));
  const outcome = await trainPrivately(
    new VaeRowGradients(network, tokens, privateKlWeight, rng),
    adam,
    plannedCourse(access, { clipNorm, highestRate: privateLearningRate }, rng),
    access.mechanisms,
    { ...refining, onPreview: onModel && (() => lend(shown(adam.average), onModel)) },
  );
  const trained = { network, parameters: adam.average };
  const model = await finished(trained, codec.shares, decoding, profile.rows, context);
  return { model, ...outcome, loss: [] };
}
