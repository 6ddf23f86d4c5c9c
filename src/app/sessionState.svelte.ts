import type {
  Assessed,
  AssessProgress,
  ColumnView,
  DomainFormula,
  EngineError,
  EngineInfo,
  FitReport,
  FoundRules,
  Imputed,
  Job,
  LedgerView,
  Notice,
  Opened,
  OpenedModel,
  Overlay,
  Plan,
  PrivacySettings,
  Progress,
  ReadOptions,
  ReleasableScorecard,
  RowsWanted,
  Sampled,
  Scorecard,
  StopMode,
  Sweep,
  SweepPlan,
  TableSchema,
} from '../../workers/protocol.ts';
import { noComparison, type Comparison } from './comparison.ts';
import { defaultPrivacy } from './privacySettings.ts';
import { defaultSettings, type Settings } from './settings.ts';
import type { StepId } from './steps.ts';
import { defaultSweep, type SweepChoice } from './sweepChoice.ts';

/** What the engine is busy with on behalf of the person; one thing at a time. */
export interface Task {
  readonly kind: 'open' | 'look' | 'run' | 'generate' | 'fill' | 'write' | 'audit' | 'sweep';
  readonly paused: boolean;
  /** The person asked to stop and the engine has not answered yet. */
  readonly stopping: StopMode | null;
  /** Name of the file being read, where there is one. */
  readonly subject: string;
}

export interface LossPoint {
  /** Epochs done, fractional within one. */
  readonly epoch: number;
  readonly loss: number;
}

/** An error belongs to the place where the person can do something about it. */
export interface StepErrors {
  readonly data: EngineError | null;
  readonly columns: EngineError | null;
  readonly synthesize: EngineError | null;
  readonly scorecard: EngineError | null;
  readonly export: EngineError | null;
}
export const noErrors: StepErrors = {
  data: null,
  columns: null,
  synthesize: null,
  scorecard: null,
  export: null,
};

export const defaultJob = (settings: Settings): Job => ({
  method: settings.method,
  privacy: defaultPrivacy(settings.epsilon),
  holdout: settings.holdout,
  seed: settings.seed,
  backend: settings.backend,
  epochs: null,
  watch: null,
  anonymise: null,
  rules: [],
});

/**
 * Everything the page shows. Fields are read-only outside and hold immutable plain values, so that any of them may be
 * sent to the engine as it is; `Session` changes them through its one gateway.
 */
export class SessionState {
  readonly step: StepId = $state.raw('data');
  readonly settings: Settings = $state.raw(defaultSettings);
  /** Versions and backends of the engine; null until it has answered once. */
  readonly info: EngineInfo | null = $state.raw(null);

  /** The table as opened, with the schema first proposed. */
  readonly opened: Opened | null = $state.raw(null);
  /** A model that was opened in place of a table. */
  readonly model: OpenedModel | null = $state.raw(null);
  readonly readOptions: ReadOptions = $state.raw({});
  /** Name of the file `errors.data` is about, and how it was to be read. */
  readonly refused: { readonly name: string; readonly options: ReadOptions } | null = $state.raw(null);
  /** Schema as it stands after the person's edits, and what the engine says of it. */
  readonly schema: TableSchema | null = $state.raw(null);
  readonly views: readonly ColumnView[] = $state.raw([]);
  readonly schemaNotices: readonly Notice[] = $state.raw([]);
  /** The engine is looking at the latest edit. */
  readonly checking: boolean = $state.raw(false);
  /** Schemas before each edit, latest last. */
  readonly undoStack: readonly TableSchema[] = $state.raw([]);

  readonly job: Job = $state.raw(defaultJob(defaultSettings));
  /** The budget a run has when it has one: kept while the person looks at runs without. */
  readonly guarantee: PrivacySettings = $state.raw(defaultPrivacy(defaultSettings.epsilon));
  /** The person said whom the guarantee protects, rather than leaving the proposal. */
  readonly unitChosen: boolean = $state.raw(false);
  /** What was released about the open file so far, in all visits. */
  readonly ledger: LedgerView | null = $state.raw(null);
  readonly plan: Plan | null = $state.raw(null);
  readonly planning: boolean = $state.raw(false);
  /** Rules that the rows seem to keep; null while they were not looked for. Exact figures: for the owner's eyes. */
  readonly foundRules: FoundRules | null = $state.raw(null);

  readonly task: Task | null = $state.raw(null);
  /** Latest word of the running task; kept after it ends until the next one starts. */
  readonly progress: Progress | null = $state.raw(null);
  /** Loss so far of the running or last training. */
  readonly losses: readonly LossPoint[] = $state.raw([]);
  /** Uses charged of each planned release of the running or last private run, in plan order. */
  readonly charged: readonly number[] = $state.raw([]);
  /** Latest overlay of the watched column. */
  readonly overlay: Overlay | null = $state.raw(null);

  readonly fit: FitReport | null = $state.raw(null);
  readonly sampled: Sampled | null = $state.raw(null);
  /** The rows that are asked for next, of the model in hand. */
  readonly wanted: RowsWanted = $state.raw({});
  /** The file whose gaps were filled last, from the model in hand. */
  readonly imputed: Imputed | null = $state.raw(null);
  readonly scorecard: Scorecard | null = $state.raw(null);
  /** Cards and all figures as far as they are computed; null before the first. */
  readonly assessed: Assessed | null = $state.raw(null);
  /** Latest word of the assessment that is running; null while none is. */
  readonly assessing: AssessProgress | null = $state.raw(null);
  /** Columns that models are to predict; null: those with the role of a target. */
  readonly predicted: readonly string[] | null = $state.raw(null);
  /** Figures of the person's own, for each scorecard of the open file. */
  readonly formulas: readonly DomainFormula[] = $state.raw([]);
  /** Scorecard that may be passed on; null without a guarantee. */
  readonly releasable: ReleasableScorecard | null = $state.raw(null);
  /** Tables of the open file that were scored in this visit: figures alone. */
  readonly comparison: Comparison = $state.raw(noComparison);
  /** The next curve over epsilon: what was chosen, what it would take, and why that could not be said or done. */
  readonly sweepChoice: SweepChoice = $state.raw(defaultSweep);
  readonly sweepPlan: SweepPlan | null = $state.raw(null);
  readonly sweepPlanning: boolean = $state.raw(false);
  readonly sweepError: EngineError | null = $state.raw(null);
  /** Curves of the open file, each as far as it is. */
  readonly sweeps: readonly Sweep[] = $state.raw([]);
  /** Why the results shown no longer belong to what is in the engine; null while they do. */
  readonly stale: 'columns-changed' | 'engine-lost' | null = $state.raw(null);

  readonly errors: StepErrors = $state.raw(noErrors);

  /** True while nothing else may be started. */
  readonly busy: boolean = $derived(this.task !== null);

  /** The columns as the model in hand knows them: with a guarantee, what was released. */
  get modelSchema(): TableSchema | null {
    return this.fit?.privacy?.schema ?? this.schema;
  }

  /** Name of the file that is, or was, learned from. */
  get tableName(): string {
    return this.opened?.fileName ?? this.model?.name ?? 'table';
  }

  /** Whether a step has what it needs. */
  can(step: StepId): boolean {
    switch (step) {
      case 'data':
        return true;
      case 'columns':
      case 'synthesize':
        return this.opened !== null;
      case 'scorecard':
        return this.scorecard !== null;
      case 'export':
        return this.sampled !== null;
    }
  }
}
