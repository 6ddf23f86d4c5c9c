import type { Rng } from '../../random/rng.ts';
import { concatTables } from '../../table/takeRows.ts';
import { fitBoosting } from '../learners/boosting.ts';
import { fitEncoder } from '../learners/featureEncoder.ts';
import type { Pace } from '../pace.ts';
import { scored, subsample, type Sample } from '../samples.ts';
import type { Attack } from './membership.ts';

/** The tables of the attack as they are; no row stands in two of them. */
export interface ClassifierRows {
  readonly members: Sample;
  readonly others: Sample;
  readonly reference: Sample;
  readonly synthetic: Sample;
}

const trees = { rounds: 40, maxLeaves: 15 };

/**
 * A classifier learns to tell synthetic rows from reference rows that were never learned from; rows it takes for
 * synthetic are taken for members (Houssiau and others 2022; SynthEval).
 */
export async function classifierAttack(
  { members, others, reference, synthetic }: ClassifierRows,
  rng: Rng,
  pace: Pace,
): Promise<Attack> {
  const made = scored(subsample(synthetic, reference.rows, rng.fork('classified')));
  const known = concatTables([reference, made]);
  const encoder = fitEncoder(known, new Set());
  await pace.breathe();
  const codes = new Int32Array(known.rows).fill(1, reference.rows);
  const labels = { kind: 'classes', codes, size: 2 } as const;
  const { predict } = await fitBoosting(
    encoder.encode(known).binned,
    labels,
    { rng: rng.fork('trees'), pace },
    trees,
  );
  const scoresOf = (sample: Sample): Float64Array =>
    predict(encoder.encode(sample).binned).filter((_, at) => at % 2 === 1);
  return { name: 'classifier', positive: scoresOf(members), negative: scoresOf(others) };
}
