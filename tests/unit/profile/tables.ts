import type { ColumnSchema, TableSchema } from '../../../workers/schema/types.ts';
import type { CategoryColumn, DatetimeColumn, NumberColumn, Table } from '../../../workers/table/types.ts';
import { defaultDialect } from '../table/reading.ts';

/** Small tables and their schemas, built by hand: what the schema room would make of a file. */
const common = {
  role: 'ordinary',
  treatment: 'learn',
  missingTokens: [''],
  domain: 'found',
  reason: 'Built for a test.',
  confidence: 1,
} as const;

const format = { decimalMark: '.', thousandsMark: '', prefix: '', suffix: '' } as const;

const extremes = (values: ArrayLike<number>): { min: number; max: number } => {
  const present = Array.from(values).filter((value) => !Number.isNaN(value));
  return present.length === 0
    ? { min: 0, max: 0 }
    : {
        min: present.reduce((least, value) => Math.min(least, value)),
        max: present.reduce((most, value) => Math.max(most, value)),
      };
};

export interface Described<C> {
  readonly column: C;
  readonly schema: ColumnSchema;
}

export const numbers = (
  name: string,
  values: ArrayLike<number>,
  decimals = 0,
  bounds = extremes(values),
): Described<NumberColumn> => ({
  column: { type: 'number', name, values: Float64Array.from(values) },
  schema: {
    ...common,
    name,
    kind: decimals === 0 ? 'integer' : 'decimal',
    number: { ...bounds, decimals, fixedDecimals: true, format },
  },
});

export const instants = (
  name: string,
  values: ArrayLike<number>,
  step = 86_400_000,
): Described<DatetimeColumn> => ({
  column: { type: 'datetime', name, values: Float64Array.from(values) },
  schema: {
    ...common,
    name,
    kind: 'datetime',
    datetime: { ...extremes(values), pattern: 'yyyy-MM-dd', ambiguousDayMonth: false, step },
  },
});

export const categories = (
  name: string,
  codes: ArrayLike<number>,
  labels: readonly string[],
): Described<CategoryColumn> => ({
  column: { type: 'category', name, categories: labels, codes: Int32Array.from(codes) },
  schema: { ...common, name, kind: 'category', category: { categories: labels } },
});

export const tableOf = (
  ...described: readonly Described<NumberColumn | DatetimeColumn | CategoryColumn>[]
): { table: Table; schema: TableSchema } => {
  const first = described[0].column;
  return {
    table: {
      rows: first.type === 'category' ? first.codes.length : first.values.length,
      columns: described.map(({ column }) => column),
    },
    schema: {
      version: 1,
      columns: described.map(({ schema }) => schema),
      dialect: defaultDialect,
    },
  };
};
