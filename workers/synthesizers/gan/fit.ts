import { shuffledBatches } from '../../nn/batches.ts';
import { train } from '../../nn/trainer.ts';
import { DerivedColumns } from '../neural/derived.ts';
import { learningRateAt } from '../../nn/learningRate.ts';
import { lend } from '../lend.ts';
import { TokenCodec } from '../neural/tokens.ts';
import type { FitContext, FitInput, FitOptions, FitResult } from '../types.ts';
import { Critic } from './critic.ts';
import { finished, previewOf } from './finish.ts';
import { Generator } from './generator.ts';
import { exactPairs } from './pairs.ts';
import { fitPrivately } from './privateFit.ts';
import { criticHiddenFor, sizesFor, trainingFor } from './settings.ts';
import { GanTrainee } from './trainee.ts';

export const fit = (input: FitInput, options: FitOptions, context: FitContext): Promise<FitResult> => {
  const { access } = input;
  return access ? fitPrivately(input, access, context) : fitPlainly(input, options, context);
};

async function fitPlainly(
  { table, profile }: FitInput,
  { epochs }: FitOptions,
  context: FitContext,
): Promise<FitResult> {
  const { rng, onModel } = context;
  const codec = new TokenCodec(profile);
  const all = codec.encode(table, rng.fork('encode'));
  const derived = DerivedColumns.found(all, codec.shares);
  const tokens = derived.free.map((column) => all[column]);
  const shares = derived.free.map((column) => codec.shares[column]);
  const generator = new Generator(
    sizesFor(
      shares.map((block) => block.length),
      table.rows,
    ),
  );
  const trainee = new GanTrainee(
    generator,
    new Critic(generator.width, criticHiddenFor(table.rows)),
    { tokens, shares, targets: await exactPairs(tokens, generator.sizes.widths, context.control) },
    rng,
  );
  const training = trainingFor(table.rows, epochs);
  const decoding = { codec, derived };
  const trained = async () => ({ generator, parameters: await trainee.averaged(), shares });
  const outcome = await train(
    trainee,
    {
      batches: shuffledBatches(table.rows, training.batchSize, rng.fork('batches')),
      epochs: training.epochs,
      learningRate: (done, step) => learningRateAt(training.learningRate, done, step),
    },
    { ...context, onPreview: onModel && (async () => lend(previewOf(await trained(), decoding), onModel)) },
  );
  const last = await trained().finally(() => trainee.unload());
  const model = await finished(last, decoding, table.rows, context);
  return { model, ...outcome };
}
