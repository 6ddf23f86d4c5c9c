import type { Synthesizer } from '../types.ts';
import { meta } from './meta.ts';
import { privacy } from './privatePlan.ts';

/**
 * Any-order autoregressive network over codes: each column given any of the others. Its code, and tfjs with it, is
 * loaded when it is first used.
 */
export const autoregressive: Synthesizer = {
  meta,
  privacy,
  estimate: async (size, options) => (await import('./estimate.ts')).estimate(size, options),
  load: async (saved, profile) => (await import('./load.ts')).load(saved, profile),
  fit: async (input, options, context) => (await import('./fit.ts')).fit(input, options, context),
};
