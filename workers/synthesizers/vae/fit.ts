import { shuffledBatches } from '../../nn/batches.ts';
import { learningRateAt } from '../../nn/learningRate.ts';
import { train } from '../../nn/trainer.ts';
import { lend } from '../lend.ts';
import type { FitContext, FitInput, FitOptions, FitResult } from '../types.ts';
import { DerivedColumns } from '../neural/derived.ts';
import { finished, previewOf } from './finish.ts';
import { VaeNetwork } from './network.ts';
import { fitPrivately } from './privateFit.ts';
import { sizesFor, trainingFor } from './settings.ts';
import { TokenCodec } from '../neural/tokens.ts';
import { vaeTrainee } from './trainee.ts';

export const fit = (input: FitInput, options: FitOptions, context: FitContext): Promise<FitResult> => {
  const { access } = input;
  return access ? fitPrivately(input, access, options, context) : fitPlainly(input, options, context);
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
  const network = new VaeNetwork(
    sizesFor(
      shares.map((block) => block.length),
      table.rows,
    ),
  );
  const trainee = vaeTrainee(network, tokens, shares, rng);
  const training = trainingFor(table.rows, epochs);
  const decoding = { codec, derived };
  const outcome = await train(
    trainee,
    {
      batches: shuffledBatches(table.rows, training.batchSize, rng.fork('batches')),
      epochs: training.epochs,
      learningRate: (done, step) => learningRateAt(training.learningRate, done, step),
    },
    {
      ...context,
      onPreview:
        onModel && (async () => lend(previewOf(network, await trainee.averaged(), decoding), onModel)),
    },
  );
  const parameters = await trainee.averaged().finally(() => trainee.unload());
  const model = await finished({ network, parameters }, shares, decoding, table.rows, context);
  return { model, ...outcome };
}
