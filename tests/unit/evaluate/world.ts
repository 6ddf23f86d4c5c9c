import { permutation, seededRng } from '../../../workers/random/rng.ts';
import type { ColumnRole, TableSchema } from '../../../workers/schema/types.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, numbers, tableOf } from '../profile/tables.ts';

const jobs = Array.from({ length: 12 }, (_, i) => `job ${i}`);
const towns = Array.from({ length: 30 }, (_, i) => `town ${i}`);

const withRoles = (schema: TableSchema, roles: Readonly<Record<string, ColumnRole>>): TableSchema => ({
  ...schema,
  columns: schema.columns.map((column) => ({
    ...column,
    role: roles[column.name] ?? 'ordinary',
    missingTokens: column.name === 'pay' ? ['NA'] : [],
  })),
});

/** People with relations of every kind, gaps in one column and few of one class. */
export function world(rows: number, seed: string): { table: Table; schema: TableSchema } {
  const random = seededRng(seed);
  const skewed = (size: number): number => Math.min(size - 1, Math.floor(random.uniform() ** 2 * size));
  const age = Float64Array.from({ length: rows }, () => 18 + random.int(70));
  const job = Int32Array.from(age, (years) => (skewed(jobs.length) + (years > 50 ? 3 : 0)) % jobs.length);
  const town = Int32Array.from(age, () => skewed(towns.length));
  const pay = age.map((years, row) =>
    random.uniform() < 0.1 ? NaN : Math.round(years * 400 + job[row] * 2000 + 4000 * random.normal()),
  );
  const height = age.map(() => Math.round(1700 + 90 * random.normal()) / 10);
  const ill = Int32Array.from(age, (years) => (random.uniform() < 0.02 + years / 500 ? 1 : 0));
  const { table, schema } = tableOf(
    numbers('age', age, 0, { min: 18, max: 87 }),
    categories('job', job, jobs),
    categories('town', town, towns),
    numbers('pay', pay, 0, { min: -30_000, max: 100_000 }),
    numbers('height', height, 1, { min: 100, max: 260 }),
    categories('ill', ill, ['no', 'yes']),
  );
  return {
    table,
    schema: withRoles(schema, {
      ill: 'target',
      age: 'quasi-identifier',
      job: 'quasi-identifier',
      town: 'quasi-identifier',
    }),
  };
}

export const noRows = (table: Table): Table => takeRows(table, new Int32Array());

/** Each column in an order of its own. */
export function shuffled(table: Table, seed: string): Table {
  const random = seededRng(seed);
  const columns = table.columns.map((column) => {
    const order = permutation(table.rows, random.fork(column.name));
    return takeRows({ rows: table.rows, columns: [column] }, order).columns[0];
  });
  return { rows: table.rows, columns };
}
