import type { CurveMarks, CurveScores } from './evaluate/curveTypes.ts';
import type { Job } from './protocol.ts';
import type { MethodId } from './synthesizers/types.ts';

/** Several budgets tried in turn, to see what each costs in usefulness. */
export interface SweepRequest {
  /**
   * `made`: learns from the synthetic rows in hand as if they were real. They stand under a guarantee already, so that
   * this costs nothing; the curve is that of a stand-in. `public`: learns from another table, which anybody may see:
   * costs nothing, looks at nothing of the open one. `file`: learns from the rows of the file, at its price.
   */
  readonly rows: 'made' | 'public' | 'file';
  /** Of `public`: the table, as the person declares it public; else null. */
  readonly publicFile: File | null;
  readonly epsilons: readonly number[];
  /** Of every run, all but its epsilon. Protection beside differential privacy is left out. */
  readonly job: Job;
  /** Column that models predict; null, or one that a public table does not have: a likely one. */
  readonly target: string | null;
}

/** A budget that cannot be tried, and why. */
export interface RefusedBudget {
  readonly epsilon: number;
  readonly reason: string;
}

/** What a sweep would do, before it does it. */
export interface SweepPlan {
  readonly method: MethodId;
  /** Those that can be tried, ascending. */
  readonly epsilons: readonly number[];
  readonly refused: readonly RefusedBudget[];
  readonly seconds: number;
  /** Of all runs composed; null where it costs nothing. */
  readonly cost: {
    readonly epsilon: number;
    readonly delta: number;
    /** Epsilon that the file has paid so far, and would have paid after it. */
    readonly before: number;
    readonly after: number;
  } | null;
}

export interface SweepPoint extends CurveScores {
  readonly epsilon: number;
  readonly seconds: number;
}

/** A curve as far as it is computed. Figures of the rows it learned from; those of the file are for the owner's eyes. */
export interface Sweep {
  readonly rows: SweepRequest['rows'];
  /** Name of the public table; null where there was none. */
  readonly publicName: string | null;
  readonly method: MethodId;
  readonly marks: CurveMarks;
  /** All that are to be tried, ascending. */
  readonly epsilons: readonly number[];
  /** Ascending by epsilon. */
  readonly points: readonly SweepPoint[];
  readonly refused: readonly RefusedBudget[];
  /** Ended before all budgets were tried. */
  readonly stopped: boolean;
  readonly trainRows: number;
  readonly holdoutRows: number;
  readonly notes: readonly string[];
  readonly seconds: number;
}
