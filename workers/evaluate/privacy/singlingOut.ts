import type { Rng } from '../../random/rng.ts';
import { cellsOf } from '../binning.ts';
import type { Pace } from '../pace.ts';
import type { Sample } from '../samples.ts';
import { meanRate, wilsonRate } from '../statistics/proportions.ts';
import { placeOf } from '../statistics/sorted.ts';
import { columnIndex, type ColumnIndex } from './columnIndex.ts';
import { residualRisk, type AttackRates } from './risk.ts';

type Operator = 'equal' | 'at least' | 'at most' | 'missing';

/** A statement on one column that rows meet or not. */
interface Predicate {
  readonly column: number;
  readonly operator: Operator;
  readonly value: number;
}
/** Rows that meet all. */
export type Query = readonly Predicate[];

/** A table by the values of each column. */
export interface TableIndex {
  readonly rows: number;
  readonly columns: readonly ColumnIndex[];
  /** Whether a column's values have an order that means something. */
  readonly ordered: readonly boolean[];
}

export const tableIndex = ({ rows, columns }: Sample): TableIndex => ({
  rows,
  columns: columns.map((column) =>
    columnIndex(
      Float64Array.from(cellsOf(column), (cell) => (column.type === 'category' && cell < 0 ? NaN : cell)),
    ),
  ),
  ordered: columns.map(({ type }) => type !== 'category'),
});

/** The codes from `low` to before `high` that meet a predicate in one table. */
const codesOf = ({ values }: ColumnIndex, { operator, value }: Predicate): readonly [number, number] => {
  if (operator === 'missing') return [values.length, values.length + 1];
  const [from, to] = [placeOf(values, value), placeOf(values, value, true)];
  if (operator === 'equal') return [from, to];
  return operator === 'at least' ? [from, values.length] : [0, to];
};

/** Rows of a table that meet a query, counted up to `most`. */
export function countMatches(table: TableIndex, query: Query, most: number): number {
  const tests = query.map((predicate) => {
    const column = table.columns[predicate.column];
    const [low, high] = codesOf(column, predicate);
    return {
      column,
      low,
      high,
      rows: column.starts[high] - column.starts[low],
    };
  });
  tests.sort((a, b) => a.rows - b.rows);
  const [{ column, low, high }, ...others] = tests;
  let count = 0;
  for (let at = column.starts[low]; at < column.starts[high] && count < most; at++) {
    const row = column.order[at];
    let meets = true;
    for (const { column: its, low: from, high: to } of others) {
      meets &&= its.codes[row] >= from && its.codes[row] < to;
    }
    if (meets) count++;
  }
  return count;
}

/** Queries on one column that single out one synthetic row: a value that stands once, as an end or by itself. */
export function singleQueries(synthetic: TableIndex, most: number, rng: Rng): Query[] {
  const found: Query[] = [];
  synthetic.columns.forEach(({ values, starts }, column) => {
    for (let code = 0; code <= values.length; code++) {
      if (starts[code + 1] - starts[code] !== 1) continue;
      const ends = synthetic.ordered[column];
      const operator =
        code === values.length
          ? 'missing'
          : ends && code === 0
            ? 'at most'
            : ends && code === values.length - 1
              ? 'at least'
              : 'equal';
      found.push([{ column, operator, value: values[code] ?? NaN }]);
    }
  });
  for (let i = 0; i < Math.min(most, found.length); i++) {
    const other = i + rng.int(found.length - i);
    [found[i], found[other]] = [found[other], found[i]];
  }
  return found.slice(0, most);
}

/** The statement on one column that a row meets: its side of the median, or its category. */
const predicateOf = (table: TableIndex, column: number, row: number): Predicate => {
  const { values, codes, order } = table.columns[column];
  const code = codes[row];
  if (code === values.length) return { column, operator: 'missing', value: NaN };
  const value = values[code];
  if (!table.ordered[column]) return { column, operator: 'equal', value };
  const median = codes[order[Math.floor(order.length / 2)]];
  return { column, operator: code >= median ? 'at least' : 'at most', value };
};

const triesPerQuery = 60;

/** Queries on `width` columns of a synthetic row that no other synthetic row meets. */
export async function jointQueries(
  synthetic: TableIndex,
  width: number,
  most: number,
  rng: Rng,
  pace: Pace,
): Promise<Query[]> {
  const queries: Query[] = [];
  const columns = synthetic.columns.map((_, c) => c);
  for (let tries = 0; tries < most * triesPerQuery && queries.length < most; tries++) {
    const row = rng.int(synthetic.rows);
    for (let i = 0; i < width; i++) {
      const other = i + rng.int(columns.length - i);
      [columns[i], columns[other]] = [columns[other], columns[i]];
    }
    const query = columns.slice(0, width).map((column) => predicateOf(synthetic, column, row));
    if (countMatches(synthetic, query, 2) === 1) queries.push(query);
    if (tries % 64 === 0) await pace.breathe();
  }
  return queries;
}

/** Beyond this many matches a query never singles out. */
const mostMatches = 30;

/**
 * Success rate of queries on the train rows, and of the same on a table of as many rows that the generator never saw.
 *
 * Held-out rows are fewer, and how often a query has just one match depends on the number of rows. So the control
 * stands for the train table with a random part of its rows exchanged for all held-out rows: one match among those,
 * and none in the train rows that stayed. With r = held-out / train rows and t matches in train, a random part holds
 * all t with chance r^t, and the exchanged part is r of the table; so a query with just one held-out match counts
 * r^(t-1). If train and held-out rows are alike, both rates have the same expectation.
 */
export async function singlingOut(
  queries: readonly Query[],
  train: TableIndex,
  holdout: TableIndex,
  name: string,
  pace: Pace,
): Promise<AttackRates> {
  const ratio = holdout.rows / train.rows;
  const controls = new Float64Array(queries.length);
  let successes = 0;
  for (const [q, query] of queries.entries()) {
    const inTrain = countMatches(train, query, mostMatches);
    if (inTrain === 1) successes++;
    if (countMatches(holdout, query, 2) === 1) controls[q] = ratio ** (inTrain - 1);
    if (q % 64 === 0) await pace.breathe();
  }
  const [attack, control] = [wilsonRate(successes, queries.length), meanRate(controls)];
  return {
    name,
    attacks: queries.length,
    controls: queries.length,
    attack: attack.rate,
    control: control.rate,
    baseline: NaN,
    ...residualRisk(attack, control),
  };
}
