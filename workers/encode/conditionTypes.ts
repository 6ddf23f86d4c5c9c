/** What the cells of one column may hold. Without categories and interval: every value, or none where only missing is. */
export interface ColumnCondition {
  readonly column: string;
  /** Categories that are allowed, by text. */
  readonly categories?: readonly string[];
  /**
   * Numbers or dates that are allowed, both ends included; infinite where there is no end. Dates in milliseconds of
   * wall-clock time taken as UTC.
   */
  readonly interval?: readonly [from: number, to: number];
  /** Missing cells: allowed beside the values, or nothing else allowed. Absent: none. */
  readonly missing?: 'allowed' | 'only';
}

/** The wanted mixture of one category column: rebalancing. Other columns keep their distribution given its values. */
export interface ColumnShares {
  readonly column: string;
  /** By category, null for missing. Shares of 0 or more, relative to their sum; a value that is not named gets none. */
  readonly shares: readonly { readonly value: string | null; readonly share: number }[];
}

/** A category column whose values should come equally often: all that the model knows and that a condition allows. */
export interface EqualShares {
  readonly column: string;
  readonly shares: 'equal';
}

/** What made rows must fulfil, in terms of the table. Plain data. */
export interface SampleConditions {
  /** One entry a column at most; rows fulfil all of them. */
  readonly columns?: readonly ColumnCondition[];
  readonly shares?: ColumnShares;
}

/** As a person asks for it; which values there are to be equal is known once the model is. */
export interface RowsWanted {
  readonly columns?: readonly ColumnCondition[];
  readonly shares?: ColumnShares | EqualShares;
}
