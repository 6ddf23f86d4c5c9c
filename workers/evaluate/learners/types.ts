import type { Rng } from '../../random/rng.ts';
import type { Pace } from '../pace.ts';
import type { FeatureEncoder } from './featureEncoder.ts';

/** What a learner should predict: one class of `size`, or a number. One entry a row, none missing. */
export type Labels =
  | { readonly kind: 'classes'; readonly codes: Int32Array; readonly size: number }
  | { readonly kind: 'number'; readonly values: Float64Array };

/** A table as bins for trees: flat, column-major, `codes[feature * rows + row]`. */
export interface BinnedTable {
  readonly rows: number;
  readonly codes: Uint8Array;
  readonly features: readonly BinnedFeature[];
}

export interface BinnedFeature {
  readonly name: string;
  /** Codes are 0..size-1, 64 at most. */
  readonly size: number;
  /** Ordered: the last code is missing and the others ascend. Else codes have no order and missing is one of them. */
  readonly ordered: boolean;
}

/** A table as sparse rows for linear models: row r holds `values[r * slots + s]` in column `columns[r * slots + s]`. */
export interface Design {
  readonly rows: number;
  /** Entries a row. */
  readonly slots: number;
  /** Columns of the matrix that this stands for. */
  readonly width: number;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

export interface FitContext {
  /** Bootstraps and feature draws. */
  readonly rng: Rng;
  readonly pace: Pace;
}

/** Rows as trees and linear models want them, encoded once for several models. */
export interface Features {
  readonly rows: number;
  readonly binned: BinnedTable;
  readonly design: Design;
}

export interface Fitted {
  /** Rows x classes probabilities, row-major, each row summing to 1; or one number a row. */
  predict(features: Features): Float64Array;
  /** How much the model uses each feature of the encoder: 0 or more, summing to 1, all 0 for a constant model. */
  readonly importance: Float64Array;
}

/** Like `Fitted`, on binned tables of the same encoder. */
export interface FittedTrees {
  predict(table: BinnedTable): Float64Array;
  readonly importance: Float64Array;
}

export interface Learner {
  readonly id: 'boosting' | 'forest' | 'linear';
  readonly label: string;
  fit(features: Features, labels: Labels, encoder: FeatureEncoder, context: FitContext): Promise<Fitted>;
}
