import type { TableSchema } from '../schema/types.ts';
import type { Table } from '../table/types.ts';
import { entryOf, flagsOf, missing, set, valuesOf } from './cells.ts';
import { AllowedCombinations, unlisted } from './combinations.ts';
import { gridOf } from './grid.ts';
import type { CombinationRule, OneHotRule, OrderRule, Rule, SumRule } from './types.ts';

/** Relative slack for sums of decimals that binary numbers cannot hold. */
const slack = 1e-9;

/** A rule made ready for many tables: marks, with 1, the rows of a table that break it. */
export type RowCheck = (table: Table) => Uint8Array;

/** The check of a rule whose combinations are settled. */
export function rowCheck(rule: Rule, schema: TableSchema): RowCheck {
  switch (rule.kind) {
    case 'combinations':
      return combinationCheck(rule, schema);
    case 'order':
      return (table) => brokenOrder(rule, table);
    case 'sum':
      return (table) => brokenSum(rule, table, schema);
    case 'one-hot':
      return (table) => brokenOneHot(rule, table, schema);
  }
}

export const brokenRows = (rule: Rule, table: Table, schema: TableSchema): Uint8Array =>
  rowCheck(rule, schema)(table);

/** Marks the rows that any of the marks names. */
export function anyMark(marks: readonly Uint8Array[], rows: number): Uint8Array {
  const joined = new Uint8Array(rows);
  for (const each of marks) for (let row = 0; row < rows; row++) joined[row] |= each[row];
  return joined;
}

/** Marks the rows that break any of the rules. */
export const brokenByAny = (rules: readonly Rule[], table: Table, schema: TableSchema): Uint8Array =>
  anyMark(
    rules.map((rule) => brokenRows(rule, table, schema)),
    table.rows,
  );

export function countMarks(marks: Uint8Array): number {
  let count = 0;
  for (const mark of marks) count += mark;
  return count;
}

function combinationCheck(rule: CombinationRule, schema: TableSchema): RowCheck {
  const combinations = new AllowedCombinations(rule, schema);
  return (table) => {
    const rows = combinations.rowsOf(table);
    const broken = new Uint8Array(rows.length);
    for (let row = 0; row < rows.length; row++) if (rows[row] === unlisted) broken[row] = 1;
    return broken;
  };
}

function brokenOrder({ low, high, strict }: OrderRule, table: Table): Uint8Array {
  const [less, more] = [valuesOf(table, low), valuesOf(table, high)];
  const broken = new Uint8Array(table.rows);
  // A comparison with NaN, a missing cell, is false.
  for (let row = 0; row < broken.length; row++) {
    if (strict ? less[row] >= more[row] : less[row] > more[row]) broken[row] = 1;
  }
  return broken;
}

/** How far a sum may be from its total: at least what rounding the total to its decimals takes. */
const toleranceOf = ({ total, tolerance = 0 }: SumRule, schema: TableSchema): number =>
  Math.max(tolerance, gridOf(entryOf(schema, total)).unit / 2);

function brokenSum(rule: SumRule, table: Table, schema: TableSchema): Uint8Array {
  const total = valuesOf(table, rule.total);
  const parts = rule.parts.map((name) => valuesOf(table, name));
  const tolerance = toleranceOf(rule, schema);
  const broken = new Uint8Array(table.rows);
  for (let row = 0; row < broken.length; row++) {
    let [sum, size] = [0, Math.abs(total[row])];
    for (const part of parts) {
      sum += part[row];
      size += Math.abs(part[row]);
    }
    if (Math.abs(sum - total[row]) > tolerance + slack * size) broken[row] = 1;
  }
  return broken;
}

function brokenOneHot({ columns }: OneHotRule, table: Table, schema: TableSchema): Uint8Array {
  const flags = columns.map((name) => flagsOf(table, entryOf(schema, name)));
  const broken = new Uint8Array(table.rows);
  for (let row = 0; row < broken.length; row++) {
    let [count, gap] = [0, false];
    for (const flag of flags) {
      if (flag[row] === set) count++;
      else if (flag[row] === missing) gap = true;
    }
    if (!gap && count !== 1) broken[row] = 1;
  }
  return broken;
}
