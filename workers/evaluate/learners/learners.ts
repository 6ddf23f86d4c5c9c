import { boosting } from './boosting.ts';
import { forest } from './forest.ts';
import { linear } from './linear.ts';
import type { Learner } from './types.ts';

/** All learners, the one that usually predicts best first. Their settings are fixed: nothing is tuned on test rows. */
export const learners: readonly Learner[] = [boosting, forest, linear];
