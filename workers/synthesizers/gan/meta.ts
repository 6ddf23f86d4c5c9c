import { validateEpochs } from '../epochs.ts';
import type { SynthesizerMeta } from '../types.ts';

export const meta: SynthesizerMeta = {
  id: 'gan',
  label: 'Adversarial network',
  summary:
    'Two neural networks: one invents rows, the other tries to tell them from real ones, and both learn.',
  neural: true,
  validate: validateEpochs,
};
