import { validateEpochs } from '../epochs.ts';
import type { SynthesizerMeta } from '../types.ts';

export const meta: SynthesizerMeta = {
  id: 'vae',
  label: 'Variational autoencoder',
  summary: 'A neural network that learns how all columns go together and invents rows from what it learned.',
  neural: true,
  validate: validateEpochs,
};
