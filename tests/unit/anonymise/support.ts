import fc from 'fast-check';
import { anonymise, type Anonymised } from '../../../workers/anonymise/anonymise.ts';
import type { AnonymisePlan, ColumnProtection, KAnonymity, Phase } from '../../../workers/anonymise/types.ts';
import { RunControl } from '../../../workers/control.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import type { Column, Table } from '../../../workers/table/types.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

export interface Described {
  readonly table: Table;
  readonly schema: TableSchema;
}

export const planOf = (
  columns: readonly ColumnProtection[],
  kAnonymity: KAnonymity | null = null,
): AnonymisePlan => ({ columns, kAnonymity });

/** One phase of a plan on a table, by seed. */
export async function protectedBy(
  { table, schema }: Described,
  plan: AnonymisePlan,
  { seed = 1, phase = 'before' }: { seed?: number; phase?: Phase } = {},
): Promise<Anonymised> {
  const control = new RunControl();
  try {
    return await anonymise(table, schema, plan, phase, seededRng(seed), control);
  } finally {
    control.close();
  }
}

export function columnOf({ columns }: Table, name: string): Column {
  const column = columns.find((candidate) => candidate.name === name);
  if (!column) throw new Error(`no column ${name}`);
  return column;
}

/** Cells as text or number, null where missing. */
export function cellsOf(table: Table, name: string): (string | number | null)[] {
  const column = columnOf(table, name);
  if (column.type === 'text') return [...column.texts];
  if (column.type === 'category') {
    return Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code]));
  }
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
}

export const numberCells = (table: Table, name: string): number[] =>
  cellsOf(table, name).filter((cell) => typeof cell === 'number');

export const rowsOf = (table: Table): string[] =>
  Array.from({ length: table.rows }, (_, row) =>
    JSON.stringify(table.columns.map(({ name }) => cellsOf(table, name)[row])),
  );

const msPerDay = 86_400_000;
export const labels = ['north', 'northeast', 'south', 'southwest', 'no'] as const;

/** A row of the mixed table: each cell may be missing. */
const rowArbitrary = fc.record({
  age: fc.option(fc.integer({ min: 0, max: 30 }), { nil: NaN }),
  pay: fc.option(
    fc.integer({ min: -500, max: 500 }).map((cents) => cents / 100),
    { nil: NaN },
  ),
  seen: fc.option(
    fc.integer({ min: -4000, max: 4000 }).map((day) => day * msPerDay),
    { nil: NaN },
  ),
  region: fc.integer({ min: -1, max: labels.length - 1 }),
  illness: fc.integer({ min: -1, max: 2 }),
});

/** Tables of numbers, dates and categories with missing cells; `at` numbers the rows. */
export const mixedTable = (most = 60): fc.Arbitrary<Described> =>
  fc.array(rowArbitrary, { minLength: 1, maxLength: most }).map((rows) =>
    tableOf(
      numbers(
        'age',
        rows.map(({ age }) => age),
        0,
        { min: 0, max: 30 },
      ),
      numbers(
        'pay',
        rows.map(({ pay }) => pay),
        2,
        { min: -5, max: 5 },
      ),
      instants(
        'seen',
        rows.map(({ seen }) => seen),
      ),
      categories(
        'region',
        rows.map(({ region }) => region),
        labels,
      ),
      categories(
        'illness',
        rows.map(({ illness }) => illness),
        ['a', 'b', 'c'],
      ),
      numbers(
        'at',
        rows.map((_, row) => row),
      ),
    ),
  );
