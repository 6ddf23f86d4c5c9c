/** Attributes (column numbers) in ascending order. */
export type Clique = readonly number[];

/** Codes of a column: row r holds a value 0 .. size - 1. */
export type Codes = Uint8Array | Uint16Array | Int32Array;

/** Noisy counts of a clique. Answer b is the sum of the cells of bin b, plus noise of standard deviation sigma. */
export interface Measurement {
  readonly clique: Clique;
  /** One answer a bin; row-major in the clique's order where there are no bins. */
  readonly values: Float64Array;
  /** One for all answers, or one an answer. Positive. */
  readonly sigma: number | Float64Array;
  /** Bin of each cell, when cells were merged before measuring. Every cell is in one bin. */
  readonly bins?: Int32Array;
}

/**
 * A log-linear model over discrete attributes as plain data: p(x) is proportional to
 * exp(sum over cliques of potentials[clique][x restricted to clique]). A potential of -Infinity is a structural zero.
 */
export interface ModelState {
  /** Number of values of each attribute. */
  readonly sizes: readonly number[];
  /** Rows that the marginals add up to. */
  readonly total: number;
  readonly cliques: readonly Clique[];
  /** Row-major tables, one a clique. */
  readonly potentials: readonly Float64Array[];
}
