import { refuseEpochs } from '../marginal/lesson.ts';
import type { SynthesizerMeta } from '../types.ts';

export const meta: SynthesizerMeta = {
  id: 'aim',
  label: 'Adaptive combinations',
  summary:
    'Asks, round by round and with noise, which combinations of columns the model gets most wrong, counts those, and fits a graphical model to all counts.',
  neural: false,
  validate: refuseEpochs,
};
