import { cellsOf, type ScoredColumn } from '../binning.ts';
import type { Sample } from '../samples.ts';

/**
 * Rows of numbers, row-major, such that the mean Gower distance of two rows is the mean over columns of
 * min(1, |a - b|): numbers scaled by their range in the real rows, categories two apart, missing far from all values.
 */
export interface Rows {
  readonly count: number;
  readonly width: number;
  readonly cells: Float64Array;
  /** Columns of categories: two rows are 0 or 1 apart in them. */
  readonly categorical: readonly boolean[];
}

/** Farther from any scaled value than 1. */
const missing = 1000;

const scalerOf = (columns: readonly ScoredColumn[]): ((cell: number) => number) => {
  if (columns[0].type === 'category') return (code) => (code < 0 ? missing : 2 * code);
  let [min, max] = [Infinity, -Infinity];
  for (const column of columns) {
    if (column.type === 'category') continue;
    for (const value of column.values) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  const range = max - min;
  return (value) => {
    if (Number.isNaN(value)) return missing;
    if (!(range > 0)) return value === min ? 0 : 2;
    // Two beyond the range is as far as any number gets, so none comes near missing.
    return Math.max(-2, Math.min(3, (value - min) / range));
  };
};

export type RowCoder = (sample: Sample) => Rows;

/** How rows are placed: ranges are those of the real samples together, so that distances to each compare. */
export function rowCoder(real: readonly Sample[]): RowCoder {
  const scalers = real[0].columns.map((_, c) => scalerOf(real.map(({ columns }) => columns[c])));
  const categorical = real[0].columns.map(({ type }) => type === 'category');
  return ({ rows: count, columns }) => {
    const width = columns.length;
    const cells = new Float64Array(count * width);
    columns.forEach((column, c) => {
      const values = cellsOf(column);
      for (let row = 0; row < count; row++) cells[row * width + c] = scalers[c](values[row]);
    });
    return { count, width, cells, categorical };
  };
}

/** The same rows with the chosen columns only, in that order. */
export function project({ count, width, cells, categorical }: Rows, columns: readonly number[]): Rows {
  const kept = new Float64Array(count * columns.length);
  for (let row = 0; row < count; row++) {
    for (let c = 0; c < columns.length; c++) kept[row * columns.length + c] = cells[row * width + columns[c]];
  }
  return {
    count,
    width: columns.length,
    cells: kept,
    categorical: columns.map((c) => categorical[c]),
  };
}

/** Columns by how far apart two rows are in them on average, farthest first: distances then reach a limit soonest. */
export function byReach({ count, width, cells }: Rows): number[] {
  const apart = new Float64Array(width);
  const half = Math.floor(count / 2);
  const step = Math.max(1, Math.floor(half / 500));
  for (let row = 0; row + half < count; row += step) {
    for (let c = 0; c < width; c++) {
      apart[c] += Math.min(1, Math.abs(cells[row * width + c] - cells[(row + half) * width + c]));
    }
  }
  return Array.from({ length: width }, (_, c) => c).sort((a, b) => apart[b] - apart[a]);
}
