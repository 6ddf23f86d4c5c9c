/**
 * Rows that break a rule, changed so that they keep it. Every change is of cells that the model drew, or of values that the
 * rule allows: no real row is looked at.
 */
import type { Rng } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Table } from '../table/types.ts';
import { cellWriter, columnOf, entryOf, flagsOf, set, valuesOf, yesAndNo } from './cells.ts';
import { AllowedCombinations, incomplete, unlisted } from './combinations.ts';
import { gridOf } from './grid.ts';
import type { CombinationRule, OneHotRule, OrderRule, RuleCell } from './types.ts';

/** What a mender may use. */
export interface MendContext {
  readonly schema: TableSchema;
  readonly rng: Rng;
  /** Columns that follow others: a change to them would be lost. */
  readonly fixed: ReadonlySet<string>;
}

/** Exchanges the two values, or where one would leave its bounds moves one to the other. Changes the marked rows. */
export function mendOrder(
  { low, high, strict }: OrderRule,
  table: Table,
  marked: Uint8Array,
  { schema, fixed }: MendContext,
): void {
  const [less, more] = [valuesOf(table, low), valuesOf(table, high)];
  const [lower, upper] = [gridOf(entryOf(schema, low)), gridOf(entryOf(schema, high))];
  const gap = strict ? Math.max(lower.unit, upper.unit) : 0;
  for (let row = 0; row < table.rows; row++) {
    if (!marked[row]) continue;
    const [small, large] = [lower.below(more[row]), upper.above(less[row])];
    const exchanged = small >= lower.min && large <= upper.max && large >= small + gap;
    if (exchanged && !fixed.has(low) && !fixed.has(high)) {
      less[row] = small;
      more[row] = large;
      continue;
    }
    const raised = upper.above(less[row] + gap);
    if (!fixed.has(high) && raised <= upper.max) more[row] = Math.max(upper.min, raised);
    else if (!fixed.has(low)) less[row] = Math.max(lower.min, lower.below(more[row] - gap));
  }
}

/** The place of one entry, drawn in proportion to the weights. */
function drawPlace(weights: Float64Array | readonly number[], rng: Rng): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let left = rng.uniform() * total;
  for (let place = 0; place < weights.length - 1; place++) {
    left -= weights[place];
    if (left < 0) return place;
  }
  return weights.length - 1;
}

/** Sets one flag of a row and clears the others. */
function flagWriter(table: Table, schema: TableSchema, name: string): (row: number, on: boolean) => void {
  const column = columnOf(table, name);
  if (column.type === 'category') {
    const [no, yes] = yesAndNo(entryOf(schema, name)) ?? ['', ''];
    const codes = [column.categories.indexOf(no), column.categories.indexOf(yes)];
    return (row, on) => void (column.codes[row] = codes[on ? 1 : 0]);
  }
  const values = valuesOf(table, name);
  return (row, on) => void (values[row] = on ? 1 : 0);
}

/**
 * Keeps one of the flags that were drawn; where none was, sets one as often as the model sets each. Changes the marked
 * rows.
 */
export function mendOneHot(
  { columns }: OneHotRule,
  table: Table,
  marked: Uint8Array,
  { schema, rng }: MendContext,
): void {
  const flags = columns.map((name) => flagsOf(table, entryOf(schema, name)));
  const write = columns.map((name) => flagWriter(table, schema, name));
  const often = flags.map((flag) => flag.reduce((sum, each) => sum + (each === set ? 1 : 0), 1));
  const weights = new Float64Array(columns.length);
  for (let row = 0; row < table.rows; row++) {
    if (!marked[row]) continue;
    const none = flags.every((flag) => flag[row] !== set);
    flags.forEach((flag, c) => (weights[c] = none ? often[c] : flag[row] === set ? 1 : 0));
    const kept = drawPlace(weights, rng);
    write.forEach((put, c) => put(row, c === kept));
  }
}

/** Whether a column of the table can hold a value at all. */
function holder(table: Table, schema: TableSchema, name: string): (cell: RuleCell) => boolean {
  const column = columnOf(table, name);
  if (column.type === 'category') {
    const known = new Set(column.categories);
    return (cell) => typeof cell === 'string' && known.has(cell);
  }
  const { min, max } = gridOf(entryOf(schema, name));
  return (cell) => typeof cell === 'number' && cell >= min && cell <= max;
}

/** For each length, the combinations that begin with the same cells, by the key of these. */
function byBeginning(combinations: AllowedCombinations, usable: readonly number[]): Map<number, number[]>[] {
  return combinations.rule.columns.map((_, length) => {
    const groups = new Map<number, number[]>();
    for (const number of usable) {
      const key = combinations.keyOf(combinations.allowed[number], length);
      const group = groups.get(key);
      if (group) group.push(number);
      else groups.set(key, [number]);
    }
    return groups;
  });
}

/** How often each combination is wanted: as declared, else as the model draws it. */
function weightsOf({ rule, allowed }: AllowedCombinations, rows: Int32Array): Float64Array {
  if (rule.weights) return Float64Array.from(rule.weights);
  const counts = new Float64Array(allowed.length).fill(1);
  for (const number of rows) if (number >= 0) counts[number] += 1;
  return counts;
}

/**
 * Takes an allowed combination in place of the one drawn: with as many of the first cells the same as there is one, and
 * of these one by chance. Changes the marked rows.
 */
export function mendCombinations(
  rule: CombinationRule,
  table: Table,
  marked: Uint8Array,
  { schema, rng }: MendContext,
): void {
  const combinations = new AllowedCombinations(rule, schema);
  const { allowed } = combinations;
  const holds = rule.columns.map((name) => holder(table, schema, name));
  const usable = allowed.flatMap((cells, number) =>
    cells.every((cell, c) => holds[c](cell)) ? [number] : [],
  );
  if (usable.length === 0) return;
  const groups = byBeginning(combinations, usable);
  const weights = weightsOf(combinations, combinations.rowsOf(table));
  const ids = combinations.idsOf(table);
  const write = rule.columns.map((name) => cellWriter(table, name));
  for (let row = 0; row < table.rows; row++) {
    if (!marked[row] || ids.some((column) => column[row] === incomplete)) continue;
    let candidates = usable;
    for (let length = groups.length - 1; length > 0; length--) {
      const key = combinations.keyAt(ids, row, length);
      const group = key === unlisted ? undefined : groups[length].get(key);
      if (!group) continue;
      candidates = group;
      break;
    }
    const taken =
      candidates[
        drawPlace(
          candidates.map((number) => weights[number]),
          rng,
        )
      ];
    write.forEach((put, c) => put(row, allowed[taken][c]));
  }
}
