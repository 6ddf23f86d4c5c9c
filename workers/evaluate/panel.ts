import type { Rng } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Table } from '../table/types.ts';
import type { ScoredColumn } from './binning.ts';
import { alignTo, scored, shuffleColumns, subsample, uniformColumn, type Sample } from './samples.ts';
import type { Referenced } from './types.ts';

/** Rows of any table that are looked at: more would not change a figure's third digit. */
export const mostRows = 50_000;

export interface ScoredTables {
  readonly train: Table;
  /** Real rows the generator never saw; may have no row. */
  readonly holdout: Table;
  readonly synthetic: Table;
}

/**
 * The real rows and the tables held against them, all but the real one with the same number of rows. `uniform` has
 * every column drawn over its domain, `shuffled` real rows without relations.
 */
export interface Panel {
  readonly real: Sample;
  readonly synthetic: Sample;
  readonly holdout: Sample | null;
  readonly shuffled: Sample;
  readonly uniform: Sample;
  /** As many synthetic rows as are looked at, for pictures. */
  readonly pictured: Sample;
}

export function panelOf({ train, holdout, synthetic }: ScoredTables, schema: TableSchema, rng: Rng): Panel {
  const real = scored(subsample(train, mostRows, rng.fork('train')));
  const pictured = subsample(synthetic, mostRows, rng.fork('synthetic'));
  const rows = Math.min(real.rows, pictured.rows, holdout.rows > 0 ? holdout.rows : Infinity);
  const drawn = (table: Table, purpose: string): Sample =>
    alignTo(real, subsample(table, rows, rng.fork(purpose)));
  const schemas = new Map(schema.columns.map((column) => [column.name, column]));
  const uniform = real.columns.map((column): ScoredColumn => {
    const its = schemas.get(column.name);
    return its ? uniformColumn(column, its, rows, rng.fork(`uniform ${column.name}`)) : column;
  });
  return {
    real,
    synthetic: drawn(pictured, 'equal rows'),
    holdout: holdout.rows > 0 ? drawn(holdout, 'holdout') : null,
    shuffled: shuffleColumns(drawn(train, 'shuffled'), rng.fork('shuffle')),
    uniform: { rows, columns: uniform },
    pictured: alignTo(real, pictured),
  };
}

/** The tables of one comparison: what is scored, and its two marks. */
export interface Marks<T> {
  readonly value: T;
  readonly ceiling: T | null;
  readonly floor: T;
}

export const mapMarks = <T, U>({ value, ceiling, floor }: Marks<T>, map: (of: T) => U): Marks<U> => ({
  value: map(value),
  ceiling: ceiling === null ? null : map(ceiling),
  floor: map(floor),
});

/** One number for each mark; NaN for a ceiling that is not there. */
export const referenced = <T>(marks: Marks<T>, score: (of: T) => number): Referenced => {
  const { value, ceiling, floor } = mapMarks(marks, score);
  return { value, ceiling: ceiling ?? NaN, floor };
};

/** Mean of the numbers that are defined; NaN when none is. */
export const meanOf = (numbers: readonly number[]): number => {
  const defined = numbers.filter((number) => !Number.isNaN(number));
  return defined.length === 0 ? NaN : defined.reduce((sum, number) => sum + number, 0) / defined.length;
};

/** Mean of each mark over many scores. */
export const meanReferenced = (scores: readonly Referenced[]): Referenced => ({
  value: meanOf(scores.map(({ value }) => value)),
  ceiling: meanOf(scores.map(({ ceiling }) => ceiling)),
  floor: meanOf(scores.map(({ floor }) => floor)),
});
