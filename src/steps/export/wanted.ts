import type {
  ColumnCondition,
  ColumnSchema,
  RowsWanted,
  Sampled,
  TableSchema,
} from '../../../workers/protocol.ts';

/** Nothing asked for: rows as the model makes them. */
export const anyRows: RowsWanted = {};

/** Categories up to which each gets a field for its share. */
export const mostShareFields = 24;

/** Learned columns that the table has, by the schema of the model. */
export const conditionColumns = (
  schema: TableSchema | null,
  sampled: Pick<Sampled, 'columns'>,
): ColumnSchema[] =>
  (schema?.columns ?? []).filter(
    ({ name, treatment }) => treatment === 'learn' && sampled.columns.includes(name),
  );

export const categoriesOf = ({ category }: ColumnSchema): readonly string[] | null =>
  category?.categories ?? null;

export const conditionsIn = ({ columns }: RowsWanted): readonly ColumnCondition[] => columns ?? [];

/** With one more column, of which nothing has been said yet. */
export const withColumn = (wanted: RowsWanted, column: ColumnSchema): RowsWanted => ({
  ...wanted,
  columns: [
    ...conditionsIn(wanted),
    { column: column.name, ...(categoriesOf(column) ? { categories: [] } : { interval: wholeLine }) },
  ],
});

const wholeLine = [-Infinity, Infinity] as const;

export const withCondition = (wanted: RowsWanted, condition: ColumnCondition): RowsWanted => ({
  ...wanted,
  columns: conditionsIn(wanted).map((each) => (each.column === condition.column ? condition : each)),
});

export const withoutColumn = (wanted: RowsWanted, name: string): RowsWanted => ({
  ...wanted,
  columns: conditionsIn(wanted).filter(({ column }) => column !== name),
});

/** How missing cells stand in a condition. */
export type MissingChoice = 'none' | 'allowed' | 'only';
export const missingChoice = ({ missing }: ColumnCondition): MissingChoice => missing ?? 'none';

/** Only missing cells leave no room for values; other choices bring an empty choice of values back. */
export function withMissing(
  condition: ColumnCondition,
  choice: MissingChoice,
  column: ColumnSchema,
): ColumnCondition {
  const { column: name, categories, interval } = condition;
  if (choice === 'only') return { column: name, missing: 'only' };
  const values = categoriesOf(column)
    ? { categories: categories ?? [] }
    : { interval: interval ?? wholeLine };
  return { column: name, ...values, ...(choice === 'allowed' && { missing: 'allowed' as const }) };
}

export const withCategory = (condition: ColumnCondition, text: string, on: boolean): ColumnCondition => {
  const others = (condition.categories ?? []).filter((each) => each !== text);
  return { ...condition, categories: on ? [...others, text] : others };
};

/** One end of an interval; null leaves it open. */
export function withEnd(
  condition: ColumnCondition,
  end: 'from' | 'to',
  value: number | null,
): ColumnCondition {
  const [from, to] = condition.interval ?? wholeLine;
  return {
    ...condition,
    interval: end === 'from' ? [value ?? -Infinity, to] : [from, value ?? Infinity],
  };
}

/** An end as a field shows it. */
export const endOf = ({ interval = wholeLine }: ColumnCondition, end: 'from' | 'to'): number | null => {
  const value = interval[end === 'from' ? 0 : 1];
  return Number.isFinite(value) ? value : null;
};

/** What keeps a condition from being asked for, or null. */
export function problemOf({ categories, interval, missing }: ColumnCondition): string | null {
  if (missing !== 'only' && categories?.length === 0) return 'Choose at least one value.';
  if (interval && interval[0] > interval[1]) return 'The interval ends before it starts.';
  return null;
}

type Shares = NonNullable<RowsWanted['shares']>;

/** Values that can have a share: categories, and missing as null. */
export const shareValues = (column: ColumnSchema): (string | null)[] => [
  ...(categoriesOf(column) ?? []),
  ...(column.missingTokens.length > 0 ? [null] : []),
];

/** The share of a value in per cent, as a field shows it. */
export function percentOf({ shares }: Shares, column: ColumnSchema, value: string | null): number {
  if (shares !== 'equal') return shares.find((each) => each.value === value)?.share ?? 0;
  const categories = categoriesOf(column) ?? [];
  return value === null ? 0 : Math.round(1000 / Math.max(1, categories.length)) / 10;
}

/** With one value's share changed; the others stay as the fields show them. */
export const withShare = (
  wanted: Shares,
  column: ColumnSchema,
  value: string | null,
  percent: number,
): Shares => ({
  column: wanted.column,
  shares: shareValues(column).map((each) => ({
    value: each,
    share: each === value ? percent : percentOf(wanted, column, each),
  })),
});

/** Sum of the shares in per cent, to a tenth. */
export const totalPercent = ({ shares }: Shares): number =>
  shares === 'equal' ? 100 : Math.round(shares.reduce((sum, { share }) => sum + share, 0) * 10) / 10;

/** What keeps the whole from being asked for, or null. */
export function whyNot(wanted: RowsWanted): string | null {
  const stuck = conditionsIn(wanted).find((condition) => problemOf(condition) !== null);
  if (stuck) return `${stuck.column}: ${problemOf(stuck) ?? ''}`;
  return wanted.shares && totalPercent(wanted.shares) === 0
    ? `${wanted.shares.column}: give at least one value a share.`
    : null;
}

/** For the closed panel. */
export function summaryOf(wanted: RowsWanted): string {
  const names = conditionsIn(wanted).map(({ column }) => column);
  const parts = [
    ...(names.length > 0 ? [`only some of ${names.join(', ')}`] : []),
    ...(wanted.shares ? [`${wanted.shares.column} balanced`] : []),
  ];
  return `Rows you want: ${parts.length > 0 ? parts.join('; ') : 'any'}`;
}
