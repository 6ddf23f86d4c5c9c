import { RunControl } from '../../../../workers/control.ts';
import { fitEncoder } from '../../../../workers/evaluate/learners/featureEncoder.ts';
import type { Fitted, Labels, Learner } from '../../../../workers/evaluate/learners/types.ts';
import { Pace } from '../../../../workers/evaluate/pace.ts';
import { seededRng } from '../../../../workers/random/rng.ts';
import type { Table } from '../../../../workers/table/types.ts';

/** Runs `work` with a pace of its own and frees it. */
export async function paced<T>(work: (pace: Pace) => Promise<T>): Promise<T> {
  const control = new RunControl();
  try {
    return await work(new Pace(control, () => performance.now()));
  } finally {
    control.close();
  }
}

export interface Trained {
  readonly fitted: Fitted;
  predict(table: Table): Float64Array;
}

/** A learner fitted on a whole table whose labels stand apart. */
export async function train(learner: Learner, table: Table, labels: Labels, seed = 'fit'): Promise<Trained> {
  const encoder = fitEncoder(table, new Set());
  const fitted = await paced((pace) =>
    learner.fit(encoder.encode(table), labels, encoder, { rng: seededRng(seed), pace }),
  );
  return { fitted, predict: (other) => fitted.predict(encoder.encode(other)) };
}

export const classes = (codes: ArrayLike<number>, size = 2): Labels => ({
  kind: 'classes',
  codes: Int32Array.from(codes),
  size,
});

/** Probability of the second of two classes in each row. */
export const second = (shares: Float64Array): Float64Array => shares.filter((_, at) => at % 2 === 1);
