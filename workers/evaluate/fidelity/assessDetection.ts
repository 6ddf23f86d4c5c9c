import { permutation } from '../../random/rng.ts';
import type { TableSchema } from '../../schema/types.ts';
import { concatTables, takeRows } from '../../table/takeRows.ts';
import type { Table } from '../../table/types.ts';
import type { Figure } from '../assessment.ts';
import { fitBoosting } from '../learners/boosting.ts';
import { fitEncoder } from '../learners/featureEncoder.ts';
import { Pace } from '../pace.ts';
import type { ScoredTables } from '../panel.ts';
import { intervalOf, meanOfEstimates, type Estimate } from '../prediction/estimate.ts';
import { rocAucEstimate } from '../prediction/rocAuc.ts';
import { alignTo, scored, shuffleColumn, subsample, type Sample } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import type { Rng } from '../../random/rng.ts';

/** Rows of each of the two tables. */
const mostSideRows = 8_000;
/** Fewer held-out rows than this are no side to compare with: the train rows stand in. */
const fewestHoldoutRows = 200;
const folds = 3;
/** Enough to tell tables apart, in a third of the time of the learners of utility. */
const trees = { rounds: 50, maxLeaves: 15 };

/** A column and how much the trees use it to tell synthetic rows. Shares sum to 1. */
export interface TellingColumn {
  readonly column: string;
  readonly share: number;
}

export interface Detection {
  readonly figures: readonly Figure[];
  /** Most telling first. Empty where nothing was assessed. */
  readonly telling: readonly TellingColumn[];
  /** Which real rows the synthetic ones were held against. */
  readonly against: 'holdout' | 'train';
}

interface Told {
  readonly auc: Estimate;
  readonly importance: Float64Array;
}

interface Work {
  readonly rng: Rng;
  readonly pace: Pace;
}

/** Cross-validated AUC of boosted trees that tell rows of `other` from rows of `real`; each table gives equal rows. */
async function tell(real: Table, other: Table, { rng, pace }: Work): Promise<Told> {
  const both = concatTables([real, other]);
  const isOther = (row: number): number => (row >= real.rows ? 1 : 0);
  const fold = Int32Array.from([
    ...permutation(real.rows, rng.fork('real folds')),
    ...permutation(other.rows, rng.fork('other folds')),
  ]).map((place) => place % folds);
  const rows = Int32Array.from({ length: both.rows }, (_, row) => row);
  const estimates: Estimate[] = [];
  const importance = new Float64Array(both.columns.length);
  for (let held = 0; held < folds; held++) {
    const learned = rows.filter((row) => fold[row] !== held);
    const tested = rows.filter((row) => fold[row] === held);
    const table = takeRows(both, learned);
    const encoder = fitEncoder(table, new Set());
    const labels = { kind: 'classes', codes: learned.map(isOther), size: 2 } as const;
    const model = await fitBoosting(
      encoder.encode(table).binned,
      labels,
      { rng: rng.fork('trees'), pace },
      trees,
    );
    const shares = model.predict(encoder.encode(takeRows(both, tested)).binned);
    const scores = shares.filter((_, at) => at % 2 === 1);
    estimates.push(onRows(rocAucEstimate(scores, Uint8Array.from(tested, isOther)), tested, both.rows));
    model.importance.forEach((share, at) => (importance[at] += share / folds));
  }
  return { auc: meanOfEstimates(estimates), importance };
}

/** The parts of a score on some rows, in a list over all rows: folds share none, so that their variances add up. */
const onRows = ({ value, parts }: Estimate, rows: Int32Array, total: number): Estimate => {
  const all = new Float64Array(total);
  rows.forEach((row, at) => (all[row] = parts[at]));
  return { value, parts: all };
};

const figureOf = (
  measured: Pick<Figure, 'value' | 'interval' | 'ceiling' | 'floor' | 'rows' | 'seconds' | 'note' | 'status'>,
): Figure => ({
  id: 'similarity.c2st',
  card: 'similarity',
  label: 'Told apart by trees',
  meaning:
    'How well boosted trees tell synthetic rows from real ones they did not learn from: .5 is not at all, 1 always. Trees find small flaws that may not matter, so this only informs.',
  unit: 'score',
  ...measured,
});

const columnsToSkip = ({ columns }: TableSchema): Set<string> =>
  new Set(columns.filter(({ treatment }) => treatment !== 'learn').map(({ name }) => name));

/** Real rows without relations, each column in an order of its own. */
const shuffled = ({ rows, columns }: Sample, rng: Rng): Sample => ({
  rows,
  columns: columns.map((column) => shuffleColumn(column, rng.fork(column.name))),
});

/**
 * Classifier two-sample test (Lopez-Paz and Oquab 2017): the cross-validated AUC of boosted trees that tell synthetic
 * rows from held-out real ones (train rows without enough of those). Ceiling: train rows against held-out rows. Floor:
 * train rows with each column shuffled. Informs only: state-of-the-art tables are told apart nearly always.
 * Throws `stopped` when the run was cancelled.
 */
export async function assessDetection(
  tables: ScoredTables,
  schema: TableSchema,
  { rng, control, now, onProgress }: ScoreContext,
): Promise<Detection> {
  const start = now();
  const work = { rng: rng.fork('detection'), pace: new Pace(control, now) };
  const against = tables.holdout.rows >= fewestHoldoutRows ? 'holdout' : 'train';
  const skipped = columnsToSkip(schema);
  const learned = scored(tables.train).columns.filter(({ name }) => !skipped.has(name));
  const train: Sample = { rows: tables.train.rows, columns: learned };
  const names = learned.map(({ name }) => name);
  const rows = Math.min(mostSideRows, tables[against].rows, tables.synthetic.rows, train.rows);
  if (rows < folds * 2 || names.length === 0) {
    const nothing = { value: NaN, interval: null, ceiling: NaN, floor: NaN, rows, seconds: 0 };
    const note = 'There are too few rows or columns to tell tables apart by.';
    return { figures: [figureOf({ ...nothing, note, status: 'not-assessed' })], telling: [], against };
  }
  const side = (table: Table, purpose: string): Sample =>
    alignTo(train, subsample(table, rows, work.rng.fork(purpose)));
  const real = side(tables[against], 'real');
  const step = async (message: string, done: number, other: Sample): Promise<Told> => {
    onProgress(done, message);
    return await tell(real, other, work);
  };
  const made = await step('Telling synthetic rows', 0, side(tables.synthetic, 'synthetic'));
  const ceiling =
    against === 'holdout'
      ? (await step('Telling real rows', 0.4, side(tables.train, 'train'))).auc.value
      : NaN;
  const mixed = await step('Telling shuffled rows', 0.7, shuffled(side(tables.train, 'shuffled'), work.rng));
  const telling = names
    .map((column, at) => ({ column, share: made.importance[at] }))
    .sort((a, b) => b.share - a.share);
  const figure = figureOf({
    value: made.auc.value,
    interval: intervalOf(made.auc),
    ceiling,
    floor: mixed.auc.value,
    rows: 2 * rows,
    seconds: (now() - start) / 1000,
    status: 'info',
    note: against === 'train' ? 'Held against the train rows: too few real rows were held out.' : undefined,
  });
  onProgress(1, 'Tables told apart');
  return { figures: [figure], telling, against };
}
