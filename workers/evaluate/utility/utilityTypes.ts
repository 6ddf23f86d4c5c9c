import type { Figure, Interval } from '../assessment.ts';

export interface Scored {
  readonly value: number;
  /** 95 %, over the draw of test rows. */
  readonly interval: Interval;
}

/** One learner trained on real and on synthetic rows, both scored on held-out real rows. */
export interface LearnerUtility {
  readonly id: string;
  readonly label: string;
  /** Trained on real rows (TRTR). */
  readonly real: Scored;
  /** Trained on synthetic rows (TSTR). */
  readonly synthetic: Scored;
  /** 1 - synthetic / real, paired. */
  readonly loss: Scored;
  /** Further scores, points alone: macro F1, average precision and Brier score, or MAE and RMSE. */
  readonly further: readonly {
    readonly name: string;
    readonly real: number;
    readonly synthetic: number;
  }[];
}

export interface Rate {
  readonly value: number;
  /** Wilson. */
  readonly interval: Interval;
}

/** Of the learner that is best on real rows. NaN where it named no row of the class. */
export interface ClassUtility {
  readonly label: string;
  readonly testRows: number;
  readonly recall: { readonly real: Rate; readonly synthetic: Rate };
  readonly precision: { readonly real: Rate; readonly synthetic: Rate };
}

/** The rarest class, by boosted trees and a threshold that each source chose on its own rows. */
export interface RareUtility {
  readonly label: string;
  readonly testRows: number;
  readonly recall: { readonly real: Rate; readonly synthetic: Rate };
  readonly precision: { readonly real: Rate; readonly synthetic: Rate };
  readonly f1: { readonly real: number; readonly synthetic: number };
  readonly averagePrecision: { readonly real: number; readonly synthetic: number };
  /** Recall at the precision that training on real rows reaches at its threshold. */
  readonly recallAtRealPrecision: { readonly real: number; readonly synthetic: number };
}

/** Plain data for charts of one target column. */
export interface TargetUtility {
  readonly column: string;
  readonly kind: 'classes' | 'number';
  readonly measure: 'ROC AUC' | 'Macro ROC AUC' | 'R²';
  /** What a model that knows nothing scores: .5 or 0. */
  readonly trivial: number;
  readonly rows: { readonly train: number; readonly synthetic: number; readonly test: number };
  readonly learners: readonly LearnerUtility[];
  /** Empty for numbers. */
  readonly classes: readonly ClassUtility[];
  readonly rare: RareUtility | null;
  /** Shares of what boosted trees use, most used on real rows first. */
  readonly importance: readonly {
    readonly column: string;
    readonly real: number;
    readonly synthetic: number;
  }[];
  readonly notes: readonly string[];
}

export interface Utility {
  readonly figures: readonly Figure[];
  readonly details: readonly TargetUtility[];
}
