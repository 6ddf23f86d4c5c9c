import type { VaeSizes } from './network.ts';
import type { Resolution } from './tokens.ts';

/** How the network is trained under DP: from public facts alone. */
export interface PrivateTraining {
  readonly steps: number;
  readonly expectedBatch: number;
}

export const clipNorm = 1;
export const privateKlWeight = 0.5;
export const privateLearningRate = 1e-3;
/** Noise drowns small differences: wide steps are learned better. */
export const privateResolution: Resolution = { bins: 16, commonShare: 100 };

export const privateSizesFor = (widths: readonly number[]): VaeSizes => ({ widths, hidden: 128, latent: 16 });

/** `epochs` is the number of expected passes over the units, or null for the method's own choice. */
export function privateTrainingFor(units: number, epochs: number | null): PrivateTraining {
  const expectedBatch = Math.min(units, 500);
  const passes = epochs ?? 30;
  return { steps: Math.max(1, Math.round((passes * units) / expectedBatch)), expectedBatch };
}
