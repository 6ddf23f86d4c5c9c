import type { Resolution } from '../../encode/compressedColumn.ts';
import { trainingOf, type PrivateTraining, type StepsAtSize } from '../privateTraining.ts';
import type { GeneratorSizes } from './generator.ts';

/* How the networks are trained under DP, from public facts alone. */

export const clipNorm = 1;
/** Highest rate, of both networks. */
export const privateLearningRate = 3e-3;
/** Fewer tokens have more rows each, and the critic fewer weights. From the finest to what very wide tables get. */
export const privateResolutions: readonly [Resolution, ...Resolution[]] = [
  { bins: 16, commonShare: 100 },
  { bins: 8, commonShare: 24 },
  { bins: 4, commonShare: 8 },
  { bins: 2, commonShare: 3 },
];
export const privateCriticHidden = 64;
/** Share of the method's budget that goes into counts of pairs; the critic has the rest. */
export const pairShare = 0.7;
/** Weight of the counts of pairs beside the critic in what the generator learns. */
export const anchorWeight = 100;
/** Rows made for each step: they cost no budget. */
export const madeRows = 500;
/** Steps of the critic for each of the generator. */
export const criticSteps = 1;
/** Weight of the penalty on the critic's steepness at made rows. */
export const madeSteepness = 1;

export const privateSizesFor = (widths: readonly number[]): GeneratorSizes => ({
  widths,
  hidden: 128,
  latent: 32,
});

/** Two networks learn more slowly than one, and the pairs are counted already. */
const steps: StepsAtSize = { fewest: 300, most: 3000, at40k: 1500 };

export const privateTrainingFor = (units: number, epochs: number | null): PrivateTraining =>
  trainingOf(units, epochs, steps);
