import type { Column } from '../table/types.ts';
import { columnOf, valuesOf } from './cells.ts';
import type { Looked } from './criterion.ts';
import type { FoundRule, OrderRule, SumRule } from './types.ts';

/** Rows by which pairs of columns are chosen, before all rows are looked at. */
const firstRows = 400;
/** Of these, so many may be the wrong way round. */
const firstWrong = 2;
/** From so many rows on, orders in which equal values never occur are strict: then they are in fewer than 3 in 1,000. */
const rowsForStrict = 1000;
/** Columns equal in more than this share of rows are one column written twice. */
const mostEqual = 0.99;

type Ordered = Extract<Column, { type: 'number' | 'datetime' }>;

interface Ties {
  readonly below: number;
  readonly above: number;
  readonly equal: number;
}

function compare(a: Float64Array, b: Float64Array, rows: number): Ties {
  let [below, above, equal] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    if (a[row] < b[row]) below++;
    else if (a[row] > b[row]) above++;
    else if (a[row] === b[row]) equal++;
  }
  return { below, above, equal };
}

/** Orders that the first rows do not speak against, not strict yet. */
function candidates(columns: readonly Ordered[], rows: number): OrderRule[] {
  return columns.flatMap((a, i) =>
    columns.slice(i + 1).flatMap((b): OrderRule[] => {
      if (a.type !== b.type) return [];
      const { below, above, equal } = compare(a.values, b.values, Math.min(rows, firstRows));
      if (equal > mostEqual * (below + above + equal)) return [];
      if (above <= firstWrong && below > above) return [order(a.name, b.name)];
      return below <= firstWrong ? [order(b.name, a.name)] : [];
    }),
  );
}

const order = (low: string, high: string): OrderRule => ({ kind: 'order', low, high, strict: false });

function withStrictness(
  found: FoundRule & { rule: OrderRule },
  { table }: Looked,
): FoundRule & { rule: OrderRule } {
  const { low, high } = found.rule;
  const { below, above, equal } = compare(valuesOf(table, low), valuesOf(table, high), table.rows);
  const strict = equal === 0 && below + above >= rowsForStrict;
  return strict ? { ...found, rule: { ...found.rule, strict } } : found;
}

/** Whether `to` is reached from `from` over the orders. */
function reaches(orders: readonly OrderRule[], from: string, to: string): boolean {
  const seen = new Set<string>([from]);
  for (const name of seen) {
    for (const { low, high } of orders) if (low === name) seen.add(high);
  }
  return seen.has(to);
}

/** Without circles, and without those that follow from two others. */
function reduced<T extends { readonly rule: OrderRule }>(found: readonly T[]): T[] {
  const kept: T[] = [];
  for (const each of found) {
    const { low, high } = each.rule;
    if (
      !reaches(
        kept.map(({ rule }) => rule),
        high,
        low,
      )
    )
      kept.push(each);
  }
  return kept.filter((each) => {
    const others = kept.filter((other) => other !== each).map(({ rule }) => rule);
    return !reaches(others, each.rule.low, each.rule.high);
  });
}

/** A part is at most its total where no part is below 0. */
const follows = (
  { low, high }: OrderRule,
  sums: readonly SumRule[],
  leastOf: (name: string) => number,
): boolean =>
  sums.some(
    ({ total, parts }) => total === high && parts.includes(low) && parts.every((part) => leastOf(part) >= 0),
  );

/** Orders between two columns of numbers, or two of dates, that the rows keep. */
export function findOrders(looked: Looked, sums: readonly SumRule[]): FoundRule[] {
  const { table, schema } = looked;
  const columns = table.columns.filter(
    (column): column is Ordered => column.type === 'number' || column.type === 'datetime',
  );
  const leastOf = (name: string): number =>
    schema.columns.find((column) => column.name === name)?.number?.min ?? -Infinity;
  const found = candidates(columns, table.rows).flatMap((rule) => {
    if (follows(rule, sums, leastOf) || apart(rule, looked)) return [];
    const judged = looked.judge(rule);
    return judged ? [withStrictness({ ...judged, rule }, looked)] : [];
  });
  return reduced(found.sort((a, b) => a.byChance - b.byChance));
}

/** Whether every value of one column is below every value of the other: then there is nothing to keep. */
function apart({ low, high }: OrderRule, { table }: Looked): boolean {
  const [less, more] = [columnOf(table, low), columnOf(table, high)];
  if (less.type === 'category' || more.type === 'category' || less.type === 'text' || more.type === 'text')
    return true;
  let [most, least] = [-Infinity, Infinity];
  for (const value of less.values) if (value > most) most = value;
  for (const value of more.values) if (value < least) least = value;
  return most <= least;
}
