/** The rows as they are learned from: read by the schema, bounded by person where those are protected, and split. */
import { HomespunError } from './errors.ts';
import { checkPrivacy } from './privatePlan.ts';
import type { Job } from './protocol.ts';
import { permutation, seededRng } from './random/rng.ts';
import { publicSchema } from './schema/publicSchema.ts';
import { toTable } from './schema/toTable.ts';
import type { TableSchema } from './schema/types.ts';
import { personsOf, splitPersons, type Units } from './schema/units.ts';
import { takeRows } from './table/takeRows.ts';
import type { Notice, RawTable, Table } from './table/types.ts';

/** The rows split in two: `train` for the generator, `holdout` never seen by it. */
export interface Prepared {
  readonly train: Table;
  readonly holdout: Table;
  /** What the columns of `train` are: by the person's schema, or by its public facts in a private run. */
  readonly schema: TableSchema;
  /** Who is protected, by rows of `train`; absent where each row is a unit of its own. */
  readonly units?: Units;
  /** Rows as they are told where that is public; absent: those of `train`. Others count as rows without content. */
  readonly publicRows?: number;
  readonly notices: readonly Notice[];
}

export function prepare(raw: RawTable, confirmed: TableSchema, job: Job): Prepared {
  const schema = readableSchema(confirmed, job);
  if (job.privacy !== 'none') checkPrivacy(job.privacy, schema, raw.rows);
  const { table, notices } = toTable(raw, schema);
  if (table.columns.length === 0) {
    throw new HomespunError({
      code: 'bad-schema',
      message: 'No column is left to learn from.',
      hint: 'In Columns, set at least one column to “learn”.',
    });
  }
  const rng = seededRng(job.seed);
  if (job.privacy !== 'none' && job.privacy.person) {
    const { column, rowsPerPerson } = job.privacy.person;
    const split = splitPersons(personsOf(raw, schema, column), rowsPerPerson, job.holdout, rng);
    const [train, holdout] = [takeRows(table, split.train), takeRows(table, split.holdout)];
    return { train, holdout, schema, units: split.units, notices: [] };
  }
  const { train, holdout } = divided(table, job);
  // Counts of cells that do not fit are exact: a private run tells none.
  return { train, holdout, schema, notices: job.privacy === 'none' ? notices : [] };
}

/** Rows held out at random, and those that train: both in their order. */
function divided(table: Table, job: Job): Pick<Prepared, 'train' | 'holdout'> {
  const order = permutation(table.rows, seededRng(job.seed).fork('holdout'));
  const held = heldOf(table.rows, job);
  return {
    holdout: takeRows(table, order.subarray(0, held).slice().sort()),
    train: held === 0 ? table : takeRows(table, order.subarray(held).slice().sort()),
  };
}

/**
 * Made rows in the place of those of a file, described by the schema they were made by. They name no persons: where
 * persons are protected, each row stands for one.
 */
export function standIn(made: Table, schema: TableSchema, job: Job): Prepared {
  const { train, holdout } = divided(made, job);
  const person = job.privacy === 'none' ? null : job.privacy.person;
  const own = { count: train.rows, unitOf: Int32Array.from({ length: train.rows }, (_, row) => row) };
  return {
    train,
    holdout,
    schema: readableSchema(schema, job),
    ...(person ? { units: own } : {}),
    notices: [],
  };
}

/** The schema by which rows are read: under DP without what was counted in the file. */
export const readableSchema = (schema: TableSchema, job: Pick<Job, 'privacy'>): TableSchema =>
  job.privacy === 'none' ? schema : publicSchema(schema);

const heldOf = (units: number, job: Job): number => Math.min(units - 1, Math.round(units * job.holdout));

/** Of so many rows, or persons, those that train: 1 at least. */
export const trainingOf = (units: number, job: Job): number => Math.max(1, units - heldOf(units, job));

/** Units of the file: persons where those are protected, else rows. `schema` is the readable one. */
export function unitsOf(raw: RawTable, schema: TableSchema, job: Job): number {
  const person = job.privacy === 'none' ? null : job.privacy.person;
  return person ? personsOf(raw, schema, person.column).count : raw.rows;
}
