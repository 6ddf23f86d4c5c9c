import type { Labels } from '../learners/types.ts';
import { learners } from '../learners/learners.ts';
import { classRates, mostProbable } from '../prediction/classRates.ts';
import { intervalOf, relativeLoss, type Estimate } from '../prediction/estimate.ts';
import { wilsonInterval } from '../statistics/proportions.ts';
import { furtherScores, mainScore } from './testScores.ts';
import type { SourceModels } from './trainedModels.ts';
import type { ClassUtility, LearnerUtility, Rate, Scored } from './utilityTypes.ts';

/** Main scores of every learner on both sources. */
export interface Scores {
  readonly real: readonly Estimate[];
  readonly synthetic: readonly Estimate[];
}

/** Null where the test rows cannot tell models apart. */
export function scoresOf(real: SourceModels, synthetic: SourceModels, test: Labels): Scores | null {
  const of = ({ predictions }: SourceModels): Estimate[] =>
    predictions.flatMap((its) => mainScore(its, test) ?? []);
  const scores = { real: of(real), synthetic: of(synthetic) };
  return scores.real.length === learners.length && scores.synthetic.length === learners.length
    ? scores
    : null;
}

/** Place of the highest score. */
export const bestOf = (estimates: readonly Estimate[]): number =>
  estimates.reduce((best, { value }, at) => (value > estimates[best].value ? at : best), 0);

const scored = (estimate: Estimate): Scored => ({ value: estimate.value, interval: intervalOf(estimate) });

export const learnerDetails = (
  scores: Scores,
  real: SourceModels,
  synthetic: SourceModels,
  test: Labels,
): LearnerUtility[] =>
  learners.map(({ id, label }, at) => {
    const [ofReal, ofSynthetic] = [real, synthetic].map((models) =>
      furtherScores(models.predictions[at], test),
    );
    return {
      id,
      label,
      real: scored(scores.real[at]),
      synthetic: scored(scores.synthetic[at]),
      loss: scored(relativeLoss(scores.real[at], scores.synthetic[at])),
      further: Array.from(ofReal, ([name, value]) => ({
        name,
        real: value,
        synthetic: ofSynthetic.get(name) ?? NaN,
      })),
    };
  });

const rate = (value: number, hits: number, trials: number): Rate => ({
  value,
  interval: wilsonInterval(hits, trials),
});

/** Recall and precision of each class by its most probable class, for one learner. */
export function classDetails(
  real: Float64Array,
  synthetic: Float64Array,
  test: Labels,
  classes: readonly string[],
): ClassUtility[] {
  if (test.kind !== 'classes') return [];
  const { codes, size } = test;
  const [ofReal, ofSynthetic] = [real, synthetic].map((shares) =>
    classRates(codes, mostProbable(shares, size), size),
  );
  return classes.map((label, code) => {
    const both = { real: ofReal[code], synthetic: ofSynthetic[code] };
    return {
      label,
      testRows: both.real.rows,
      recall: {
        real: rate(both.real.recall, both.real.hits, both.real.rows),
        synthetic: rate(both.synthetic.recall, both.synthetic.hits, both.synthetic.rows),
      },
      precision: {
        real: rate(both.real.precision, both.real.hits, both.real.named),
        synthetic: rate(both.synthetic.precision, both.synthetic.hits, both.synthetic.named),
      },
    };
  });
}
