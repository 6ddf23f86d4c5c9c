import type { AnonymisePlan } from './anonymise/types.ts';
import { checkSample, need } from './checkJob.ts';
import { RunControl, SeriesControl, type StopMode } from './control.ts';
import { toResult, type Result } from './errors.ts';
import type { Assessed } from './evaluate/assessedTypes.ts';
import type { Scorecard } from './evaluate/types.ts';
import { backendSupport } from './nn/backends.ts';
import { openTable } from './pipeline.ts';
import type { ModelGuarantee } from './modelFile/modelFile.ts';
import type { LedgerStore } from './privacy/ledgerBook.ts';
import type { PrivacyMeans } from './privateFit.ts';
import { ProgressReporter } from './progress.ts';
import { HeldTable } from './heldTable.ts';
import { imputeFile } from './imputeFile.ts';
import { openedModel, openModelFile, saveFitted, type HeldModel } from './heldModel.ts';
import { makeFirst, type RowSource } from './rowSource.ts';
import { RowsInHand } from './rowsInHand.ts';
import type {
  AssessRequest,
  AuditPlan,
  BackendChoice,
  CardTargets,
  ColumnKind,
  ColumnSchema,
  DomainFormula,
  Engine,
  EngineInfo,
  FitReport,
  FoundRules,
  Imputed,
  ImputeRequest,
  Job,
  LedgerView,
  OnAssessed,
  OnProgress,
  Opened,
  OpenedModel,
  Plan,
  ReleasableScorecard,
  ReadOptions,
  ReportFiles,
  ReportRequest,
  Rule,
  Sampled,
  SavedFile,
  SampleRequest,
  SchemaReport,
  Sweep,
  SweepPlan,
  SweepRequest,
  TableSchema,
  WriteOptions,
  Written,
} from './protocol.ts';
import { LocalScorer } from './scorer.ts';
import type { ScoringMeans } from './scoring.ts';
import type { StageContext } from './stageTypes.ts';
import { planSweep, runSweep, type SweepSource } from './sweep.ts';

/** What private runs need of the world, and where ledgers are kept. */
export interface EnginePrivacy extends PrivacyMeans {
  readonly store: LedgerStore;
}

const ignore: OnProgress = () => undefined;

/** The engine behind the page: one table at a time, one task at a time, errors as data. */
export class HomespunEngine implements Engine {
  readonly #now: () => number;
  readonly #privacy: EnginePrivacy;
  readonly #scoring: ScoringMeans;
  /** Everything of one file. Each later part is dropped when an earlier one changes. */
  #held: HeldTable | undefined;
  /** A model that was opened in place of a table. */
  #model: HeldModel | undefined;
  #made: RowsInHand | undefined;
  #control: RunControl | null = null;

  /** Assessments run in `scorers`; in this thread without. */
  constructor(now: () => number, privacy: EnginePrivacy, scorers?: Omit<ScoringMeans, 'now'>) {
    this.#now = now;
    this.#privacy = privacy;
    this.#scoring = { start: () => new LocalScorer(now), threads: 1, ...scorers, now };
  }

  info(): Promise<Result<EngineInfo>> {
    return toResult(async () => ({ version: HOMESPUN_VERSION, backends: await backendSupport() }));
  }

  open(file: File, options: ReadOptions, onProgress: OnProgress): Promise<Result<Opened>> {
    return this.#task(onProgress, async (context) => {
      const start = this.#now();
      await this.close();
      const held = new HeldTable(file.name, await openTable(file, options, context), this.#privacy.store);
      this.#held = held;
      return { ...(await held.opened()), seconds: (this.#now() - start) / 1000 };
    });
  }

  setSchema(schema: TableSchema): Promise<Result<SchemaReport>> {
    return toResult(() => {
      const report = this.#table().setSchema(schema);
      this.#dropRows();
      return report;
    });
  }

  retype(column: string, kind: ColumnKind): Promise<Result<ColumnSchema>> {
    return toResult(() => this.#table().retype(column, kind));
  }

  parseSchema(json: string): Promise<Result<TableSchema>> {
    return toResult(() => this.#table().parseSchema(json));
  }

  parseProtection(json: string): Promise<Result<AnonymisePlan>> {
    return toResult(() => this.#table().parseProtection(json));
  }

  parseRules(json: string): Promise<Result<readonly Rule[]>> {
    return toResult(() => this.#table().parseRules(json));
  }

  findRules(job: Job): Promise<Result<FoundRules>> {
    return toResult(() => this.#table().findRules(job));
  }

  plan(job: Job): Promise<Result<Plan>> {
    return toResult(() => this.#table().plan(job));
  }

  fit(job: Job, onProgress: OnProgress): Promise<Result<FitReport>> {
    return this.#task(onProgress, (context) => {
      const held = this.#table();
      held.check(job);
      this.#dropRows();
      return held.fit(job, this.#privacy, context);
    });
  }

  async watch(column: string): Promise<void> {
    this.#held?.watch(column);
  }

  sample(request: SampleRequest, onProgress: OnProgress): Promise<Result<Sampled>> {
    return this.#task(onProgress, async (context) => {
      const source = this.#source();
      checkSample(request, source.model.method);
      const { held, report } = await makeFirst(source, request, context);
      this.#made?.stopAssessing();
      this.#made = new RowsInHand(source, held, this.#held?.run ?? null);
      return report;
    });
  }

  score(onProgress: OnProgress): Promise<Result<Scorecard>> {
    return this.#task(onProgress, (context) => this.#rows().score(context));
  }

  assess(request: AssessRequest, onAssessed: OnAssessed): Promise<Result<Assessed>> {
    return toResult(() => this.#rows().assess(this.#scoring, request, onAssessed));
  }

  async stopAssessing(): Promise<void> {
    this.#made?.stopAssessing();
  }

  retarget(targets: CardTargets): Promise<Result<Assessed>> {
    return toResult(() => this.#rows().retarget(targets));
  }

  measure(formulas: readonly DomainFormula[]): Promise<Result<Assessed>> {
    return this.#task(ignore, (context) => this.#rows().measure(formulas, context));
  }

  auditPlan(): Promise<Result<AuditPlan>> {
    return toResult(() => this.#rows().auditPlan());
  }

  deepAudit(onProgress: OnProgress): Promise<Result<Assessed>> {
    return this.#task(onProgress, (context) => this.#rows().audit(this.#privacy, context));
  }

  checkFormulas(formulas: readonly DomainFormula[], plan: AnonymisePlan | null): Promise<Result<true>> {
    return toResult(() => {
      this.#table().checkFormulas(formulas, plan);
      return true as const;
    });
  }

  releasable(): Promise<Result<ReleasableScorecard>> {
    return this.#task(ignore, (context) => this.#rows().releasable(context));
  }

  write(options: WriteOptions, onProgress: OnProgress): Promise<Result<Written>> {
    return this.#task(onProgress, (context) => this.#rows().write(options, context));
  }

  report(request: ReportRequest, onProgress: OnProgress): Promise<Result<ReportFiles>> {
    return this.#task(onProgress, async (context) => {
      const privacy = await this.#table().privacyReport();
      const facts = {
        privacy,
        statement: privacy ? await this.#statement() : null,
        version: HOMESPUN_VERSION,
        madeAt: this.#privacy.clock(),
      };
      return this.#rows().report(request, facts, context);
    });
  }

  planSweep(request: SweepRequest): Promise<Result<SweepPlan>> {
    return this.#task(ignore, (context) => planSweep(this.#sweepSource(), request, context));
  }

  sweep(request: SweepRequest, onProgress: OnProgress): Promise<Result<Sweep>> {
    const work = (context: StageContext): Promise<Sweep> =>
      runSweep(this.#sweepSource(), request, context, this.#privacy);
    return this.#task(onProgress, work, new SeriesControl());
  }

  impute(file: File, request: ImputeRequest, onProgress: OnProgress): Promise<Result<Imputed>> {
    return this.#task(onProgress, (context) => imputeFile(this.#source(), file, request, context));
  }

  saveModel(): Promise<Result<SavedFile>> {
    return toResult(async () => {
      const source = this.#source();
      return saveFitted(source, await this.#guarantee());
    });
  }

  openModel(file: File, backend: BackendChoice, onProgress: OnProgress): Promise<Result<OpenedModel>> {
    return this.#task(onProgress, async (context) => {
      const model = await openModelFile(file, backend, context);
      await this.close();
      this.#model = model;
      return openedModel(file, model);
    });
  }

  ledger(delta: number | null): Promise<Result<LedgerView>> {
    return toResult(() => this.#table().ledger(delta));
  }

  statement(): Promise<Result<string>> {
    return toResult(() => this.#statement());
  }

  async #statement(): Promise<string> {
    const { statement } = need(
      (await this.#guarantee()) ?? undefined,
      'This model was made without differential privacy.',
    );
    return [statement, ...(this.#made?.conditions ?? [])].join('\n') + '\n';
  }

  saveLedger(): Promise<Result<string>> {
    return toResult(() => this.#table().saveLedger());
  }

  loadLedger(text: string): Promise<Result<LedgerView>> {
    return toResult(() => this.#table().loadLedger(text));
  }

  async pause(): Promise<void> {
    this.#control?.pause();
  }

  async resume(): Promise<void> {
    this.#control?.resume();
  }

  async stop(mode: StopMode): Promise<void> {
    this.#control?.stop(mode);
  }

  async close(): Promise<void> {
    this.#dropRows();
    this.#held?.dropRun();
    this.#model?.model.dispose();
    this.#held = undefined;
    this.#model = undefined;
  }

  #dropRows(): void {
    this.#made?.stopAssessing();
    this.#made = undefined;
  }

  #rows(): RowsInHand {
    return need(this.#made, 'Make synthetic rows first.');
  }

  /** The model in hand. */
  #source(): RowSource {
    return this.#model ?? this.#table().source();
  }

  #sweepSource(): SweepSource {
    return this.#table().sweepSource((context) => this.#rows().standIn(context));
  }

  /** What the model in hand guarantees. */
  async #guarantee(): Promise<ModelGuarantee | null> {
    return this.#model ? this.#model.guarantee : this.#table().guarantee();
  }

  #table(): HeldTable {
    return need(this.#held, 'Open a file first.');
  }

  /** Runs one task with its own control, and returns its outcome as data. */
  async #task<T>(
    onProgress: OnProgress,
    work: (context: StageContext) => Promise<T>,
    control = new RunControl(),
  ): Promise<Result<T>> {
    this.#control = control;
    const progress = new ProgressReporter(onProgress, this.#now);
    const result = await toResult(() => work({ control, progress, now: this.#now }));
    if (this.#control === control) this.#control = null;
    control.close();
    return result;
  }
}
