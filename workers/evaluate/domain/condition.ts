import type { ScoredColumn } from '../binning.ts';
import type { Sample } from '../samples.ts';
import type { Comparison, Test } from './formulaTypes.ts';

/**
 * Truth of each row. A test of a missing cell is unknown, its negation too; only `is missing` knows. The order of the
 * numbers makes `and` the lesser, `or` the greater, and `not` the distance from true (Kleene 1952).
 */
export type Truth = Uint8Array;
const [no, unknown, yes] = [0, 1, 2] as const;
export { yes as isTrue };

const compares: Readonly<Record<Comparison, (cell: number, value: number) => boolean>> = {
  '=': (cell, value) => cell === value,
  '!=': (cell, value) => cell !== value,
  '<': (cell, value) => cell < value,
  '<=': (cell, value) => cell <= value,
  '>': (cell, value) => cell > value,
  '>=': (cell, value) => cell >= value,
};

export function columnOf({ columns }: Sample, name: string): ScoredColumn {
  const column = columns.find((one) => one.name === name);
  if (!column) throw new Error(`Column “${name}” is gone.`);
  return column;
}

/** Cells as numbers, NaN where missing; labels of categories are read as numbers. */
export function numbersOf(column: ScoredColumn): Float64Array {
  if (column.type !== 'category') return column.values;
  const values = Float64Array.from(column.categories, Number);
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : values[code]));
}

const ofNumbers = (cells: Float64Array, holds: (cell: number) => boolean): Truth =>
  Uint8Array.from(cells, (cell) => (Number.isNaN(cell) ? unknown : holds(cell) ? yes : no));

function ofLabels(column: ScoredColumn, labels: readonly string[]): Truth {
  if (column.type !== 'category') return new Uint8Array(column.values.length).fill(unknown);
  const wanted = column.categories.map((label) => (labels.includes(label) ? yes : no));
  return Uint8Array.from(column.codes, (code) => (code < 0 ? unknown : wanted[code]));
}

const ofMissing = (column: ScoredColumn): Truth =>
  column.type === 'category'
    ? Uint8Array.from(column.codes, (code) => (code < 0 ? yes : no))
    : Uint8Array.from(column.values, (value) => (Number.isNaN(value) ? yes : no));

/** Truth of a test in each row of a table. */
export function truthOf(test: Test, table: Sample): Truth {
  switch (test.kind) {
    case 'and': {
      const right = truthOf(test.right, table);
      return truthOf(test.left, table).map((truth, row) => Math.min(truth, right[row]));
    }
    case 'or': {
      const right = truthOf(test.right, table);
      return truthOf(test.left, table).map((truth, row) => Math.max(truth, right[row]));
    }
    case 'not':
      return truthOf(test.of, table).map((truth) => yes - truth);
    case 'missing':
      return ofMissing(columnOf(table, test.column));
    case 'labels':
      return ofLabels(columnOf(table, test.column), test.labels);
    case 'number': {
      const compare = compares[test.operator];
      return ofNumbers(numbersOf(columnOf(table, test.column)), (cell) => compare(cell, test.value));
    }
    case 'among':
      return ofNumbers(numbersOf(columnOf(table, test.column)), (cell) => test.values.includes(cell));
  }
}
