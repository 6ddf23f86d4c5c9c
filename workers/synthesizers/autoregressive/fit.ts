import { MarginalCodec } from '../../encode/marginalCodec.ts';
import { shuffledBatches } from '../../nn/batches.ts';
import { learningRateAt } from '../../nn/learningRate.ts';
import { train } from '../../nn/trainer.ts';
import { lend } from '../lend.ts';
import type { FitContext, FitInput, FitOptions, FitResult } from '../types.ts';
import { finished, previewOf } from './finish.ts';
import { AutoregressiveNetwork } from './network.ts';
import { fitPrivately } from './privateFit.ts';
import { generationOrder, resolutionFor, sizesFor, trainingFor } from './settings.ts';
import { AutoregressiveTrainee } from './trainee.ts';

export const fit = (input: FitInput, options: FitOptions, context: FitContext): Promise<FitResult> => {
  const { access } = input;
  return access ? fitPrivately(input, access, options, context) : fitPlainly(input, options, context);
};

async function fitPlainly(
  { table, profile, target }: FitInput,
  { epochs }: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { rng, onModel } = context;
  const codec = new MarginalCodec(profile, resolutionFor(table.rows, table.columns.length));
  const network = new AutoregressiveNetwork(sizesFor(codec.sizes, table.rows));
  const decoding = { codec, order: generationOrder(codec.sizes, target) };
  const training = trainingFor(table.rows, epochs);
  const batches = shuffledBatches(table.rows, training.batchSize, rng.fork('batches'));
  const lesson = {
    codes: codec.encode(table),
    order: decoding.order,
    shares: codec.shares,
    ordered: codec.ordered,
    target,
  };
  const trainee = new AutoregressiveTrainee(network, lesson, training.epochs * batches.stepsPerEpoch, rng);
  const outcome = await train(
    trainee,
    {
      batches,
      epochs: training.epochs,
      learningRate: (done, step) => learningRateAt(training.learningRate, done, step),
    },
    {
      ...context,
      onPreview:
        onModel &&
        (async () => lend(previewOf({ network, parameters: await trainee.averaged() }, decoding), onModel)),
    },
  );
  const parameters = await trainee.averaged().finally(() => trainee.unload());
  return { model: await finished({ network, parameters }, decoding, table.rows, context), ...outcome };
}
