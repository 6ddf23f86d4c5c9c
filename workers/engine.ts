import { checkPlan } from './anonymise/checkPlan.ts';
import { parsePlan } from './anonymise/parsePlan.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import { checkFormulas, checkJob, checkSample, need, refuseSearch } from './checkJob.ts';
import { RunControl, SeriesControl, type StopMode } from './control.ts';
import { toResult, type Result } from './errors.ts';
import type { Assessed } from './evaluate/assessedTypes.ts';
import type { Scorecard } from './evaluate/types.ts';
import { backendSupport } from './nn/backends.ts';
import { fitModel, openTable, planJob, prepare, protect } from './pipeline.ts';
import type { ModelGuarantee } from './modelFile/modelFile.ts';
import { LedgerBook, type LedgerStore } from './privacy/ledgerBook.ts';
import { publicDelta } from './privacy/validate.ts';
import type { PrivacyMeans } from './privateFit.ts';
import { guaranteeOf, privacyReport } from './guarantee.ts';
import { deltaFor } from './privatePlan.ts';
import { ProgressReporter } from './progress.ts';
import { findRules } from './rules/findRules.ts';
import { checkRules } from './rules/checkRules.ts';
import { parseRules } from './rules/parseRules.ts';
import { openedModel, openModelFile, saveFitted, type HeldModel } from './heldModel.ts';
import { firstTexts, makeFirst, type RowSource } from './rowSource.ts';
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
import { seededRng } from './random/rng.ts';
import { LocalScorer } from './scorer.ts';
import type { ScoringMeans } from './scoring.ts';
import type { FinishedRun, OpenTable, StageContext } from './stageTypes.ts';
import { planSweep, runSweep, type SweepSource } from './sweep.ts';
import { parseSchema } from './schema/parseSchema.ts';
import { retype } from './schema/retype.ts';
import { validateSchema } from './schema/validateSchema.ts';
import { viewsOf } from './schema/views.ts';
import { cellText } from './table/cellText.ts';

/** What private runs need of the world, and where ledgers are kept. */
export interface EnginePrivacy extends PrivacyMeans {
  readonly store: LedgerStore;
}

const ignore: OnProgress = () => undefined;

/** Everything the worker holds of one file. Each later part is dropped when an earlier one changes. */
interface Held {
  readonly file: { readonly name: string };
  readonly book: LedgerBook;
  open: OpenTable;
  schema: TableSchema;
  run?: FinishedRun;
}

/** The engine behind the page: one table at a time, one task at a time, errors as data. */
export class HomespunEngine implements Engine {
  readonly #now: () => number;
  readonly #privacy: EnginePrivacy;
  readonly #scoring: ScoringMeans;
  #held: Held | undefined;
  /** A model that was opened in place of a table. */
  #model: HeldModel | undefined;
  #made: RowsInHand | undefined;
  #control: RunControl | null = null;
  #watched: string | null = null;

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
      const open = await openTable(file, options, context);
      const { raw, schema } = open;
      const book = new LedgerBook(raw.sha256, this.#privacy.store);
      this.#held = { file: { name: file.name }, book, open, schema };
      const columns = raw.columns.map((column) => ({ text: (row: number) => cellText(column, row) }));
      return {
        fileName: file.name,
        bytes: raw.bytes,
        sha256: raw.sha256,
        rows: raw.rows,
        dialect: raw.dialect,
        notices: raw.notices,
        schema,
        views: viewsOf(raw, schema),
        firstRows: firstTexts(columns, raw.rows),
        ledger: await book.view(publicDelta(raw.rows)),
        seconds: (this.#now() - start) / 1000,
      };
    });
  }

  setSchema(schema: TableSchema): Promise<Result<SchemaReport>> {
    return toResult(() => {
      const held = this.#table();
      const notices = validateSchema(schema, held.open.raw);
      this.#dropRun(held);
      held.schema = schema;
      return { schema, views: viewsOf(held.open.raw, schema), notices };
    });
  }

  retype(column: string, kind: ColumnKind): Promise<Result<ColumnSchema>> {
    return toResult(() => retype(this.#table().open.raw, column, kind));
  }

  parseSchema(json: string): Promise<Result<TableSchema>> {
    return toResult(() => parseSchema(json, this.#table().open.raw));
  }

  parseProtection(json: string): Promise<Result<AnonymisePlan>> {
    return toResult(() => {
      const plan = parsePlan(json);
      checkPlan(plan, this.#table().schema, null);
      return plan;
    });
  }

  parseRules(json: string): Promise<Result<readonly Rule[]>> {
    return toResult(() => {
      const rules = parseRules(json);
      checkRules(
        rules.map((rule) => ({ rule, source: 'declared' })),
        this.#table().schema,
        false,
      );
      return rules;
    });
  }

  findRules(job: Job): Promise<Result<FoundRules>> {
    return toResult(() => {
      const { open, schema } = this.#table();
      refuseSearch(job);
      const { train, schema: readable } = prepare(open.raw, schema, job);
      return findRules(train, readable, seededRng(job.seed).fork('rules'));
    });
  }

  plan(job: Job): Promise<Result<Plan>> {
    return toResult(() => {
      const { schema, open, book } = this.#table();
      checkJob(job, schema);
      return planJob({ raw: open.raw, schema }, job, book);
    });
  }

  fit(job: Job, onProgress: OnProgress): Promise<Result<FitReport>> {
    return this.#task(onProgress, async (context) => {
      const held = this.#table();
      checkJob(job, held.schema);
      this.#dropRun(held);
      this.#watched = job.watch;
      const prepared = await protect(prepare(held.open.raw, held.schema, job), job, context);
      const { book } = held;
      const fitted = await fitModel(
        prepared,
        held.open.raw.rows,
        job,
        { column: () => this.#watched },
        { ...context, privacy: { ...this.#privacy, book } },
      );
      held.run = { job, prepared, fitted };
      return {
        method: fitted.method,
        reason: fitted.reason,
        backend: fitted.backend,
        trainRows: prepared.train.rows,
        holdoutRows: prepared.holdout.rows,
        epochs: fitted.epochs,
        loss: fitted.loss,
        stopped: fitted.stopped,
        seconds: fitted.seconds,
        notices: [...prepared.notices.map((notice) => notice.message), ...fitted.notices],
        privacy: await privacyReport(fitted, book),
        anonymised: prepared.report,
      };
    });
  }

  async watch(column: string): Promise<void> {
    this.#watched = column;
  }

  sample(request: SampleRequest, onProgress: OnProgress): Promise<Result<Sampled>> {
    return this.#task(onProgress, async (context) => {
      checkSample(request);
      const source = this.#source();
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
      checkFormulas(formulas, plan, this.#table().schema);
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
      const { fitted } = this.#run();
      const facts = {
        privacy: await privacyReport(fitted, this.#table().book),
        statement: fitted.budget ? await this.#statement() : null,
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
    return toResult(() => {
      const { book, open } = this.#table();
      return book.view(deltaFor({ delta }, open.raw.rows));
    });
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
    return toResult(() => this.#table().book.save());
  }

  loadLedger(text: string): Promise<Result<LedgerView>> {
    return toResult(async () => {
      const { book, open } = this.#table();
      await book.load(text);
      return book.view(publicDelta(open.raw.rows));
    });
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
    if (this.#held) this.#dropRun(this.#held);
    this.#dropRows();
    this.#model?.model.dispose();
    this.#held = undefined;
    this.#model = undefined;
  }

  #dropRun(held: Held): void {
    this.#dropRows();
    held.run?.fitted.model.dispose();
    held.run = undefined;
  }

  #dropRows(): void {
    this.#made?.stopAssessing();
    this.#made = undefined;
  }

  #run(): FinishedRun {
    return need(this.#table().run, 'Train a model first.');
  }

  #rows(): RowsInHand {
    return need(this.#made, 'Make synthetic rows first.');
  }

  /** The model in hand. */
  #source(): RowSource {
    if (this.#model) return this.#model;
    const { fitted, job } = this.#run();
    const { model, profile, schema, rules } = fitted;
    return { name: this.#table().file.name, model, profile, schema, plan: job.anonymise, rules };
  }

  #sweepSource(): SweepSource {
    const { open, schema, book } = this.#table();
    return { raw: open.raw, schema, book, made: (context) => this.#rows().standIn(context) };
  }

  /** What the model in hand guarantees: of the open table's, by the ledger as it stands now. */
  async #guarantee(): Promise<ModelGuarantee | null> {
    if (this.#model) return this.#model.guarantee;
    const { schema, book } = this.#table();
    const { fitted, job } = this.#run();
    return guaranteeOf(fitted, schema, job.rules, book);
  }

  #table(): Held {
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
