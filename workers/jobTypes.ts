/** A run, and what comes of it: settings, plan, rows and files. Plain data. */
import type { AnonymisePlan, AnonymiseReport } from './anonymise/types.ts';
import type { RowsWanted } from './encode/conditionTypes.ts';
import type { LedgerView, PrivacyPlan, PrivacyUnit } from './privacy/types.ts';
import type { ChosenRule, RulesReport } from './rules/types.ts';
import type { TableSchema } from './schema/types.ts';
import type { MethodChoice, MethodId } from './synthesizers/types.ts';
import type { Notice } from './table/types.ts';

export type BackendId = 'webgpu' | 'webgl' | 'wasm' | 'cpu';
export type BackendChoice = BackendId | 'auto';

/** The privacy budget of one run, and whom it protects. */
export interface PrivacySettings {
  readonly epsilon: number;
  /** A public power of ten below 1 / rows; null takes the largest such. */
  readonly delta: number | null;
  /** Protects persons, each with at most so many rows (others are left out at random); null protects rows. */
  readonly person: { readonly column: string; readonly rowsPerPerson: number } | null;
  /** Share 0..1 of the budget for single columns; null lets the method choose. */
  readonly profileShare: number | null;
}

/** Everything that decides a run; immutable, plain data. */
export interface Job {
  readonly method: MethodChoice;
  readonly privacy: PrivacySettings | 'none';
  /** Share of rows kept from the generator for honest scores, 0..0.5. */
  readonly holdout: number;
  readonly seed: number;
  readonly backend: BackendChoice;
  /** Training epochs; null lets the method choose from the number of rows. */
  readonly epochs: number | null;
  /** Column whose overlay is drawn while training. */
  readonly watch: string | null;
  /** Protection besides differential privacy, of the rows that train and of those made; null for none. */
  readonly anonymise: AnonymisePlan | null;
  /** What rows are to keep between columns, before they are protected after synthesis. */
  readonly rules: readonly ChosenRule[];
}

/** What would run, before it runs. */
export interface Plan {
  readonly method: MethodId;
  /** Why, in words. */
  readonly reason: string;
  readonly backend: BackendId | null; // null for methods without tensors
  readonly seconds: number;
  readonly bytes: number;
  readonly epochs: number;
  /** null without differential privacy. */
  readonly privacy: PrivacyPlan | null;
}

/** What a private run has cost, from the events it executed. */
export interface PrivacyReport {
  readonly epsilon: number;
  readonly delta: number;
  readonly unit: PrivacyUnit;
  /**
   * With the bounds and categories that were released: public from now on, and free in a later run. Of columns protected
   * before synthesis as they were learned.
   */
  readonly schema: TableSchema;
  /** The file's ledger, this run included. */
  readonly ledger: LedgerView;
}

export interface FitReport {
  readonly method: MethodId;
  readonly reason: string;
  readonly backend: BackendId | null;
  readonly trainRows: number;
  readonly holdoutRows: number;
  readonly epochs: number;
  readonly loss: readonly number[];
  readonly stopped: boolean;
  readonly seconds: { readonly profile: number; readonly train: number };
  readonly notices: readonly string[];
  /** null without differential privacy. */
  readonly privacy: PrivacyReport | null;
  /** What was done to the rows that train, in exact figures: outside any guarantee. Null for nothing. */
  readonly anonymised: AnonymiseReport | null;
}

export interface SampleRequest {
  readonly rows: number;
  readonly tables: number;
  readonly seed: number;
  /** What every row must fulfil, before it is protected: exactly, or the request is refused. */
  readonly conditions?: RowsWanted;
  /** How varied rows are, 0.2 to 2; absent: 1, as they were learned. For `autoregressive` models. */
  readonly temperature?: number;
}

export interface Sampled {
  readonly tables: number;
  /** Rows a table; of the first one, where k-anonymity takes some out of a table of at most 200,000. */
  readonly rows: number;
  readonly columns: readonly string[];
  readonly firstRows: readonly (readonly string[])[]; // at most 20 of the first table, as they will be written
  readonly seconds: number;
  /** The conditions that the rows fulfil, one sentence each. */
  readonly conditions: readonly string[];
  /** 1 where rows are as they were learned. */
  readonly temperature: number;
  /** Share 0..1 of the rows drawn that were kept; null where the method makes such rows directly. */
  readonly acceptance: number | null;
  /** What keeping the rules between columns took in the first table, the first 200,000 rows at most; null for none. */
  readonly rules: RulesReport | null;
  /** What was done to the rows of the first table, the first 200,000 at most; null for nothing. */
  readonly anonymised: AnonymiseReport | null;
}

/** How gaps of a file are to be filled. */
export interface ImputeRequest {
  readonly seed: number;
  /** As of `SampleRequest`: below 1 likelier values are filled in. */
  readonly temperature?: number;
  /** Put an apostrophe before filled-in texts a spreadsheet would run as a formula. */
  readonly escapeFormulas: boolean;
}

/** A file with its gaps filled. It holds the person's own cells: no guarantee covers it, and none of the model's does. */
export interface Imputed {
  readonly blob: Blob;
  readonly fileName: string;
  readonly rows: number;
  /** Cells filled in each learned column, in order of the model's schema. */
  readonly filled: readonly { readonly column: string; readonly cells: number }[];
  readonly notices: readonly Notice[];
  readonly seconds: number;
}

export interface WriteOptions {
  /** Which of the sampled tables, 0-based. */
  readonly table: number;
  /** Put an apostrophe before cells a spreadsheet would run as a formula. On unless switched off. */
  readonly escapeFormulas: boolean;
}

export interface Written {
  readonly blob: Blob;
  readonly fileName: string;
  readonly rows: number;
  readonly columns: number;
  /** Of the bytes of the file, hex. */
  readonly sha256: string;
  readonly seconds: number;
}
