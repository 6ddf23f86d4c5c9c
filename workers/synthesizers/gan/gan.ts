import type { Synthesizer } from '../types.ts';
import { meta } from './meta.ts';
import { privacy } from './privatePlan.ts';

/**
 * Generative adversarial network over tokens. The columns come out with the profile's shares; how they go together is
 * learned by deceiving a critic. Its code, and tfjs with it, is loaded when it is first used.
 */
export const gan: Synthesizer = {
  meta,
  privacy,
  estimate: async (size, options) => (await import('./estimate.ts')).estimate(size, options),
  load: async (saved, profile) => (await import('./load.ts')).load(saved, profile),
  fit: async (input, options, context) => (await import('./fit.ts')).fit(input, options, context),
};
