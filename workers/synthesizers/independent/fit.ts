import type { Synthesizer } from '../types.ts';
import { meta } from './meta.ts';
import { IndependentModel } from './model.ts';

/** About the memory of a column's pieces or categories. */
const bytesPerColumn = 20_000;

/** Each column drawn from its profile alone. There is nothing to train: the profile is the model. */
export const independent: Synthesizer = {
  meta,
  // The profile is all it releases.
  privacy: { profileShare: 1, events: () => [] },
  estimate: async ({ cardinalities }) => ({
    seconds: 0,
    bytes: cardinalities.length * bytesPerColumn,
    epochs: 0,
  }),
  load: async (_, profile) => new IndependentModel(profile),
  fit: async ({ profile }) => ({ model: new IndependentModel(profile), stopped: false, epochs: 0, loss: [] }),
};
