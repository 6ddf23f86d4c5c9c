/** Data rows of one chunk, ready for the column builders. Cell k of row r exists if k < cells[r]. */
export interface RowBatch {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Index of each row's first cell in `starts` and `ends`. */
  readonly first: Int32Array;
  /** Cells in each row; rows that are too short have missing cells at their end. */
  readonly cells: Int32Array;
  readonly count: number;
}
