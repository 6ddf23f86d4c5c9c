import { permutation, type Rng } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import { takeRows } from '../table/takeRows.ts';
import type { Table } from '../table/types.ts';
import { Looked } from './criterion.ts';
import { findCombinations } from './findCombinations.ts';
import { findOneHot } from './findOneHot.ts';
import { findOrders } from './findOrders.ts';
import { findSums } from './findSums.ts';
import type { FoundRules } from './types.ts';

/** Rows looked at, at most: chosen by chance. */
const mostRows = 50_000;
/** Rules of one kind told, at most. */
const mostOfKind = 20;

/**
 * Rules between columns that at least 99.9 % of the rows keep, and that would be broken by 5 % and by 30 of them if the
 * columns had nothing to do with one another. Exact figures of real rows: outside any guarantee.
 * @param train the learned columns
 * @param rng chooses rows of a large table, and shuffles columns for what chance would do
 */
export function findRules(train: Table, schema: TableSchema, rng: Rng): FoundRules {
  const order = permutation(train.rows, rng.fork('rows')).subarray(0, mostRows);
  const looked = new Looked(takeRows(train, order), schema, rng);
  const sums = findSums(looked);
  const oneHot = findOneHot(looked);
  const orders = findOrders(
    looked,
    sums.flatMap(({ rule }) => (rule.kind === 'sum' ? [rule] : [])),
  );
  const combinations = findCombinations(
    looked,
    oneHot.flatMap(({ rule }) => (rule.kind === 'one-hot' ? [rule] : [])),
  );
  const rules = [sums, oneHot, orders, combinations].flatMap((kind) => kind.slice(0, mostOfKind));
  return { rules, rows: looked.table.rows };
}
