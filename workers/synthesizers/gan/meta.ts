import { HomespunError } from '../../errors.ts';
import type { SynthesizerMeta } from '../types.ts';

const mostEpochs = 10_000;

export const meta: SynthesizerMeta = {
  id: 'gan',
  label: 'Adversarial network',
  summary:
    'Two neural networks: one invents rows, the other tries to tell them from real ones, and both learn.',
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
