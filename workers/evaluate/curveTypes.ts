import type { Interval } from './figureTypes.ts';

/** A score of a curve; higher is better. */
export interface CurveScore {
  readonly value: number;
  /** 95 %, over the draw of the rows that were looked at; null where none is known. */
  readonly interval: Interval | null;
}

/** What the points of a curve stand between. */
export interface CurveMarks {
  /** Null where no column can be predicted. */
  readonly utility: {
    readonly column: string;
    readonly measure: 'ROC AUC' | 'Macro ROC AUC' | 'R²';
    /** The same model trained on the rows that were learned from. */
    readonly ceiling: CurveScore;
    /** A model that knows nothing. */
    readonly floor: number;
  } | null;
  /** Of pairs of columns, 1 less the mean total variation distance; null with fewer than two columns. */
  readonly similarity: {
    /** Held-out rows in place of synthetic ones. NaN without. */
    readonly ceiling: number;
    /** Every column shuffled on its own. */
    readonly floor: number;
  } | null;
}

/** The two scores of one synthetic table; null where there is none. */
export interface CurveScores {
  readonly utility: CurveScore | null;
  readonly similarity: CurveScore | null;
}
