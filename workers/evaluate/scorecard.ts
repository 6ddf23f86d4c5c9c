import type { RunControl } from '../control.ts';
import { HomespunError } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import { codedCategories } from './binning.ts';
import { scoreColumns } from './columnScores.ts';
import { Pace } from './pace.ts';
import { meanReferenced, mostRows, panelOf, type Panel, type ScoredTables } from './panel.ts';
import { mostPairedColumns, pairTables } from './pairs.ts';
import { scoreAssociations, scorePairs } from './pairScores.ts';
import type { Scorecard } from './types.ts';

/** Fewer real rows than this make a mark that jumps from split to split. */
const fewHoldoutRows = 200;

export interface ScoreContext {
  readonly rng: Rng;
  readonly control: RunControl;
  /** Milliseconds from any fixed origin. */
  readonly now: () => number;
  readonly onProgress: (done: number, message: string) => void;
}

const whole = (number: number): string => number.toLocaleString('en-US');

const notesOn = ({ train, holdout, synthetic }: ScoredTables, panel: Panel): string[] => {
  const { real, rows } = panel;
  const draws = panel.synthetic.length;
  const notes: string[] = [];
  if (draws > 1) {
    notes.push(
      `Scores are means over ${draws} draws of ${whole(rows)} synthetic rows, as many as each mark has.`,
    );
  }
  if (holdout.rows === 0) {
    notes.push('No rows were held out, so there is no mark of how well fresh real rows would do.');
  } else if (holdout.rows < fewHoldoutRows) {
    notes.push(
      `Only ${whole(holdout.rows)} real rows were held out: their mark is rough, and scores use as few rows.`,
    );
  }
  if (Math.max(train.rows, holdout.rows, synthetic.rows) > mostRows) {
    notes.push(`Scores use ${whole(mostRows)} rows of a table at most, drawn at random.`);
  }
  if (real.columns.length > mostPairedColumns) {
    notes.push(`Relations are scored between the first ${mostPairedColumns} columns.`);
  }
  if (
    real.columns.some((column) => column.type === 'category' && column.categories.length > codedCategories)
  ) {
    notes.push(
      `In relations, categories beyond the ${codedCategories} most common of a column count as one.`,
    );
  }
  return notes;
};

const requireRows = ({ train, synthetic }: ScoredTables): void => {
  if (train.rows > 0 && synthetic.rows > 0) return;
  throw new HomespunError({
    code: 'not-ready',
    message: 'There are no rows to compare.',
    hint: 'Make a synthetic table with at least one row.',
  });
};

/**
 * Scores a synthetic table against the real rows it was learned from. Every score comes with the score of held-out
 * real rows (ceiling) and of a table that knows nothing (floor), over the same number of rows.
 * Throws `not-ready` when a table is empty and `stopped` when cancelled.
 */
export async function scoreTables(
  tables: ScoredTables,
  schema: TableSchema,
  { rng, control, now, onProgress }: ScoreContext,
): Promise<Scorecard> {
  const start = now();
  requireRows(tables);
  const pace = new Pace(control, now);
  const panel = await panelOf(tables, schema, rng, pace);
  const columns = await scoreColumns(panel, schema, pace, (done) =>
    onProgress(done * 0.4, 'Comparing each column'),
  );
  const paired = await pairTables(panel, pace);
  const pairScore = await scorePairs(paired, pace, (done) =>
    onProgress(0.4 + done * 0.3, 'Comparing pairs of columns'),
  );
  const associations = await scoreAssociations(paired, pace, (done) =>
    onProgress(0.7 + done * 0.3, 'Comparing associations'),
  );
  return {
    columns,
    meanDistance: meanReferenced(columns.map(({ distance }) => distance)),
    pairDistance: pairScore,
    associations,
    rows: {
      train: tables.train.rows,
      holdout: tables.holdout.rows,
      synthetic: tables.synthetic.rows,
      used: panel.rows,
    },
    seconds: (now() - start) / 1000,
    notes: notesOn(tables, panel),
  };
}
