import { permutation, type Rng } from '../../random/rng.ts';
import { takeRows } from '../../table/takeRows.ts';
import type { Pace } from '../pace.ts';
import type { ScoredTables } from '../panel.ts';
import { mostRows } from '../panel.ts';
import { alignTo, scored, subsample, type Sample } from '../samples.ts';
import type { Placed } from './inference.ts';
import { rowCoder, type RowCoder } from './rowSpace.ts';

/** Rows at most that an attack looks at: they bound the time, and the page shows them. */
export interface AttackCaps {
  /** Train rows, and as many held-out rows, whose membership is guessed. */
  readonly targets: number;
  /** Held-out rows by which an attacker knows how dense the data are. */
  readonly reference: number;
  /** Synthetic rows among which the nearest is sought. */
  readonly synthetic: number;
  /** Rows whose columns are guessed: of one secret, and of every column. */
  readonly secretTargets: number;
  readonly everyColumnTargets: number;
  readonly linked: number;
  readonly queries: number;
}

export const attackCaps: AttackCaps = {
  targets: 2_000,
  reference: 4_000,
  synthetic: 40_000,
  secretTargets: 4_000,
  everyColumnTargets: 1_500,
  linked: 1_500,
  queries: 4_000,
};

/** The tables as attacks see them: held-out rows are no more than train rows, and are cut in two for membership. */
export interface AttackRows {
  readonly train: Sample;
  readonly holdout: Sample;
  readonly synthetic: Sample;
  readonly coder: RowCoder;
  /** The synthetic rows among which the nearest is sought. */
  readonly known: Placed;
}

export async function attackRows(
  { train, holdout, synthetic }: ScoredTables,
  caps: AttackCaps,
  rng: Rng,
  pace: Pace,
): Promise<AttackRows> {
  const real = scored(subsample(train, mostRows, rng.fork('train')));
  await pace.breathe();
  const held = alignTo(real, subsample(holdout, Math.min(mostRows, real.rows), rng.fork('holdout')));
  await pace.breathe();
  const made = alignTo(real, subsample(synthetic, mostRows, rng.fork('synthetic')));
  await pace.breathe();
  const coder = rowCoder([real, held]);
  const known = scored(subsample(made, caps.synthetic, rng.fork('known')));
  return { train: real, holdout: held, synthetic: made, coder, known: { sample: known, rows: coder(known) } };
}

/** At most `limit` rows of a sample in random order, placed. */
export function placed(sample: Sample, limit: number, coder: RowCoder, rng: Rng): Placed {
  const drawn = scored(subsample(sample, limit, rng));
  return { sample: drawn, rows: coder(drawn) };
}

/** A sample cut at random into a first part of at most `limit` rows, and the rest. */
export function cut(sample: Sample, limit: number, rng: Rng): readonly [Sample, Sample] {
  const order = permutation(sample.rows, rng);
  const first = Math.min(limit, Math.floor(sample.rows / 2));
  return [scored(takeRows(sample, order.slice(0, first))), scored(takeRows(sample, order.slice(first)))];
}
