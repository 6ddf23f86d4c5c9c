import { HomespunError } from '../errors.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Table } from '../table/types.ts';
import { entryOf, valuesOf } from './cells.ts';
import { gridOf, type Grid } from './grid.ts';
import { ruleWords } from './ruleWords.ts';
import type { Rule, SumRule } from './types.ts';

/** The column of a sum that follows the others. */
export interface Derivation {
  readonly rule: SumRule;
  readonly derived: string;
  readonly sources: readonly string[];
}

/** Whether `from` is computed, over however many sums, from `to`. */
function follows(from: string, to: string, done: readonly Derivation[]): boolean {
  const own = done.find(({ derived }) => derived === from);
  return own ? own.sources.some((source) => source === to || follows(source, to, done)) : false;
}

function derivationOf(rule: SumRule, done: readonly Derivation[], schema: TableSchema): Derivation {
  const all = [rule.total, ...rule.parts];
  const unitOf = (name: string): number => gridOf(entryOf(schema, name)).unit;
  // A part can only follow where it is written as finely as the rest.
  const finest = Math.min(...all.map(unitOf));
  const parts = rule.parts.toReversed().filter((name) => unitOf(name) === finest);
  // The total, where it is free: its parts are what was counted.
  for (const derived of [rule.total, ...parts]) {
    const sources = all.filter((name) => name !== derived);
    const taken = done.some((other) => other.derived === derived);
    if (!taken && !sources.some((source) => follows(source, derived, done)))
      return { rule, derived, sources };
  }
  throw new HomespunError({
    code: 'bad-settings',
    message: `The rule that ${ruleWords(rule)} leaves no column free to follow the others.`,
    hint: 'Leave out one of the sums over these columns.',
    column: rule.total,
  });
}

/** The sums in the order in which they can be computed. Throws `bad-settings` for sums that need one another. */
export function planSums(rules: readonly Rule[], schema: TableSchema): Derivation[] {
  const done: Derivation[] = [];
  for (const rule of rules) if (rule.kind === 'sum') done.push(derivationOf(rule, done, schema));
  const ordered: Derivation[] = [];
  const place = (derivation: Derivation): void => {
    if (ordered.includes(derivation)) return;
    for (const other of done) if (derivation.sources.includes(other.derived)) place(other);
    ordered.push(derivation);
  };
  done.forEach(place);
  return ordered;
}

/** Computes in place, in every row where none of its cells is missing, the column that follows the others. */
export function derive({ rule, derived, sources }: Derivation, table: Table, grid: Grid): void {
  const values = valuesOf(table, derived);
  const columns = sources.map((name) => valuesOf(table, name));
  const signs = sources.map((name) => (derived === rule.total || name === rule.total ? 1 : -1));
  for (let row = 0; row < table.rows; row++) {
    if (Number.isNaN(values[row])) continue;
    let sum = 0;
    for (let c = 0; c < columns.length; c++) sum += signs[c] * columns[c][row];
    if (!Number.isNaN(sum)) values[row] = grid.nearest(sum);
  }
}

/** Marks, with 1, the rows whose derived cell lies outside the bounds of its column. */
export function outOfBounds(derived: string, table: Table, { min, max, unit }: Grid): Uint8Array {
  const slack = unit / 1000;
  const values = valuesOf(table, derived);
  const outside = new Uint8Array(values.length);
  for (let row = 0; row < outside.length; row++) {
    if (values[row] < min - slack || values[row] > max + slack) outside[row] = 1;
  }
  return outside;
}

/**
 * Moves the sources of the marked rows, each within its bounds, until the derived cell is within its own. What the sum is
 * too much by is taken from one source after the other; the derived cell has to be computed anew.
 */
export function moveIntoBounds(
  { rule, derived, sources }: Derivation,
  table: Table,
  schema: TableSchema,
  marked: Uint8Array,
  fixed: ReadonlySet<string>,
): void {
  const grid = gridOf(entryOf(schema, derived));
  const target = valuesOf(table, derived);
  const movable = sources
    .filter((name) => !fixed.has(name))
    .map((name) => ({
      values: valuesOf(table, name),
      grid: gridOf(entryOf(schema, name)),
      sign: derived === rule.total || name === rule.total ? 1 : -1,
    }));
  for (let row = 0; row < table.rows; row++) {
    if (!marked[row]) continue;
    let excess = target[row] > grid.max ? target[row] - grid.max : target[row] - grid.min;
    for (const { values, grid: own, sign } of movable) {
      if (Math.abs(excess) < grid.unit / 1000) break;
      // Rounded away from where it was, so that the sum ends up inside.
      const wished = values[row] - sign * excess;
      const onGrid = sign * excess > 0 ? own.below(wished) : own.above(wished);
      const moved = Math.min(own.max, Math.max(own.min, onGrid));
      excess -= sign * (values[row] - moved);
      values[row] = moved;
    }
  }
}
