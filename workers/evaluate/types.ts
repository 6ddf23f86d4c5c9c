/** A score with the two marks that give it meaning. */
export interface Referenced {
  readonly value: number;
  /** Real holdout rows scored as if they were synthetic: as good as it gets at this size. NaN without holdout. */
  readonly ceiling: number;
  /** Real rows with every column shuffled on its own. NaN where shuffling changes nothing (one-column metrics use a uniform draw over the domain). */
  readonly floor: number;
}

/** Bars or densities of real and synthetic over the same bins; shares sum to 1 with the missing share. */
export type Overlay =
  | {
      readonly type: 'numeric' | 'datetime';
      readonly column: string;
      readonly edges: readonly number[]; // bins + 1
      readonly real: readonly number[];
      readonly synthetic: readonly number[];
      readonly realMissing: number;
      readonly syntheticMissing: number;
      /** Deciles 0, .1 … 1 for the rug. */
      readonly realQuantiles: readonly number[];
      readonly syntheticQuantiles: readonly number[];
      /** Pattern or decimals for axis labels. */
      readonly pattern?: string;
    }
  | {
      readonly type: 'category';
      readonly column: string;
      readonly labels: readonly string[]; // most common first, rest in '(other)'
      readonly real: readonly number[];
      readonly synthetic: readonly number[];
      readonly realMissing: number;
      readonly syntheticMissing: number;
    };

export interface ColumnScore {
  readonly column: string;
  readonly metric: 'KS' | 'TV';
  /** Distance 0..1, 0 best. */
  readonly distance: Referenced;
  readonly overlay: Overlay;
}

/** Square matrices, row-major, d x d, in one clustered order of columns. NaN where undefined (a constant column). */
export interface Associations {
  readonly columns: readonly string[];
  /** Measure of each pair: Pearson, Cramér's V (bias-corrected) or correlation ratio. */
  readonly measures: readonly ('pearson' | 'cramers-v' | 'correlation-ratio' | 'self')[];
  readonly real: readonly number[];
  readonly synthetic: readonly number[];
  /** Mean and worst absolute difference over pairs. */
  readonly meanDifference: Referenced;
  readonly worstDifference: Referenced;
  readonly worstPair: readonly [string, string] | null;
}

export interface Scorecard {
  /** Worst first, by distance relative to its ceiling. */
  readonly columns: readonly ColumnScore[];
  readonly meanDistance: Referenced;
  /** Mean total variation over all pairs of binned columns. */
  readonly pairDistance: Referenced;
  readonly associations: Associations;
  readonly rows: {
    readonly train: number;
    readonly holdout: number;
    readonly synthetic: number;
    readonly used: number;
  };
  readonly seconds: number;
  readonly notes: readonly string[];
}

/**
 * What a private run released of one real column, as plain data: noisy shares of the rows, 0 or more, that sum to 1
 * with the missing share.
 */
export type OneWay = {
  readonly column: string;
  readonly shares: readonly number[];
  readonly missing: number;
  /** Standard deviation of the noise in each share, before anything was clipped. */
  readonly noise: number;
} & (
  | { readonly type: 'category'; readonly labels: readonly string[] }
  /** Ascending and disjoint cells: one value where `low` equals `high`, else the values in [low, high). */
  | { readonly type: 'numeric'; readonly low: readonly number[]; readonly high: readonly number[] }
);

/** How far a synthetic column is from what was released of the real one. */
export interface ReleasableColumn {
  readonly column: string;
  /** Total variation distance between the released and the synthetic shares, 0..1; missing is a share of its own. */
  readonly distance: number;
  /** The distance that noise alone would give if the synthetic shares were the true ones: its mean, and 19 of 20 below. */
  readonly noiseAlone: { readonly mean: number; readonly upper: number };
}

/** A scorecard that may be passed on: computed from what a private run released and from synthetic rows, nothing else. */
export interface ReleasableScorecard {
  /** Farthest beyond its noise first. */
  readonly columns: readonly ReleasableColumn[];
  readonly meanDistance: number;
  readonly meanNoiseAlone: number;
  /** Facts of the synthetic table by itself. */
  readonly synthetic: {
    readonly rows: number;
    readonly missing: readonly { readonly column: string; readonly share: number }[];
    /** Share of the rows in each class of the target column, in the order of its categories; null without one. */
    readonly target: {
      readonly column: string;
      readonly classes: readonly { readonly label: string; readonly share: number }[];
    } | null;
    /** Square, row-major, in one clustered order of columns; NaN where undefined. */
    readonly associations: Pick<Associations, 'columns' | 'measures'> & {
      readonly values: readonly number[];
    };
  };
  readonly notes: readonly string[];
}
