import type { Assessed } from '../evaluate/assessedTypes.ts';
import type { CardTargets } from '../evaluate/cardTypes.ts';
import type { ReleasableScorecard, Scorecard } from '../evaluate/types.ts';

/** A fact in two texts. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** What both reports say of the run. Nothing in it was computed from real rows without noise. */
export interface ReportRun {
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  readonly version: string;
  readonly output: {
    readonly fileName: string;
    readonly rows: number;
    readonly columns: number;
    /** Of the bytes of the file, hex. */
    readonly sha256: string;
  };
  readonly settings: readonly Fact[];
  /** The guarantee in a sentence; null without. */
  readonly guarantee: string | null;
  /** The privacy statement, ledger of events included; null without a guarantee. */
  readonly statement: string | null;
}

/** The report that may be passed on. */
export interface ReleasableReport {
  readonly scope: 'releasable';
  readonly run: ReportRun;
  readonly scorecard: ReleasableScorecard;
}

/** The owner's report: exact figures on real rows. */
export interface ExactReport {
  readonly scope: 'exact';
  readonly run: ReportRun;
  readonly scorecard: Scorecard;
  /** null where nothing but the first figures was computed. */
  readonly assessed: Assessed | null;
  readonly targets: CardTargets;
}

export type Report = ReleasableReport | ExactReport;

/** A report in three forms, each complete in itself. */
export interface ReportFiles {
  readonly html: string;
  readonly json: string;
  readonly csv: string;
}
