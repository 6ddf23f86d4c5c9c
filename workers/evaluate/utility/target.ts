import type { ColumnSchema, TableSchema } from '../../schema/types.ts';
import { takeRows } from '../../table/takeRows.ts';
import type { CategoryColumn, Column, NumberColumn, Table } from '../../table/types.ts';
import { commonLabels } from '../learners/binFeatures.ts';
import type { Labels } from '../learners/types.ts';
import { subsample } from '../samples.ts';
import type { ScoredTables } from '../panel.ts';
import type { Rng } from '../../random/rng.ts';

/** Classes that are told apart; rarer ones count as one. */
const mostClasses = 20;
/** Cells that a learner is given at most, and bounds on its rows: keeps an assessment to seconds. */
const mostCells = 800_000;
const [fewestRows, mostRows] = [5_000, 50_000];
const mostTestRows = 20_000;
/** A smaller share of synthetic rows than this beside the real ones counts against them and is said. */
const enoughSynthetic = 0.95;
/** Each class takes trees of its own, so that many classes get fewer rows. */
const severalClassesCost = 3;

/** Columns a person would want predicted, where none was named: the schema's targets, else the last one of a few classes. */
export function likelyTargets({ columns }: TableSchema): string[] {
  const named = columns.filter(({ role, treatment }) => role === 'target' && treatment === 'learn');
  if (named.length > 0) return named.map(({ name }) => name);
  const fit = columns.filter(({ kind, treatment, category }) => {
    const classes = category?.categories.length ?? 0;
    const few = classes >= 2 && classes <= mostClasses;
    return treatment === 'learn' && (kind === 'category' || kind === 'boolean') && few;
  });
  return fit.slice(-1).map(({ name }) => name);
}

/** Columns that learners must not see. */
export function hiddenColumns({ columns }: TableSchema, target: string): Set<string> {
  const hides = ({ treatment, role, kind }: ColumnSchema): boolean =>
    treatment !== 'learn' || role === 'person' || kind === 'constant';
  return new Set([target, ...columns.filter(hides).map(({ name }) => name)]);
}

/** Rows with their labels. */
export interface Labelled {
  readonly table: Table;
  readonly labels: Labels;
}

export interface Problem {
  readonly target: string;
  /** Of classes, most common first. Empty for numbers. */
  readonly classes: readonly string[];
  readonly train: Labelled;
  readonly synthetic: Labelled;
  readonly test: Labelled;
  readonly notes: readonly string[];
}

const whole = (number: number): string => number.toLocaleString('en-US');

type TargetColumn = NumberColumn | CategoryColumn;

const targetIn = (table: Table, name: string): TargetColumn | null => {
  const column = table.columns.find((its: Column) => its.name === name);
  return column?.type === 'number' || column?.type === 'category' ? column : null;
};

/** The rows whose target is known. */
const known = (table: Table, name: string): Table => {
  const column = targetIn(table, name);
  if (column === null) return takeRows(table, new Int32Array());
  const has = (row: number): boolean =>
    column.type === 'category' ? column.codes[row] >= 0 : !Number.isNaN(column.values[row]);
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row).filter(has);
  return rows.length === table.rows ? table : takeRows(table, rows);
};

const otherClass = '(other)';

/** Labels of a target column under the classes of the training rows; a class that they do not have is the last. */
const labelsOf = (column: TargetColumn, classes: readonly string[]): Labels => {
  if (column.type === 'number') return { kind: 'number', values: column.values };
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  const codes = Int32Array.from(column.categories, (label) => codeOf.get(label) ?? classes.length - 1);
  return {
    kind: 'classes',
    size: classes.length,
    codes: column.codes.map((code) => (code < codes.length ? codes[code] : classes.length - 1)),
  };
};

/** Classes of the training rows, and one for the rest where training or test rows have any. */
const classesOf = (train: TargetColumn, test: TargetColumn): string[] => {
  if (train.type !== 'category' || test.type !== 'category') return [];
  const labels = commonLabels(train, mostClasses);
  const known = new Set(labels);
  const occurs = (column: CategoryColumn): boolean =>
    commonLabels(column, Infinity).some((label) => !known.has(label));
  return occurs(train) || occurs(test) ? [...labels, otherClass] : labels;
};

const rowLimit = (features: number, outputs: number): number => {
  const cost = features * (outputs > 2 ? severalClassesCost : 1);
  return Math.min(mostRows, Math.max(fewestRows, Math.floor(mostCells / Math.max(1, cost))));
};

/** What was left out, by the tables as they came, their rows with a known target, and those that are used. */
const notesOn = (
  target: string,
  given: ScoredTables,
  labelled: ScoredTables,
  used: ScoredTables,
  classes: number,
): string[] => {
  const notes: string[] = [];
  const [real, made] = [used.train.rows, used.synthetic.rows];
  if (labelled.train.rows < given.train.rows) notes.push(`Rows without a value in “${target}” are left out.`);
  if (real < labelled.train.rows) {
    notes.push(`Models learn from ${whole(real)} real rows, and from as many synthetic ones at most.`);
  }
  if (used.holdout.rows < labelled.holdout.rows) {
    notes.push(`They are tested on ${whole(used.holdout.rows)} rows.`);
  }
  if (made < enoughSynthetic * real) {
    notes.push(
      `There are only ${whole(made)} synthetic rows to learn from, against ${whole(real)} real ones.`,
    );
  }
  if (classes > mostClasses) notes.push(`Classes beyond the ${mostClasses} most common count as one.`);
  return notes;
};

const eachTable = (
  tables: ScoredTables,
  map: (table: Table, role: keyof ScoredTables) => Table,
): ScoredTables => ({
  train: map(tables.train, 'train'),
  holdout: map(tables.holdout, 'holdout'),
  synthetic: map(tables.synthetic, 'synthetic'),
});

/**
 * Rows and labels to predict one column; synthetic rows are as many as real ones at most. A reason where the column
 * cannot be predicted.
 */
export function problemOf(
  tables: ScoredTables,
  target: string,
  features: number,
  rng: Rng,
): Problem | { readonly reason: string } {
  const column = targetIn(tables.train, target);
  if (column === null) return { reason: `Column “${target}” is neither a number nor a category.` };
  if (features === 0) return { reason: 'There is no other column to predict it from.' };
  const outputs = column.type === 'category' ? commonLabels(column, Infinity).length : 1;
  const labelled = eachTable(tables, (table) => known(table, target));
  const limit = Math.min(rowLimit(features, outputs), labelled.train.rows);
  const used = eachTable(labelled, (table, role) =>
    subsample(table, role === 'holdout' ? mostTestRows : limit, rng.fork(role)),
  );
  const { train, holdout, synthetic } = used;
  const [real, test, made] = [train, holdout, synthetic].map((table) => targetIn(table, target));
  if (real === null || test === null || made === null || real.type !== made.type || real.type !== test.type) {
    return { reason: `Column “${target}” is not the same in the tables to compare.` };
  }
  if (train.rows === 0 || holdout.rows === 0 || synthetic.rows === 0) {
    return { reason: `No row of one of the tables has a value in “${target}”.` };
  }
  const classes = classesOf(real, test);
  if (real.type === 'category' && classes.length < 2) {
    return { reason: `Column “${target}” has one value only.` };
  }
  return {
    target,
    classes,
    train: { table: train, labels: labelsOf(real, classes) },
    synthetic: { table: synthetic, labels: labelsOf(made, classes) },
    test: { table: holdout, labels: labelsOf(test, classes) },
    notes: notesOn(target, tables, labelled, used, outputs),
  };
}
