/** Whom the guarantee protects. A person's guarantee covers each of their rows; a row's says nothing of a person. */
export type PrivacyUnit =
  | { readonly kind: 'row' }
  | { readonly kind: 'person'; readonly column: string; readonly rowsPerPerson: number };

export type RunOutcome = 'finished' | 'stopped' | 'failed';

/** Which bound was the least: all are valid at the same delta, so their minimum is. */
export type AccountantName = 'rdp' | 'pld' | 'analytic-gaussian';

export interface EpsilonBound {
  /** Infinity where the events alone fail more often than delta. */
  readonly epsilon: number;
  readonly accountant: AccountantName;
}

/** What has been spent on one kind of unit at a delta. */
export interface Spent extends EpsilonBound {
  readonly unit: 'row' | 'person';
  /** Set for a person: the column that names them. */
  readonly column?: string;
}

/** One planned event of a run, in words a person can read. */
export interface ReleaseView {
  /** What it is for: "one-way counts of 9 category columns". */
  readonly purpose: string;
  /** How, in the terms of the field: "discrete Gaussian mechanism, sigma 31, sensitivity 1". */
  readonly mechanism: string;
  readonly planned: number;
  readonly charged: number;
  /** Share 0..1 of the run's budget that it takes, by its own cost beside the others'. */
  readonly share: number;
}

export interface RunView {
  readonly run: string;
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly outcome: RunOutcome | 'open';
  readonly unit: PrivacyUnit;
  /** What it charged, by itself, at the delta of the view. */
  readonly epsilon: number;
  readonly releases: readonly ReleaseView[];
}

/** Everything that was released about one file, in all runs, as the page shows it. */
export interface LedgerView {
  /** SHA-256 of the file. */
  readonly dataset: string;
  readonly delta: number;
  /** The guarantee of all runs together; persons first where it holds for them. Epsilon 0 without runs. */
  readonly totals: readonly Spent[];
  readonly runs: readonly RunView[];
  /** Runs without differential privacy: no total covers what they gave away. */
  readonly unprotected: number;
  /** Why the kept ledger cannot be read: private runs are refused until a good copy is loaded. */
  readonly damaged?: string;
}

/** Something the person should know before the budget is spent. */
export interface BudgetWarning {
  /** `blocking`: nothing useful could come out, so the run is refused. */
  readonly severity: 'warning' | 'blocking';
  readonly message: string;
  readonly hint: string;
  /** Columns it is about. */
  readonly columns: readonly string[];
}

/** What a private run would release and cost, before it starts. */
export interface PrivacyPlan {
  /** Of this run, by the accountant over its planned events: at most what was asked for. */
  readonly epsilon: number;
  readonly delta: number;
  readonly accountant: AccountantName;
  readonly unit: PrivacyUnit;
  /** Share 0..1 of the budget for single columns; the rest goes to how they go together. */
  readonly profileShare: number;
  readonly releases: readonly ReleaseView[];
  /** Epsilon that the file has paid so far, and would have paid after this run. */
  readonly before: number;
  readonly after: number;
  readonly earlierRuns: number;
  readonly warnings: readonly BudgetWarning[];
  /** Standard deviation of the noise on a column's counts, in rows. */
  readonly countNoise: number;
  /** Rows a value must stand in to be found; null when every category is declared. */
  readonly leastRows: number | null;
  /** What is taken as public, and what is outside the guarantee, in words. */
  readonly publicFacts: readonly string[];
  readonly outside: readonly string[];
}
