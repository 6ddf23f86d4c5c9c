import type { RunControl } from './control.ts';
import type { ProtectedTraining } from './anonymise/training.ts';
import type { Prepared } from './prepare.ts';
import type { RunBudget } from './privatePlan.ts';
import type { Profile } from './profile/types.ts';
import type { ProgressReporter } from './progress.ts';
import type { BackendId, Job } from './protocol.ts';
import type { Rule } from './rules/types.ts';
import type { FitResult, MethodId } from './synthesizers/types.ts';
import type { TableSchema } from './schema/types.ts';
import type { RawTable } from './table/types.ts';

/** What every stage may use besides its input. */
export interface StageContext {
  readonly control: RunControl;
  readonly progress: ProgressReporter;
  /** Milliseconds from any fixed origin. */
  readonly now: () => number;
}

export interface OpenTable {
  readonly raw: RawTable;
  readonly schema: TableSchema;
}

/** Prepared rows, protected as the person wished besides differential privacy. */
export type Protected = Prepared & ProtectedTraining;

export interface Fitted extends FitResult {
  readonly method: MethodId;
  readonly reason: string;
  readonly backend: BackendId | null;
  readonly profile: Profile;
  /** By which made rows are written: under DP with the domains that were released. */
  readonly schema: TableSchema;
  /** What made rows keep, with all combinations listed. */
  readonly rules: readonly Rule[];
  readonly budget?: RunBudget;
  readonly notices: readonly string[];
  readonly seconds: { readonly profile: number; readonly train: number };
}

/** A run that has ended with a model. */
export interface FinishedRun {
  readonly job: Job;
  readonly prepared: Protected;
  readonly fitted: Fitted;
}
