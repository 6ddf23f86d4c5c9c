/**
 * What the page may ask of the engine and what it gets back. Types only: the page imports nothing else from here.
 * Functions passed in (`onProgress`) are Comlink proxies. Errors come back as data.
 */
import type { AnonymisePlan } from './anonymise/types.ts';
import type { StopMode } from './control.ts';
import type { Result } from './errors.ts';
import type { Assessed, AssessmentDetails, AssessProgress } from './evaluate/assessedTypes.ts';
import type { CardTargets } from './evaluate/cardTypes.ts';
import type { DomainFormula } from './evaluate/domain/formulaTypes.ts';
import type { AuditPlan } from './evaluate/privacy/shadowTypes.ts';
import type { Overlay, ReleasableScorecard, Scorecard } from './evaluate/types.ts';
import type { LedgerView } from './privacy/types.ts';
import type { ReportFiles } from './report/types.ts';
import type { FoundRules, Rule } from './rules/types.ts';
import type { ColumnKind, ColumnSchema, TableSchema } from './schema/types.ts';
import type { TrainingProgress } from './synthesizers/types.ts';
import type { Sweep, SweepPlan, SweepRequest } from './sweepTypes.ts';
import type { Dialect, Notice, ReadOptions } from './table/types.ts';
import type {
  BackendChoice,
  BackendId,
  FitReport,
  Imputed,
  ImputeRequest,
  Job,
  Plan,
  Sampled,
  SampleRequest,
  WriteOptions,
  Written,
} from './jobTypes.ts';

export type {
  ActionReport,
  AnonymisePlan,
  AnonymiseReport,
  AnonymityReport,
  ColumnProtection,
  Generalisation,
  KAnonymity,
  Period,
  Perturbation,
  Phase,
} from './anonymise/types.ts';
export type { StopMode } from './control.ts';
export type { ColumnCondition, ColumnShares, EqualShares, RowsWanted } from './encode/conditionTypes.ts';
export type { EngineError, ErrorCode, Result } from './errors.ts';
export type {
  Assessed,
  AssessmentDetails,
  AssessmentId,
  AssessmentState,
  AssessProgress,
} from './evaluate/assessedTypes.ts';
export type { Card, CardStatus, CardTargets, Headline } from './evaluate/cardTypes.ts';
export type { CurveMarks, CurveScore } from './evaluate/curveTypes.ts';
export type { DomainFormula, DomainLine, DomainResult } from './evaluate/domain/formulaTypes.ts';
export type { CardId, Figure, FigureUnit, Interval, Status, Target } from './evaluate/figureTypes.ts';
export type { AuditPlan, ShadowAudit } from './evaluate/privacy/shadowTypes.ts';
export type {
  Associations,
  ColumnScore,
  Overlay,
  Referenced,
  ReleasableColumn,
  ReleasableScorecard,
  Scorecard,
} from './evaluate/types.ts';
export type {
  BudgetWarning,
  LedgerView,
  PrivacyPlan,
  PrivacyUnit,
  ReleaseView,
  RunView,
  Spent,
} from './privacy/types.ts';
export type { ReportFiles } from './report/types.ts';
export type {
  ChosenRule,
  CombinationRule,
  FoundRule,
  FoundRules,
  OneHotRule,
  OrderRule,
  Rule,
  RuleCell,
  RuleOutcome,
  RulesReport,
  SumRule,
} from './rules/types.ts';
export type {
  CategoryDomain,
  ColumnKind,
  ColumnRole,
  ColumnSchema,
  DatetimeDomain,
  IdentifierDomain,
  IdentifierPart,
  NumericDomain,
  TableSchema,
  Treatment,
} from './schema/types.ts';
export type { MethodChoice, MethodId, TrainingProgress } from './synthesizers/types.ts';
export type { Sweep, SweepPlan, SweepPoint, SweepRequest } from './sweepTypes.ts';
export type { Dialect, Notice, NumberFormat, ReadOptions } from './table/types.ts';
export type {
  BackendChoice,
  BackendId,
  FitReport,
  Imputed,
  ImputeRequest,
  Job,
  Plan,
  PrivacyReport,
  PrivacySettings,
  Sampled,
  SampleRequest,
  WriteOptions,
  Written,
} from './jobTypes.ts';

/** What there is to see of three assessments. */
export type SimilarityDetails = NonNullable<AssessmentDetails['similarity']>;
export type PrivacyDetails = NonNullable<AssessmentDetails['privacy']>;
export type TargetUtility = NonNullable<AssessmentDetails['utility']>[number];
export type ClassBalances = NonNullable<AssessmentDetails['balance']>;

/** Where a long task stands. `done` is 0..1; `secondsLeft` is NaN while unknown. */
export interface Progress {
  readonly stage:
    'read' | 'schema' | 'profile' | 'train' | 'sample' | 'score' | 'audit' | 'fill' | 'write' | 'sweep';
  readonly done: number;
  readonly message: string;
  readonly secondsLeft: number;
  readonly training?: TrainingProgress;
  /** Output of the half-trained model against the real rows, for the watched column. Not private: the owner's eyes only. */
  readonly overlay?: Overlay;
  /** Uses charged so far of each planned release of a private run, in plan order. */
  readonly charged?: readonly number[];
  /** Of a sweep, what is computed so far. */
  readonly swept?: Sweep;
}
export type OnProgress = (progress: Progress) => void;
export type OnAssessed = (progress: AssessProgress) => void;

/** Small picture of a real column for the Columns step. */
export type Sketch =
  | {
      readonly type: 'numeric' | 'datetime';
      readonly edges: readonly number[];
      readonly counts: readonly number[];
    }
  | {
      readonly type: 'category';
      readonly labels: readonly string[];
      readonly counts: readonly number[];
      readonly others: number;
    }
  | { readonly type: 'none' };

export interface ColumnView {
  readonly name: string;
  readonly sketch: Sketch;
  /** A few distinct cell texts as written. */
  readonly examples: readonly string[];
  readonly distinct: number; // of non-missing cells; a lower bound when above 100,000
  readonly missing: number; // rows
  /** What will happen to it, in one sentence. */
  readonly fate: string;
}

export interface Opened {
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
  readonly dialect: Dialect;
  readonly notices: readonly Notice[];
  readonly schema: TableSchema; // proposed
  readonly views: readonly ColumnView[]; // one a schema column, same order
  readonly firstRows: readonly (readonly string[])[]; // at most 20, exact texts
  /** What earlier private runs on the same bytes have spent. */
  readonly ledger: LedgerView;
  readonly seconds: number;
}

export interface SchemaReport {
  readonly schema: TableSchema;
  readonly views: readonly ColumnView[];
  /** Cells that do not fit the confirmed schema and become missing, and the like. */
  readonly notices: readonly Notice[];
}

/** A model with its columns and its guarantee as a file: to make rows again later, without the table. */
export interface SavedFile {
  readonly blob: Blob;
  readonly fileName: string;
}

/** A model that was opened from a file, without a table. */
export interface OpenedModel {
  readonly fileName: string;
  readonly bytes: number;
  /** Name of the file that it was learned from. */
  readonly name: string;
  /** Rows that it was learned from; noised under a guarantee that protects persons. */
  readonly rows: number;
  readonly schema: TableSchema;
  /** As of a run that has just ended. The ledger stays with the table: of it, only the totals are known. */
  readonly fit: FitReport;
}

/** What to assess, and against what. */
export interface AssessRequest {
  /** Columns that models are to predict; null takes those with the role of a target. */
  readonly columns: readonly string[] | null;
  readonly targets: CardTargets;
  /** Figures of the person's own. */
  readonly formulas: readonly DomainFormula[];
}

/** Which report of the first table. `exact`: figures of real rows without noise, outside any guarantee. */
export interface ReportRequest {
  readonly scope: 'releasable' | 'exact';
  /** As the file was, or will be, written. */
  readonly escapeFormulas: boolean;
  readonly targets: CardTargets;
}

export interface EngineInfo {
  readonly version: string;
  readonly backends: readonly {
    readonly id: BackendId;
    readonly available: boolean;
    readonly reason: string;
  }[];
}

/** The one Comlink entry. Call order: open, (setSchema), fit, sample, score, write; or openModel, sample, write. */
export interface Engine {
  info(): Promise<Result<EngineInfo>>;
  open(file: File, options: ReadOptions, onProgress: OnProgress): Promise<Result<Opened>>;
  /** Takes the person's schema. Refuses one that does not match the open table, naming the column. */
  setSchema(schema: TableSchema): Promise<Result<SchemaReport>>;
  /** What the entry of one column would be if it were of this kind. */
  retype(column: string, kind: ColumnKind): Promise<Result<ColumnSchema>>;
  /** Reads a schema file saved earlier and fits it to the open table. */
  parseSchema(json: string): Promise<Result<TableSchema>>;
  /** Reads a protection plan from JSON and checks that it fits the open table. */
  parseProtection(json: string): Promise<Result<AnonymisePlan>>;
  /** Reads rules between columns from JSON and checks that the open table can keep them. */
  parseRules(json: string): Promise<Result<readonly Rule[]>>;
  /** Looks in the rows that would train for rules between columns. Refused for a job with a guarantee. */
  findRules(job: Job): Promise<Result<FoundRules>>;
  plan(job: Job): Promise<Result<Plan>>;
  fit(job: Job, onProgress: OnProgress): Promise<Result<FitReport>>;
  /** Changes the column whose overlay is sent while training. */
  watch(column: string): Promise<void>;
  sample(request: SampleRequest, onProgress: OnProgress): Promise<Result<Sampled>>;
  /** Rows under conditions differ from the real ones on purpose: then rows of the same model without them are scored. */
  score(onProgress: OnProgress): Promise<Result<Scorecard>>;
  /**
   * Computes all figures of the scorecard after `score`, beside whatever else is asked of the engine; ends when all are
   * there or it was stopped. A new table or run stops it.
   */
  assess(request: AssessRequest, onAssessed: OnAssessed): Promise<Result<Assessed>>;
  /** Ends the assessment; what was computed stays. */
  stopAssessing(): Promise<void>;
  /** The same figures against other targets. */
  retarget(targets: CardTargets): Promise<Result<Assessed>>;
  /** Computes figures of the person's own, in place of those before, once an assessment was begun; others stay. */
  measure(formulas: readonly DomainFormula[]): Promise<Result<Assessed>>;
  /** Whether formulas can be computed of the open table, before there are rows; `plan`: what will be made of it. */
  checkFormulas(formulas: readonly DomainFormula[], plan: AnonymisePlan | null): Promise<Result<true>>;
  /** Whether the run in hand can be audited by shadow models, and how long that would take. */
  auditPlan(): Promise<Result<AuditPlan>>;
  /**
   * Fits the method in hand many times over without some of the rows and attacks each fit, once an assessment was begun.
   * Nothing of it is released, so nothing is charged. Can be stopped, with nothing kept.
   */
  deepAudit(onProgress: OnProgress): Promise<Result<Assessed>>;
  /** A report on the first table, as far as its figures are computed. The releasable one needs a private run. */
  report(request: ReportRequest, onProgress: OnProgress): Promise<Result<ReportFiles>>;
  /** Scores the synthetic rows by what a private run released; refused without differential privacy. */
  releasable(): Promise<Result<ReleasableScorecard>>;
  write(options: WriteOptions, onProgress: OnProgress): Promise<Result<Written>>;
  /** What several budgets would take, and cost. */
  planSweep(request: SweepRequest): Promise<Result<SweepPlan>>;
  /**
   * Tries several budgets. The run in hand stays. Any stop keeps the budgets that were tried; the one that was running is
   * charged for what it had released.
   */
  sweep(request: SweepRequest, onProgress: OnProgress): Promise<Result<Sweep>>;
  /**
   * Fills the gaps of another file with the same columns from the model in hand, one of `autoregressive`; all other cells
   * stay as they are, byte for byte.
   */
  impute(file: File, request: ImputeRequest, onProgress: OnProgress): Promise<Result<Imputed>>;
  /** The model in hand as a file. */
  saveModel(): Promise<Result<SavedFile>>;
  /** Opens a model file in place of what was open. Refuses one that was damaged, is of another version, or is none. */
  openModel(file: File, backend: BackendChoice, onProgress: OnProgress): Promise<Result<OpenedModel>>;
  /** The open file's ledger at a delta (null: the largest public power of ten below 1 / rows). */
  ledger(delta: number | null): Promise<Result<LedgerView>>;
  /** The guarantee of the current model's file as plain text: goes with every private export. */
  statement(): Promise<Result<string>>;
  /** The ledger as a file: one record a line, each chained to the one before by its hash. */
  saveLedger(): Promise<Result<string>>;
  /** Takes a ledger file of the open table, whole. Refuses one that was changed, or is another file's. */
  loadLedger(text: string): Promise<Result<LedgerView>>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(mode: StopMode): Promise<void>;
  /** Drops the table, the model and every result. */
  close(): Promise<void>;
}
