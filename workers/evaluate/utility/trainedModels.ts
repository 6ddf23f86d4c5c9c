import type { Rng } from '../../random/rng.ts';
import { fitEncoder } from '../learners/featureEncoder.ts';
import { learners } from '../learners/learners.ts';
import type { Learner } from '../learners/types.ts';
import type { Pace } from '../pace.ts';
import type { Labelled } from './target.ts';

export interface Work {
  readonly rng: Rng;
  readonly pace: Pace;
}

/** What the models of one source say of the test rows, in the order of the learners. */
export interface SourceModels {
  readonly predictions: readonly Float64Array[];
  /** By feature, of each learner. */
  readonly importance: readonly Float64Array[];
  readonly features: readonly string[];
}

/**
 * Fits every learner on one source and predicts the test rows. Encoders see the source alone, and each learner has the
 * same random numbers on every source, so that equal tables give equal models.
 */
export async function trainOn(
  { table, labels }: Labelled,
  test: Labelled,
  hidden: ReadonlySet<string>,
  { rng, pace }: Work,
  onLearner: (learner: Learner) => void,
): Promise<SourceModels> {
  const encoder = fitEncoder(table, hidden);
  const [features, tested] = [encoder.encode(table), encoder.encode(test.table)];
  const predictions: Float64Array[] = [];
  const importance: Float64Array[] = [];
  for (const learner of learners) {
    onLearner(learner);
    const fitted = await learner.fit(features, labels, encoder, { rng: rng.fork(learner.id), pace });
    predictions.push(fitted.predict(tested));
    importance.push(fitted.importance);
    await pace.breathe();
  }
  return { predictions, importance, features: encoder.names };
}
