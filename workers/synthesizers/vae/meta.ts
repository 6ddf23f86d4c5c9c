import { HomespunError } from '../../errors.ts';
import type { SynthesizerMeta } from '../types.ts';

const mostEpochs = 10_000;

export const meta: SynthesizerMeta = {
  id: 'vae',
  label: 'Variational autoencoder',
  summary: 'A neural network that learns how all columns go together and invents rows from what it learned.',
  neural: true,
  validate({ epochs }) {
    if (epochs === null || (Number.isSafeInteger(epochs) && epochs >= 1 && epochs <= mostEpochs)) return;
    throw new HomespunError({
      code: 'bad-settings',
      message: `${epochs} epochs cannot be run.`,
      hint: `Choose a whole number from 1 to ${mostEpochs.toLocaleString('en-US')}, or leave it to the method.`,
    });
  },
};
