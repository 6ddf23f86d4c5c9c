import type { PrivacyEvent } from '../../../workers/privacy/events.ts';

/** One event of every kind, each costing about the same. */
export const ONE_OF_EACH: readonly PrivacyEvent[] = [
  { kind: 'gaussian', sigma: 3, count: 1 },
  { kind: 'sampledGaussian', q: 0.02, sigma: 1.1, steps: 20 },
  { kind: 'discreteGaussian', sigma: 4, sensitivity: 1, count: 2 },
  { kind: 'laplace', scale: 8, count: 2 },
  { kind: 'discreteLaplace', scale: 10, count: 2 },
  { kind: 'exponential', epsilon: 0.2, count: 3 },
  { kind: 'approxDp', epsilon: 0.1, delta: 1e-8, count: 2 },
];
