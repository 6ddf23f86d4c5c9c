import { validateEpochs } from '../epochs.ts';
import type { SynthesizerMeta } from '../types.ts';

export const meta: SynthesizerMeta = {
  id: 'autoregressive',
  label: 'Column by column',
  summary:
    'A neural network that learns each column given any of the others, and makes rows one column after another.',
  neural: true,
  anyOrder: true,
  validate: validateEpochs,
};
