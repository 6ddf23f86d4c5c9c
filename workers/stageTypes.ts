import type { RunControl } from './control.ts';
import type { ProgressReporter } from './progress.ts';
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
