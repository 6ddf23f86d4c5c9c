import type { Sample } from '../samples.ts';
import { measuresOf } from './check.ts';
import { columnOf, isTrue, numbersOf, truthOf } from './condition.ts';
import { constant, hiddenVariance, joined, type Estimate } from './estimate.ts';
import type { CheckedExpression, CheckedFormula, Measure, Test } from './formulaTypes.ts';

type CheckedMeasure = Measure<Test, string>;

/** What a figure needs of each row, looked up once for all groups. */
interface Prepared {
  readonly inside: Uint8Array; // 1: a row the figure is over
  readonly cells: Float64Array; // what its mean is of: numbers, or 1 and 0 of a condition
  readonly groups: readonly (string | null)[] | null; // label of each code, null for none
  readonly codes: Int32Array | null;
}

function prepared(measure: CheckedMeasure, table: Sample): Prepared {
  const { condition, column, where, by } = measure;
  const over = where && truthOf(where, table);
  const holds = condition && truthOf(condition, table);
  const cells = column
    ? numbersOf(columnOf(table, column))
    : Float64Array.from({ length: table.rows }, (_, row) => (!holds || holds[row] === isTrue ? 1 : 0));
  const inside = Uint8Array.from(cells, (cell, row) =>
    Number.isNaN(cell) || (over && over[row] !== isTrue) ? 0 : 1,
  );
  const grouping = by === null ? null : columnOf(table, by);
  return grouping?.type === 'category'
    ? { inside, cells, groups: grouping.categories, codes: grouping.codes }
    : { inside, cells, groups: null, codes: null };
}

/** Whether each row is in the group; all are where the figure has no groups. */
function membersOf({ inside, groups, codes }: Prepared, group: string | null): Uint8Array {
  if (!groups || !codes) return inside;
  const code = groups.indexOf(group);
  // A group that this table does not know has no row; missing cells, of code -1, are in no group.
  return code < 0 ? inside.map(() => 0) : inside.map((is, row) => (is === 1 && codes[row] === code ? 1 : 0));
}

interface Totals {
  readonly rows: number;
  readonly sum: number;
}

function totalsOf(members: Uint8Array, cells: Float64Array): Totals {
  let [rows, sum] = [0, 0];
  for (let row = 0; row < members.length; row++) {
    if (members[row] === 0) continue;
    rows += 1;
    sum += cells[row];
  }
  return { rows, sum };
}

/** A count as if there were `countedRows` rows. */
function countOf(members: Uint8Array, cells: Float64Array, countedRows: number): Estimate {
  const trials = members.length;
  const { sum } = totalsOf(members, cells);
  const share = sum / trials;
  const scale = countedRows / Math.sqrt(trials * Math.max(1, trials - 1));
  return {
    value: share * countedRows,
    influence: cells.map((cell, row) => scale * (members[row] * cell - share)),
    extra: countedRows * countedRows * hiddenVariance(sum, trials),
    rows: trials,
  };
}

/** Mean of the cells of members: of numbers, or of 1 and 0. */
function meanOf(members: Uint8Array, cells: Float64Array, isShare: boolean): Estimate {
  const { rows, sum } = totalsOf(members, cells);
  const value = rows === 0 ? NaN : sum / rows;
  const scale = 1 / Math.sqrt(rows * Math.max(1, rows - 1));
  return {
    value,
    influence: cells.map((cell, row) => (members[row] === 0 ? 0 : scale * (cell - value))),
    extra: isShare && rows > 0 ? hiddenVariance(sum, rows) : 0,
    rows,
  };
}

/** A formula over one table, for one group after another. */
export type Evaluation = (group: string | null) => Estimate;

/**
 * Counts are scaled to a table of `countedRows` rows, so that tables of other sizes can be compared.
 * @param table columns that the formula was checked against
 */
export function evaluation(
  { expression }: Pick<CheckedFormula, 'expression'>,
  table: Sample,
  countedRows: number,
): Evaluation {
  const known = new Map(measuresOf(expression).map((measure) => [measure, prepared(measure, table)]));
  const of = (measure: CheckedMeasure, group: string | null): Estimate => {
    const its = known.get(measure) ?? prepared(measure, table);
    const members = membersOf(its, group);
    return measure.measure === 'count'
      ? countOf(members, its.cells, countedRows)
      : meanOf(members, its.cells, measure.measure === 'share');
  };
  const walk = (node: CheckedExpression, group: string | null): Estimate => {
    switch (node.kind) {
      case 'number':
        return constant(node.value);
      case 'negative':
        return joined('-', constant(0), walk(node.of, group));
      case 'operation':
        return joined(node.operator, walk(node.left, group), walk(node.right, group));
      case 'measure':
        return of(node, group);
    }
  };
  return (group) => walk(expression, group);
}
