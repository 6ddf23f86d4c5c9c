import { HomespunError } from '../errors.ts';
import { permutation, type Rng } from '../random/rng.ts';
import type { ColumnSchema } from '../schema/types.ts';
import { takeRows } from '../table/takeRows.ts';
import type { CategoryColumn, Table } from '../table/types.ts';
import type { ScoredColumn } from './binning.ts';

/** A table of columns that can be scored, in the order of the train table. */
export interface Sample {
  readonly rows: number;
  readonly columns: readonly ScoredColumn[];
}

const isScored = (column: Table['columns'][number]): column is ScoredColumn => column.type !== 'text';

/** The columns of a train table that can be scored: all but text. */
export const scored = (train: Table): Sample => ({
  rows: train.rows,
  columns: train.columns.filter(isScored),
});

/** Codes under the dictionary of `train`; a category it does not know gets the code after its last. */
const recode = (train: CategoryColumn, column: CategoryColumn): CategoryColumn => {
  const known = train.categories;
  if (column.categories === known || known.every((label, code) => column.categories[code] === label)) {
    return { ...column, categories: known };
  }
  const codeOf = new Map(known.map((label, code) => [label, code]));
  const codes = Int32Array.from(column.categories, (label) => codeOf.get(label) ?? known.length);
  return { ...column, categories: known, codes: column.codes.map((code) => (code < 0 ? -1 : codes[code])) };
};

/**
 * The columns of `table` in the order, and with the category codes, of `train`.
 * Throws `bad-schema` naming a column that is absent or of another type.
 */
export function alignTo(train: Sample, table: Table): Sample {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const columns = train.columns.map((real): ScoredColumn => {
    const column = byName.get(real.name);
    if (column?.type === 'category' && real.type === 'category') return recode(real, column);
    if (column && column.type !== 'category' && isScored(column) && column.type === real.type) return column;
    throw new HomespunError({
      code: 'bad-schema',
      message: `Column “${real.name}” is not the same in the tables to compare.`,
      hint: 'Make the synthetic table again from this file.',
      column: real.name,
    });
  });
  return { rows: table.rows, columns };
}

/** At most `limit` rows drawn without replacement, in their order. */
export function subsample(table: Table, limit: number, rng: Rng): Table {
  if (table.rows <= limit) return table;
  return takeRows(table, permutation(table.rows, rng).slice(0, limit).sort());
}

/** A column in random order. Each in an order of its own, the columns of a table stay and their relations go. */
export function shuffleColumn(column: ScoredColumn, rng: Rng): ScoredColumn {
  if (column.type === 'category') {
    const order = permutation(column.codes.length, rng);
    return { ...column, codes: order.map((row) => column.codes[row]) };
  }
  const { values } = column;
  const order = permutation(values.length, rng);
  return { ...column, values: values.map((_, row) => values[order[row]]) };
}

const shareMissing = (column: ScoredColumn): number => {
  const cells = column.type === 'category' ? column.codes : column.values;
  let missing = 0;
  for (const cell of cells) if (Number.isNaN(cell) || (column.type === 'category' && cell < 0)) missing++;
  return missing / cells.length;
};

const extent = (values: Float64Array): { min: number; max: number } => {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
};

/** Smallest step between values that the schema allows. */
export const stepOf = ({ kind, number, datetime }: ColumnSchema): number =>
  datetime ? datetime.step : number && kind !== 'integer' ? 1 / 10 ** number.decimals : 1;

/** `rows` cells drawn uniformly over the schema's domain, with the missing share of `train`. */
export function uniformColumn(
  train: ScoredColumn,
  schema: ColumnSchema,
  rows: number,
  rng: Rng,
): ScoredColumn {
  const missing = shareMissing(train);
  if (train.type === 'category') {
    const draw = (): number => (rng.uniform() < missing ? -1 : rng.int(train.categories.length));
    return { ...train, codes: Int32Array.from({ length: rows }, draw) };
  }
  const { min, max } = schema.number ?? schema.datetime ?? extent(train.values);
  const step = stepOf(schema);
  const cells = Math.max(1, Math.round((max - min) / step) + 1);
  const draw = (): number => (rng.uniform() < missing ? NaN : min + Math.floor(rng.uniform() * cells) * step);
  return { ...train, values: Float64Array.from({ length: rows }, draw) };
}
