import { MarginalCodec } from '../../encode/marginalCodec.ts';
import { shuffledBatches } from '../../nn/batches.ts';
import { HostAdam } from '../../nn/hostAdam.ts';
import { learningRateAt } from '../../nn/learningRate.ts';
import { trainPrivately } from '../../nn/privateTrainer.ts';
import { train } from '../../nn/trainer.ts';
import type { Table } from '../../table/types.ts';
import { lend } from '../lend.ts';
import { plannedCourse } from '../privateTraining.ts';
import type { FitContext, FitInput, FitOptions, FitResult, PrivateAccess } from '../types.ts';
import { inThreeParts, rowsOfCounts } from '../warmStart.ts';
import { finished, previewOf } from './finish.ts';
import type { AutoregressiveDecoding } from './model.ts';
import { AutoregressiveNetwork } from './network.ts';
import {
  clipNorm,
  firstLessonFor,
  privateLearningRate,
  privateResolution,
  privateSizesFor,
} from './privateSettings.ts';
import { MaskedRowGradients } from './rowGradients.ts';
import { generationOrder, type AutoregressiveTraining } from './settings.ts';
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
  const adam = new HostAdam(await learned(made, network, decoding, first, learning));
  const trained = { network, parameters: adam.average };
  const outcome = await trainPrivately(
    new MaskedRowGradients(network, { codes: codec.encode(table), order: decoding.order }, rng),
    adam,
    plannedCourse(access, { clipNorm, highestRate: privateLearningRate }, rng),
    access.mechanisms,
    { ...refining, onPreview: onModel && (() => lend(previewOf(trained, decoding), onModel)) },
  );
  return { model: await finished(trained, decoding, profile.rows, context), ...outcome, loss: [] };
}

/** The network's parameters after it has learned rows that are no secret. */
async function learned(
  made: Table,
  network: AutoregressiveNetwork,
  decoding: AutoregressiveDecoding,
  { epochs, batchSize, learningRate }: AutoregressiveTraining,
  context: FitContext,
): Promise<Float32Array> {
  const { codec, order } = decoding;
  const rng = context.rng.fork('first lesson');
  const batches = shuffledBatches(made.rows, batchSize, rng.fork('batches'));
  const lesson = { codes: codec.encode(made), order, shares: codec.shares, ordered: codec.ordered };
  const trainee = new AutoregressiveTrainee(network, lesson, epochs * batches.stepsPerEpoch, rng);
  const { onModel } = context;
  const show = async (preview: NonNullable<typeof onModel>): Promise<void> =>
    lend(previewOf({ network, parameters: await trainee.averaged() }, decoding), preview);
  await train(
    trainee,
    { batches, epochs, learningRate: (done, step) => learningRateAt(learningRate, done, step) },
    { ...context, onPreview: onModel && (() => show(onModel)) },
  );
  return trainee.averaged().finally(() => trainee.unload());
}
