import { placeOf } from '../statistics/sorted.ts';

/**
 * Rows of one column in the order of its values, so that the rows under a predicate on it are one stretch.
 * Missing comes after all values.
 */
export interface ColumnIndex {
  /** Distinct values, ascending. */
  readonly values: Float64Array;
  /** Place of each row's value in `values`; `values.length` for missing. */
  readonly codes: Int32Array;
  /** Where the rows of each code start in `order`, and one past the last of all. */
  readonly starts: Int32Array;
  readonly order: Int32Array;
}

/** @param cells NaN is missing. */
export function columnIndex(cells: Float64Array): ColumnIndex {
  const sorted = cells.filter((cell) => !Number.isNaN(cell)).sort();
  const values = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const codes = Int32Array.from(cells, (cell) =>
    Number.isNaN(cell) ? values.length : placeOf(values, cell),
  );
  const starts = new Int32Array(values.length + 2);
  for (const code of codes) starts[code + 1]++;
  for (let code = 1; code < starts.length; code++) starts[code] += starts[code - 1];
  const next = starts.slice();
  const order = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) order[next[codes[row]]++] = row;
  return { values, codes, starts, order };
}
