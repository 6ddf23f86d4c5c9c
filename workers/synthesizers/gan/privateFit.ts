import { trainPrivately } from '../../nn/privateTrainer.ts';
import type { Profile } from '../../profile/types.ts';
import { DerivedColumns } from '../neural/derived.ts';
import { lend } from '../lend.ts';
import { TokenCodec, type Tokens } from '../neural/tokens.ts';
import { plannedCourse } from '../privateTraining.ts';
import type { FitContext, FitInput, FitResult, PrivateAccess } from '../types.ts';
import { Critic } from './critic.ts';
import { CriticRows } from './criticRows.ts';
import { finished, previewOf } from './finish.ts';
import { Generator } from './generator.ts';
import { countPair, mostTokens, pairsOf, type PairTargets } from './pairs.ts';
import { PrivateDuel } from './privateDuel.ts';
import {
  clipNorm,
  privateCriticHidden,
  privateLearningRate,
  privateResolutions,
  privateSizesFor,
} from './privateSettings.ts';

/**
 * The GAN by DP-SGD of its critic. Rows are touched by counts of pairs and by the clipped sums of `trainPrivately`
 * alone: tokens, first biases, given cells and the last calibration follow from the noisy profile, sizes and rates from
 * the plan, and the generator from the critic and the noisy counts.
 */
export async function fitPrivately(
  { table, profile, target }: FitInput,
  access: PrivateAccess,
  context: FitContext,
): Promise<FitResult> {
  const { rng, onModel, control } = context;
  const codec = codecFor(profile);
  const { widths, shares } = codec;
  const tokens = codec.encode(table, rng.fork('encode'));
  const targets = await measuredPairs(tokens, widths, profile.rows, target, access, context);
  const generator = new Generator(privateSizesFor(widths));
  const critic = new Critic(generator.width, privateCriticHidden);
  const decoding = { codec, derived: DerivedColumns.none(widths.length) };
  const duel = new PrivateDuel(generator, critic, shares, targets, { rng, control });
  const trained = () => ({ generator, parameters: duel.made, shares });
  const outcome = await trainPrivately(
    new CriticRows(critic, tokens, widths),
    duel,
    plannedCourse(access, { clipNorm, highestRate: privateLearningRate }, rng),
    access.mechanisms,
    { ...context, onPreview: onModel && (() => lend(previewOf(trained(), decoding), onModel)) },
  );
  const model = await finished(trained(), decoding, profile.rows, context);
  return { model, ...outcome, loss: [] };
}

/** The finest tokens that are few enough, by the noisy profile alone. */
function codecFor(profile: Profile): TokenCodec {
  const [finest, ...coarser] = privateResolutions;
  let codec = new TokenCodec(profile, finest);
  for (const resolution of coarser) {
    if (codec.widths.reduce((sum, width) => sum + width, 0) <= mostTokens) break;
    codec = new TokenCodec(profile, resolution);
  }
  return codec;
}

/** Noisy shares of pairs: one use of the first event for each. */
async function measuredPairs(
  tokens: Tokens,
  widths: readonly number[],
  rows: number,
  target: number | undefined,
  { mechanisms, firstEvent }: PrivateAccess,
  { control }: FitContext,
): Promise<PairTargets> {
  const pairs = pairsOf(widths.length, target);
  const shares: Float64Array[] = [];
  if (pairs.length > 0) await mechanisms.prepay(firstEvent);
  for (const pair of pairs) {
    const counts = mechanisms.noisyCounts(firstEvent, countPair(tokens, widths, pair));
    shares.push(counts.map((count) => count / Math.max(1, rows)));
    await control.checkpoint();
  }
  return { widths, pairs, shares };
}
