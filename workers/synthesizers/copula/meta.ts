import { refuseEpochs } from '../marginal/lesson.ts';
import type { SynthesizerMeta } from '../types.ts';

export const meta: SynthesizerMeta = {
  id: 'copula',
  label: 'Gaussian copula',
  summary:
    'Keeps the shape of every column and one correlation for each pair of columns: quick, and good for numbers that rise and fall together.',
  neural: false,
  validate: refuseEpochs,
};
