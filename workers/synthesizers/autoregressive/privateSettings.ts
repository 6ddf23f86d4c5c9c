import type { Resolution } from '../../encode/compressedColumn.ts';
import type { PrivateTraining } from '../privateTraining.ts';
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

const usualBatch = 1000;

/** `epochs` is the number of expected passes over the units, or null for the method's own choice. */
export function privateTrainingFor(units: number, epochs: number | null): PrivateTraining {
  const expectedBatch = Math.min(units, usualBatch);
  const steps = epochs === null ? defaultSteps(units) : Math.round((epochs * units) / expectedBatch);
  return { steps: Math.max(1, steps), expectedBatch };
}

/** The more rows, the less the noise weighs and the longer it pays to train. */
const defaultSteps = (units: number): number =>
  Math.max(100, Math.min(4000, Math.round(1000 * Math.sqrt(units / 40_000))));
