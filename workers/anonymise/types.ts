/**
 * Protection besides differential privacy: coarser values, removal, distortion and k-anonymity, as plain data.
 * Terms as in ARX and sdcMicro. None of it is a differential-privacy guarantee.
 */

/** On the real rows that train, or on the synthetic rows that were made. */
export type Phase = 'before' | 'after';

/** What stands for the numbers of a bin. */
export type Representative = 'middle' | 'lower';

/** Makes a column coarser, or takes it out. Maps each value by itself, except `rare`. */
export type Generalisation =
  | { readonly type: 'remove'; readonly phase: Phase }
  /** Integers and decimals: bins [origin + i width, origin + (i + 1) width). */
  | {
      readonly type: 'bins';
      readonly width: number;
      readonly origin: number;
      readonly write: Representative;
      readonly phase: Phase;
    }
  /** Integers and decimals: `bins` bins of equal width from `min` to `max`; values outside count as the bound. */
  | {
      readonly type: 'equal-bins';
      readonly bins: number;
      readonly min: number;
      readonly max: number;
      readonly write: Representative;
      readonly phase: Phase;
    }
  /** Categories: the first characters, and one '*' for the rest. */
  | { readonly type: 'prefix'; readonly characters: number; readonly phase: Phase }
  /** Dates: moved to the start of the period (a week starts on Monday, a decade in a year divisible by ten). */
  | { readonly type: 'period'; readonly period: Period; readonly phase: Phase }
  /** Categories: those in fewer than `rows` rows become '(other)'. */
  | { readonly type: 'rare'; readonly rows: number; readonly phase: Phase };

export type Period = 'week' | 'month' | 'quarter' | 'year' | 'decade';

/** Distorts the values of a column at random. */
export type Perturbation =
  /**
   * Numbers and dates: normal noise, rounded to the column's step and clamped to its bounds. `deviation` in units of the
   * column (days for dates), or as a share of its range, or of the standard deviation of its values.
   */
  | {
      readonly type: 'noise';
      readonly deviation: number;
      readonly of: 'units' | 'range' | 'spread';
      readonly phase: Phase;
    }
  /** Post-randomisation: a category is kept with probability `keep`, else drawn from the column's shares or uniformly. */
  | {
      readonly type: 'pram';
      readonly keep: number; // 0..1
      readonly draw: 'shares' | 'uniform';
      readonly phase: Phase;
    }
  /** Numbers and dates: swapped with a partner at most `percent` % of the ranks away. */
  | { readonly type: 'rank-swap'; readonly percent: number; readonly phase: Phase };

/** At most one of each for a column. In one phase, distortion comes first: its result is made coarser. */
export interface ColumnProtection {
  readonly column: string;
  readonly generalise?: Generalisation;
  readonly perturb?: Perturbation;
}

/** What happens to rows in classes that are too small: taken out, or their quasi-identifiers made missing. */
export type SmallClasses = 'suppress' | 'blank';

/** Every combination of the quasi-identifiers in `k` rows at least; missing counts as a value. */
export interface KAnonymity {
  readonly quasiIdentifiers: readonly string[];
  readonly k: number;
  /** Distinct l-diversity: at least `l` values, missing not counted, of each sensitive column in every class; or null. */
  readonly l: number | null;
  readonly sensitive: readonly string[];
  readonly small: SmallClasses;
  readonly phase: Phase;
}

export interface AnonymisePlan {
  readonly columns: readonly ColumnProtection[];
  readonly kAnonymity: KAnonymity | null;
}

export type NotPrivate = 'not a differential-privacy guarantee';

/** What one action on one column did. Exact figures of the rows it was given: real ones in the phase 'before'. */
export interface ActionReport {
  readonly column: string;
  readonly action: Generalisation['type'] | Perturbation['type'];
  /** Rows whose cell is written otherwise than before; all where the column was removed. */
  readonly changed: number;
  readonly rows: number;
  readonly label: NotPrivate;
}

/** What k-anonymity did. Exact figures of the rows it was given, as in `ActionReport`. */
export interface AnonymityReport {
  readonly asked: KAnonymity;
  /** Smallest class before anything was suppressed, rows. */
  readonly kFound: number;
  /** Smallest class now, rows; null where no row is left. */
  readonly kReached: number | null;
  /** Fewest distinct sensitive values of a class now; null where l was not asked for, or no row is left. */
  readonly lReached: number | null;
  readonly classes: number;
  /** Rows given, and rows left. */
  readonly rows: number;
  readonly rowsLeft: number;
  /** Rows taken out or blanked, and their share 0..1 of the rows given. */
  readonly affected: number;
  readonly share: number;
  /** Prosecutor risk: 1 / rows of the class, of the smallest class and as a mean over rows. Null where no row is left. */
  readonly worstRisk: number | null;
  readonly meanRisk: number | null;
  /** Rows in each part, where k was reached in parts of a large table; null where it holds in the table as a whole. */
  readonly partRows: number | null;
  readonly label: NotPrivate;
}

export interface AnonymiseReport {
  readonly phase: Phase;
  readonly actions: readonly ActionReport[];
  readonly kAnonymity: AnonymityReport | null;
}
