/** The columns of a rule in a table. */
import { booleanPair } from '../schema/inferTexts.ts';
import type { ColumnSchema, TableSchema } from '../schema/types.ts';
import type { Column, Table } from '../table/types.ts';
import type { RuleCell } from './types.ts';

/** Throws `TypeError` where the table has no such column: rules are checked before. */
export function columnOf(table: Table, name: string): Column {
  const found = table.columns.find((column) => column.name === name);
  if (!found) throw new TypeError(`The table has no column ${name}.`);
  return found;
}

export function entryOf(schema: TableSchema, name: string): ColumnSchema {
  const found = schema.columns.find((column) => column.name === name);
  if (!found) throw new TypeError(`The schema has no column ${name}.`);
  return found;
}

/** Numbers, or milliseconds; NaN where missing. */
export function valuesOf(table: Table, name: string): Float64Array {
  const column = columnOf(table, name);
  if (column.type === 'number' || column.type === 'datetime') return column.values;
  throw new TypeError(`Column ${name} holds no numbers.`);
}

/** The two categories that say no and yes, where an entry has such. */
export const yesAndNo = ({ category }: ColumnSchema): readonly [no: string, yes: string] | null =>
  booleanPair(category?.categories ?? []);

/** Marks, with 1, the rows in which each of the columns has a cell. */
export function completeRows(columns: readonly Column[], rows: number): Uint8Array {
  const complete = new Uint8Array(rows).fill(1);
  for (const column of columns) {
    if (column.type === 'text') continue;
    if (column.type === 'category') {
      for (let row = 0; row < rows; row++) if (column.codes[row] < 0) complete[row] = 0;
    } else {
      for (let row = 0; row < rows; row++) if (Number.isNaN(column.values[row])) complete[row] = 0;
    }
  }
  return complete;
}

export const hasCell = (column: Column, row: number): boolean =>
  column.type === 'category'
    ? column.codes[row] >= 0
    : column.type === 'text' || !Number.isNaN(column.values[row]);

/** Writes a cell of a row; a category that the column does not know leaves it as it is. */
export function cellWriter(table: Table, name: string): (row: number, cell: RuleCell) => void {
  const column = columnOf(table, name);
  if (column.type === 'category') {
    const codeOf = new Map(column.categories.map((text, code) => [text, code]));
    return (row, cell) => void (column.codes[row] = codeOf.get(String(cell)) ?? column.codes[row]);
  }
  const values = valuesOf(table, name);
  return (row, cell) => void (values[row] = Number(cell));
}

export const unset = 0;
export const set = 1;
export const missing = 2;

/** One flag a row: `unset`, `set` or `missing`. */
export function flagsOf(table: Table, entry: ColumnSchema): Uint8Array {
  const column = columnOf(table, entry.name);
  const flags = new Uint8Array(table.rows);
  if (column.type === 'category') {
    const yes = column.categories.indexOf(yesAndNo(entry)?.[1] ?? '');
    for (let row = 0; row < flags.length; row++) {
      const code = column.codes[row];
      flags[row] = code < 0 ? missing : code === yes ? set : unset;
    }
  } else if (column.type !== 'text') {
    for (let row = 0; row < flags.length; row++) {
      const value = column.values[row];
      flags[row] = Number.isNaN(value) ? missing : value === 1 ? set : unset;
    }
  }
  return flags;
}
