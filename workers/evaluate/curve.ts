/** Two quick scores of a synthetic table, for curves of many: what one model learns from it, and how alike pairs are. */
import type { TableSchema } from '../schema/types.ts';
import type { Table } from '../table/types.ts';
import type { CurveMarks, CurveScore, CurveScores } from './curveTypes.ts';
import { pairsWithout } from './distances.ts';
import { marginalDistance, pairCliques, type Clique } from './fidelity/marginals.ts';
import { jackknifeGroups, jackknifeInterval } from './jackknife.ts';
import { fitEncoder } from './learners/featureEncoder.ts';
import { learners } from './learners/learners.ts';
import { Pace } from './pace.ts';
import { meanOf, panelOf, type ScoredTables } from './panel.ts';
import { pairTables, type PairTables } from './pairs.ts';
import { intervalOf } from './prediction/estimate.ts';
import { scored, subsample } from './samples.ts';
import type { ScoreContext } from './scorecard.ts';
import { hiddenColumns, likelyTargets, problemOf } from './utility/target.ts';
import { mainScore, measureName, trivialScore } from './utility/testScores.ts';

/** Rows of a table, and pairs of columns, in the likeness of pairs. */
const mostPairRows = 10_000;
const mostPairs = 100;

/** The rows that synthetic ones are held against. */
export type CurveRows = Omit<ScoredTables, 'synthetic'>;

/** Scores synthetic tables one after the other against the same rows, with the same random numbers. */
export interface CurveScorer {
  readonly marks: CurveMarks;
  /** Why a score is missing, and the like. */
  readonly notes: readonly string[];
  /** Throws `stopped` when the run was cancelled. */
  readonly score: (synthetic: Table) => Promise<CurveScores>;
}

interface Learned extends CurveScore {
  readonly measure: NonNullable<CurveMarks['utility']>['measure'];
  readonly floor: number;
}

type Context = Pick<ScoreContext, 'rng' | 'control' | 'now'>;

/** The first learner trained on rows of one table, tested on held-out rows; or why there is no score. */
async function learnedFrom(
  source: 'train' | 'synthetic',
  tables: ScoredTables,
  column: string,
  schema: TableSchema,
  { rng, control, now }: Context,
): Promise<Learned | string> {
  if (tables.holdout.rows === 0) return 'No rows were held out to test models on.';
  const hidden = hiddenColumns(schema, column);
  const features = scored(tables.train).columns.filter(({ name }) => !hidden.has(name)).length;
  const problem = problemOf(tables, column, features, rng.fork('rows'));
  if ('reason' in problem) return problem.reason;
  const { table, labels } = problem[source];
  const encoder = fitEncoder(table, hidden);
  const context = { rng: rng.fork('model'), pace: new Pace(control, now) };
  const model = await learners[0].fit(encoder.encode(table), labels, encoder, context);
  const score = mainScore(model.predict(encoder.encode(problem.test.table)), problem.test.labels);
  if (score === null) return `The test rows are all alike in “${column}”.`;
  const { labels: test } = problem.test;
  return {
    value: score.value,
    interval: intervalOf(score),
    measure: measureName(test),
    floor: trivialScore(test),
  };
}

type PairRole = keyof PairTables['candidates'];

/** 1 less the mean distance of pairs; NaN for a role without a table. */
const likeness = ({ real, candidates }: PairTables, role: PairRole, cliques: readonly Clique[]): number =>
  1 -
  meanOf(
    candidates[role].map((other) => meanOf(cliques.map((clique) => marginalDistance(real, other, clique)))),
  );

async function pairsOf(tables: ScoredTables, schema: TableSchema, { rng, control, now }: Context) {
  const pace = new Pace(control, now);
  const fewer = {
    train: subsample(tables.train, mostPairRows, rng.fork('pair train')),
    holdout: subsample(tables.holdout, mostPairRows, rng.fork('pair holdout')),
    synthetic: subsample(tables.synthetic, mostPairRows, rng.fork('pair synthetic')),
  };
  const pairs = await pairTables(await panelOf(fewer, schema, rng.fork('pairs'), pace), pace);
  return { pairs, pace, cliques: pairCliques(pairs.real.length, mostPairs, rng.fork('cliques')) };
}

/** With a jackknife interval over the rows of both tables. */
async function similarityOf(
  tables: ScoredTables,
  schema: TableSchema,
  context: Context,
): Promise<CurveScore | null> {
  const { pairs, pace, cliques } = await pairsOf(tables, schema, context);
  if (cliques.length === 0) return null;
  const value = likeness(pairs, 'value', cliques);
  const replicates: number[] = [];
  for (let group = 0; group < jackknifeGroups; group++) {
    replicates.push(likeness(pairsWithout(pairs, group), 'value', cliques));
    await pace.breathe();
  }
  const interval = jackknifeInterval(value, replicates);
  return { value, interval: interval && [Math.max(0, interval[0]), Math.min(1, interval[1])] };
}

const unlearnable = 'Models learned from the rows themselves do not predict it better than chance either.';

/**
 * Measures the marks once. `target` is the column that a model predicts; null takes the schema's first likely one.
 * `context.rng` is kept: equal tables get equal scores.
 */
export async function curveScorer(
  rows: CurveRows,
  schema: TableSchema,
  target: string | null,
  context: Context,
): Promise<CurveScorer> {
  const column = target ?? likelyTargets(schema).at(0) ?? null;
  const itself = { ...rows, synthetic: rows.train };
  const whole =
    column === null
      ? 'No column to predict was chosen, and none has a few classes.'
      : await learnedFrom('train', itself, column, schema, context);
  const { pairs, cliques } = await pairsOf(itself, schema, context);
  const utility =
    column === null || typeof whole === 'string'
      ? null
      : {
          column,
          measure: whole.measure,
          ceiling: { value: whole.value, interval: whole.interval },
          floor: whole.floor,
        };
  const doubtful = typeof whole !== 'string' && (whole.interval?.[0] ?? NaN) <= whole.floor;
  return {
    marks: {
      utility,
      similarity:
        cliques.length === 0
          ? null
          : { ceiling: likeness(pairs, 'ceiling', cliques), floor: likeness(pairs, 'floor', cliques) },
    },
    notes: typeof whole === 'string' ? [whole] : doubtful ? [unlearnable] : [],
    score: async (synthetic) => {
      const tables = { ...rows, synthetic };
      const learned = utility && (await learnedFrom('synthetic', tables, utility.column, schema, context));
      return {
        utility:
          learned === null || typeof learned === 'string'
            ? null
            : { value: learned.value, interval: learned.interval },
        similarity: await similarityOf(tables, schema, context),
      };
    },
  };
}
