/**
 * One-way distributions under the schema's domain: the only thing synthesizers know of a single column.
 * Without DP the masses are exact counts; under DP they are noised once and reused everywhere.
 */

/**
 * Pieces of a distribution over a grid of values: an atom where `low === high`, else every grid value in [low, high)
 * alike, so that the largest value of such a piece is `high - step`. Without a value (all missing) there is no piece.
 */
export interface NumericProfile {
  readonly type: 'numeric';
  /** Type of the table's column. */
  readonly holds: 'number' | 'datetime';
  readonly name: string;
  /** Ascending and disjoint. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Share of the non-missing rows in each piece; sums to 1. */
  readonly mass: Float64Array;
  /** Share of all rows that are missing. */
  readonly missing: number;
  /** Output grid: values are multiples of this (1 for integers, 0.01 for two decimals, 86400000 for dates). */
  readonly step: number;
  /** Standard deviation of the noise in a cell's count, in rows; absent where the masses are exact. */
  readonly noise?: number;
}

export interface CategoryProfile {
  readonly type: 'category';
  readonly name: string;
  readonly categories: readonly string[];
  /** Share of all rows in each category; with `missing` sums to 1. */
  readonly mass: Float64Array;
  readonly missing: number;
  /** As in `NumericProfile`. */
  readonly noise?: number;
}

export type ColumnProfile = NumericProfile | CategoryProfile;

export interface Profile {
  /** Rows behind it (noised under DP). */
  readonly rows: number;
  /** One entry a learned column, in schema order. */
  readonly columns: readonly ColumnProfile[];
}
