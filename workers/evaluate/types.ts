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
