import type { Interval } from '../assessment.ts';
import { z95 } from './estimate.ts';

/** 95 % interval of a share (Wilson 1927); the whole of 0..1 without trials. */
export function wilson(successes: number, trials: number, z = z95): Interval {
  if (trials === 0) return [0, 1];
  const share = successes / trials;
  const shrink = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / shrink;
  const reach = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  return [Math.max(0, centre - reach), Math.min(1, centre + reach)];
}
