import type { Headline } from './cardTypes.ts';
import type { BalanceDetails } from './balance/assessBalance.ts';
import type { CorrelationDetails } from './fidelity/assessCorrelation.ts';
import type { Detection } from './fidelity/assessDetection.ts';
import type { SimilarityDetails } from './fidelity/assessSimilarity.ts';
import type { DomainResult } from './domain/formulaTypes.ts';
import type { CardId, Figure } from './figureTypes.ts';
import type { PrivacyDetails } from './privacy/assessPrivacy.ts';
import type { ShadowAudit } from './privacy/shadowTypes.ts';
import type { QualityDetails } from './quality/assessQuality.ts';
import type { TargetUtility } from './utility/utilityTypes.ts';

/** One assessment: computed as a whole, in one thread, apart from the others. */
export type AssessmentId =
  | 'distances'
  | 'similarity'
  | 'correlation'
  | 'balance'
  | 'quality'
  | 'domain'
  | 'detection'
  | 'utility'
  | 'privacy';

/** What assessments have to show besides their figures; each is absent until it is there. */
export interface AssessmentDetails {
  readonly similarity?: SimilarityDetails;
  readonly correlation?: CorrelationDetails;
  readonly balance?: BalanceDetails;
  readonly quality?: QualityDetails;
  /** Columns by which trees tell synthetic rows from real ones, most telling first. */
  readonly telling?: Detection['telling'];
  readonly utility?: readonly TargetUtility[];
  readonly privacy?: PrivacyDetails;
  /** Figures of the person's own, in the order of their formulas. */
  readonly domain?: readonly DomainResult[];
  /** Of a deep audit, where one was asked for. */
  readonly shadow?: ShadowAudit;
}

export interface AssessmentOutcome {
  readonly figures: readonly Figure[];
  readonly details: AssessmentDetails;
}

/** Where one assessment stands. */
export interface AssessmentState {
  readonly id: AssessmentId;
  readonly label: string;
  readonly cards: readonly CardId[];
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  /** 0..1 */
  readonly done: number;
  /** What it is doing, or why it failed. */
  readonly message: string;
  readonly seconds: number;
}

/** All that is known so far: figures, details and the cards they make. */
export interface Assessed {
  readonly figures: readonly Figure[];
  readonly details: AssessmentDetails;
  readonly headline: Headline;
  readonly assessments: readonly AssessmentState[];
  /** Columns that models were to predict. */
  readonly targets: readonly string[];
  /** Since the start. */
  readonly seconds: number;
}

/** A word from a running assessment. `assessed` comes along whenever figures were added. */
export interface AssessProgress {
  readonly assessments: readonly AssessmentState[];
  /** 0..1 over all. */
  readonly done: number;
  /** NaN while unknown. */
  readonly secondsLeft: number;
  readonly assessed?: Assessed;
}
