import type { Resolution } from '../../encode/compressedColumn.ts';
import { trainingOf, usualSteps, type PrivateTraining } from '../privateTraining.ts';
import type { AutoregressiveSizes } from './network.ts';

/* How the network is trained under DP, from public facts alone. */

export const clipNorm = 1;
/** Highest rate. Noise calls for few and long steps. */
export const privateLearningRate = 3e-3;
/** Fewer codes have more rows each, and the network fewer weights. */
export const privateResolution: Resolution = { bins: 32, commonShare: 100 };

export const privateSizesFor = (widths: readonly number[]): AutoregressiveSizes => ({
  widths,
  hidden: 128,
  depth: 1,
});

export const privateTrainingFor = (units: number, epochs: number | null): PrivateTraining =>
  trainingOf(units, epochs, usualSteps);
