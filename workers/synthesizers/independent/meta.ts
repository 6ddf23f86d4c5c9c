import { HomespunError } from '../../errors.ts';
import type { SynthesizerMeta } from '../types.ts';

export const meta: SynthesizerMeta = {
  id: 'independent',
  label: 'Independent columns',
  summary: 'Draws each column on its own: keeps every single column, loses how columns go together.',
  neural: false,
  validate({ epochs }) {
    if (epochs === null || epochs >= 0) return;
    throw new HomespunError({
      code: 'bad-settings',
      message: `${epochs} epochs cannot be run.`,
      hint: 'This method does not train: leave the number of epochs to it.',
    });
  },
};
