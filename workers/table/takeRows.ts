import type { Column, Table } from './types.ts';

export const takeFloat = (values: Float64Array, index: Int32Array): Float64Array => {
  const taken = new Float64Array(index.length);
  for (let i = 0; i < index.length; i++) taken[i] = values[index[i]];
  return taken;
};

const takeInt = (codes: Int32Array, index: Int32Array): Int32Array => {
  const taken = new Int32Array(index.length);
  for (let i = 0; i < index.length; i++) taken[i] = codes[index[i]];
  return taken;
};

const takeColumn = (column: Column, index: Int32Array): Column => {
  switch (column.type) {
    case 'number':
    case 'datetime':
      return { ...column, values: takeFloat(column.values, index) };
    case 'category':
      return { ...column, codes: takeInt(column.codes, index) };
    case 'text':
      return { ...column, texts: Array.from(index, (row) => column.texts[row]) };
  }
};

/** The rows named by `index`, in that order, as a new table. Repeats are allowed. */
export function takeRows(table: Table, index: Int32Array): Table {
  return { rows: index.length, columns: table.columns.map((column) => takeColumn(column, index)) };
}

const concatFloat = (parts: readonly Float64Array[], length: number): Float64Array => {
  const whole = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const concatInt = (parts: readonly Int32Array[], length: number): Int32Array => {
  const whole = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const valuesOf = (column: Column): Float64Array => {
  if (column.type === 'number' || column.type === 'datetime') return column.values;
  throw new TypeError(`Column ${column.name} changes type between parts.`);
};

const codesOf = (column: Column): Int32Array => {
  if (column.type === 'category') return column.codes;
  throw new TypeError(`Column ${column.name} changes type between parts.`);
};

const textsOf = (column: Column): readonly string[] => {
  if (column.type === 'text') return column.texts;
  throw new TypeError(`Column ${column.name} changes type between parts.`);
};

const concatColumn = (parts: readonly Column[], rows: number): Column => {
  const first = parts[0];
  switch (first.type) {
    case 'number':
    case 'datetime':
      return { ...first, values: concatFloat(parts.map(valuesOf), rows) };
    case 'category':
      return { ...first, codes: concatInt(parts.map(codesOf), rows) };
    case 'text':
      return { ...first, texts: parts.flatMap(textsOf) };
  }
};

/** Tables of the same columns, one below the other. Throws `TypeError` when a column changes type. */
export function concatTables(parts: readonly Table[]): Table {
  if (parts.length === 1) return parts[0];
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const columns = parts[0].columns.map((_, c) =>
    concatColumn(
      parts.map((part) => part.columns[c]),
      rows,
    ),
  );
  return { rows, columns };
}
