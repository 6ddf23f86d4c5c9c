import { loadMarginal } from '../marginal/load.ts';
import type { Synthesizer } from '../types.ts';
import { fit } from './fit.ts';
import { meta } from './meta.ts';
import { privacy } from './plan.ts';

/**
 * In the manner of AIM (McKenna, Mullins, Sheldon and Miklau 2022, arXiv 2201.12677): exponential choice of the worst
 * marginal, noisy count, refit. Unlike it, the number of picks and their noise are fixed before the start, so that the
 * whole run composes in one accountant of loss distributions; several picks share a fit.
 */
export const aim: Synthesizer = {
  meta,
  privacy,
  estimate: async ({ rows, cardinalities }) => {
    const columns = cardinalities.length;
    const pairs = (columns * (columns - 1)) / 2;
    return {
      seconds: 3 + rows * pairs * 4e-9 + columns * 0.25 + pairs * 0.01,
      bytes: rows * columns * 2 + pairs * 16 * 1024 + 40e6,
      epochs: 0,
    };
  },
  fit,
  load: (saved, profile) => loadMarginal('aim', saved, profile),
};
