import type { TableSchema } from '../schema/types.ts';
import type { Table } from '../table/types.ts';
import { entryOf, valuesOf } from './cells.ts';
import type { SumDerivation } from './derivations.ts';
import { gridOf, type Grid } from './grid.ts';

/** Computes in place, in every row where none of its cells is missing, the column that follows the others. */
export function deriveSum(
  { rule, derived: [derived], sources }: SumDerivation,
  table: Table,
  grid: Grid,
): void {
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
  { rule, derived: [derived], sources }: SumDerivation,
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
