import type { Resolution } from '../../encode/compressedColumn.ts';
import { trainingOf, usualSteps, type PrivateTraining } from '../privateTraining.ts';
import type { VaeSizes } from './network.ts';

/*
 * How the network is trained under DP, from public facts alone. Chosen on Adult (39,074 rows) at epsilon 1 and 10, by
 * the total variation of pairs of columns. There the noise is the limit, not the steps: it piles up with the number of
 * steps and hardly depends on the batch, as long as sigma stays near 1 or above, which a large batch sees to.
 */

/** Four times and a fifth of this did worse, twice as much no better. */
export const clipNorm = 1;
/** At 1 the latent space says nothing any more under the noise; 0.2 and less did worse too. */
export const privateKlWeight = 0.5;
/** Highest rate. Noise calls for few and long steps. */
export const privateLearningRate = 3e-3;
/** Fewer tokens have more rows each, and the network fewer weights. */
export const privateResolution: Resolution = { bins: 16, commonShare: 100 };

export const privateSizesFor = (widths: readonly number[]): VaeSizes => ({ widths, hidden: 128, latent: 8 });

export const privateTrainingFor = (units: number, epochs: number | null): PrivateTraining =>
  trainingOf(units, epochs, usualSteps);
