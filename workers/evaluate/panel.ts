import { permutation, type Rng } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import { takeRows } from '../table/takeRows.ts';
import type { Table } from '../table/types.ts';
import type { ScoredColumn } from './binning.ts';
import type { Pace } from './pace.ts';
import { alignTo, scored, shuffleColumn, subsample, uniformColumn, type Sample } from './samples.ts';
import type { Referenced } from './types.ts';

/** Rows of any table that are looked at: more would not change a figure's third digit. */
export const mostRows = 50_000;

export interface ScoredTables {
  readonly train: Table;
  /** Real rows the generator never saw; may have no row. */
  readonly holdout: Table;
  readonly synthetic: Table;
}

/** Synthetic rows are cut into this many draws at most: scores are their means, so that they jump less. */
const mostDraws = 5;

/**
 * The real rows and the tables held against them, all but the real one with `rows` rows. `uniform` has every column
 * drawn over its domain, `shuffled` real rows without relations.
 */
export interface Panel {
  readonly real: Sample;
  readonly rows: number;
  /** Disjoint draws of synthetic rows. */
  readonly synthetic: readonly Sample[];
  /** One draw, or none without held-out rows. */
  readonly holdout: readonly Sample[];
  readonly shuffled: Sample;
  readonly uniform: Sample;
  /** As many synthetic rows as are looked at, for pictures. */
  readonly pictured: Sample;
}

export async function panelOf(
  { train, holdout, synthetic }: ScoredTables,
  schema: TableSchema,
  rng: Rng,
  pace: Pace,
): Promise<Panel> {
  const real = scored(subsample(train, mostRows, rng.fork('train')));
  await pace.breathe();
  const pictured = subsample(synthetic, mostRows, rng.fork('synthetic'));
  const rows = Math.min(real.rows, pictured.rows, holdout.rows > 0 ? holdout.rows : Infinity);
  const schemas = new Map(schema.columns.map((column) => [column.name, column]));
  const draw = async (table: Table, purpose: string): Promise<Sample> => {
    await pace.breathe();
    return alignTo(real, subsample(table, rows, rng.fork(purpose)));
  };
  return {
    real,
    rows,
    synthetic: await drawsOf(alignTo(real, pictured), rows, rng.fork('draws'), pace),
    holdout: holdout.rows > 0 ? [await draw(holdout, 'holdout')] : [],
    shuffled: await eachColumn(await draw(train, 'shuffled'), pace, (column) =>
      shuffleColumn(column, rng.fork(`shuffle ${column.name}`)),
    ),
    uniform: await eachColumn({ rows, columns: real.columns }, pace, (column) => {
      const its = schemas.get(column.name);
      return its ? uniformColumn(column, its, rows, rng.fork(`uniform ${column.name}`)) : column;
    }),
    pictured: alignTo(real, pictured),
  };
}

/** Disjoint random draws of `rows` rows each. */
const drawsOf = async (sample: Sample, rows: number, rng: Rng, pace: Pace): Promise<Sample[]> => {
  const order = permutation(sample.rows, rng);
  const draws: Sample[] = [];
  for (let start = 0; start + rows <= sample.rows && draws.length < mostDraws; start += rows) {
    draws.push(scored(takeRows(sample, order.slice(start, start + rows).sort())));
    await pace.breathe();
  }
  return draws;
};

const eachColumn = async (
  { rows, columns }: Sample,
  pace: Pace,
  map: (column: ScoredColumn) => ScoredColumn,
): Promise<Sample> => {
  const mapped: ScoredColumn[] = [];
  for (const column of columns) {
    mapped.push(map(column));
    await pace.breathe();
  }
  return { rows, columns: mapped };
};

/** What is scored, and its two marks: each a list of draws of equal rows, none where there is no such mark. */
export interface Marks<T> {
  readonly value: readonly T[];
  readonly ceiling: readonly T[];
  readonly floor: readonly T[];
}

export const mapMarks = <T, U>({ value, ceiling, floor }: Marks<T>, map: (of: T) => U): Marks<U> => ({
  value: value.map(map),
  ceiling: ceiling.map(map),
  floor: floor.map(map),
});

/** Mean score over the draws of each mark; NaN for a mark that is not there. */
export const referenced = <T>(marks: Marks<T>, score: (of: T) => number): Referenced => {
  const { value, ceiling, floor } = mapMarks(marks, score);
  return { value: meanOf(value), ceiling: meanOf(ceiling), floor: meanOf(floor) };
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
