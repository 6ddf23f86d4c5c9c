import { checkPlan } from './anonymise/checkPlan.ts';
import { parsePlan } from './anonymise/parsePlan.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import { checkJob, checkSample, checkTable, need } from './checkJob.ts';
import { RunControl, type StopMode } from './control.ts';
import { toResult, type Result } from './errors.ts';
import type { Assessed } from './evaluate/assessedTypes.ts';
import { scorecardFigures } from './evaluate/distances.ts';
import type { Scorecard } from './evaluate/types.ts';
import { backendSupport } from './nn/backends.ts';
import {
  assessmentTask,
  fitModel,
  openTable,
  planJob,
  prepare,
  protect,
  runFacts,
  scoreReleased,
  scoreTable,
  type Fitted,
  type Protected,
} from './pipeline.ts';
import type { ModelGuarantee } from './modelFile/modelFile.ts';
import { spent, unprotectedRuns } from './privacy/ledger.ts';
import { LedgerBook, type LedgerStore } from './privacy/ledgerBook.ts';
import { privacyStatement } from './privacy/privacyStatement.ts';
import { publicDelta } from './privacy/validate.ts';
import type { PrivacyMeans } from './privateFit.ts';
import { deltaFor, outsideFacts, publicFacts } from './privatePlan.ts';
import { ProgressReporter } from './progress.ts';
import { openedModel, openModelFile, saveFitted, type HeldModel } from './heldModel.ts';
import {
  comparableRows,
  conditionLines,
  firstTexts,
  makeFirst,
  withNote,
  writeOne,
  type Made,
  type RowSource,
} from './rowSource.ts';
import type {
  AssessRequest,
  BackendChoice,
  CardTargets,
  ColumnKind,
  ColumnSchema,
  Engine,
  EngineInfo,
  FitReport,
  Job,
  LedgerView,
  OnAssessed,
  OnProgress,
  Opened,
  OpenedModel,
  Plan,
  PrivacyReport,
  ReleasableScorecard,
  ReadOptions,
  ReportFiles,
  ReportRequest,
  Sampled,
  SavedFile,
  SampleRequest,
  SchemaReport,
  TableSchema,
  WriteOptions,
  Written,
} from './protocol.ts';
import { exactReport, releasableReport } from './reporting.ts';
import { LocalScorer } from './scorer.ts';
import { Scoring, type ScoringMeans } from './scoring.ts';
import type { OpenTable, StageContext } from './stageTypes.ts';
import { parseSchema } from './schema/parseSchema.ts';
import { retype } from './schema/retype.ts';
import { validateSchema } from './schema/validateSchema.ts';
import { viewsOf } from './schema/views.ts';
import { cellText } from './table/cellText.ts';

/** What private runs need of the world, and where ledgers are kept. */
export interface EnginePrivacy extends PrivacyMeans {
  readonly store: LedgerStore;
}

/** Everything the worker holds of one file. Each later part is dropped when an earlier one changes. */
interface Held {
  readonly file: { readonly name: string };
  readonly book: LedgerBook;
  open: OpenTable;
  schema: TableSchema;
  run?: { readonly job: Job; readonly prepared: Protected; readonly fitted: Fitted };
}

/** The rows in hand, and what was computed of them. */
interface HeldRows extends Made {
  scorecard?: Scorecard;
  scoring?: Scoring;
  /** The first table as it was written last. */
  written?: Pick<Written, 'fileName' | 'rows' | 'columns' | 'sha256'> & { readonly escapeFormulas: boolean };
}

/** The engine behind the page: one table at a time, one task at a time, errors as data. */
export class HomespunEngine implements Engine {
  readonly #now: () => number;
  readonly #privacy: EnginePrivacy;
  readonly #scoring: ScoringMeans;
  #held: Held | undefined;
  /** A model that was opened in place of a table. */
  #model: HeldModel | undefined;
  #made: HeldRows | undefined;
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
      const { held, report } = await makeFirst(this.#source(), request, context);
      this.#made?.scoring?.stop();
      this.#made = held;
      return report;
    });
  }

  score(onProgress: OnProgress): Promise<Result<Scorecard>> {
    return this.#task(onProgress, async (context) => {
      const { prepared, job } = this.#run();
      const made = this.#rows();
      const rows = await comparableRows(this.#source(), made, context);
      made.scorecard = withNote(await scoreTable(prepared, rows, job.seed, context), made);
      return made.scorecard;
    });
  }

  assess(request: AssessRequest, onAssessed: OnAssessed): Promise<Result<Assessed>> {
    return toResult(async () => {
      const run = this.#run();
      const made = this.#rows();
      const scorecard = need(made.scorecard, 'Score the synthetic rows first.');
      made.scoring?.stop();
      const { task, predicted } = assessmentTask(run, made.plain ?? made.made, request);
      const facts = runFacts(run, scorecard, predicted);
      const scoring = new Scoring(this.#scoring, facts, request.targets, scorecardFigures(scorecard));
      made.scoring = scoring;
      return scoring.run(task, onAssessed);
    });
  }

  async stopAssessing(): Promise<void> {
    this.#made?.scoring?.stop();
  }

  retarget(targets: CardTargets): Promise<Result<Assessed>> {
    return toResult(() => need(this.#made?.scoring, 'Nothing was assessed yet.').retarget(targets));
  }

  releasable(): Promise<Result<ReleasableScorecard>> {
    const ignore = (): void => undefined;
    return this.#task(ignore, (context) => this.#releasable(context));
  }

  async #releasable(context: StageContext): Promise<ReleasableScorecard> {
    const { fitted, job } = this.#run();
    const made = this.#rows();
    const budget = need(fitted.budget, 'This model was made without differential privacy.');
    const rows = await comparableRows(this.#source(), made, context);
    return withNote(await scoreReleased(fitted, budget, rows.table, job, context), made);
  }

  write(options: WriteOptions, onProgress: OnProgress): Promise<Result<Written>> {
    return this.#task(onProgress, (context) => this.#write(options, context));
  }

  async #write(options: WriteOptions, context: StageContext): Promise<Written> {
    const made = this.#rows();
    checkTable(options.table, made.request);
    const written = await writeOne(this.#source(), made, options, context);
    const { fileName, rows, columns, sha256 } = written;
    const { table, escapeFormulas } = options;
    if (table === 0) made.written = { fileName, rows, columns, sha256, escapeFormulas };
    return written;
  }

  report(request: ReportRequest, onProgress: OnProgress): Promise<Result<ReportFiles>> {
    return this.#task(onProgress, async (context) => {
      const { fitted, job } = this.#run();
      const made = this.#rows();
      const { escapeFormulas, targets } = request;
      if (made.written?.escapeFormulas !== escapeFormulas) {
        await this.#write({ table: 0, escapeFormulas }, context);
      }
      const material = {
        job,
        request: made.request,
        method: fitted.method,
        epochs: fitted.epochs,
        backend: fitted.backend,
        privacy: await privacyReport(fitted, this.#table().book),
        statement: fitted.budget ? await this.#statement() : null,
        output: need(made.written, 'The table could not be written.'),
        version: HOMESPUN_VERSION,
        madeAt: this.#privacy.clock(),
      };
      if (request.scope === 'exact') {
        const scorecard = need(made.scorecard, 'Score the synthetic rows first.');
        return exactReport(material, scorecard, made.scoring?.retarget(targets) ?? null, targets);
      }
      return releasableReport(material, await this.#releasable(context));
    });
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
    const source = this.#source();
    const guarantee = await this.#guarantee();
    const { statement } = need(guarantee ?? undefined, 'This model was made without differential privacy.');
    return [statement, ...conditionLines(source, this.#made)].join('\n') + '\n';
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
    this.#made?.scoring?.stop();
    this.#made = undefined;
  }

  #run(): NonNullable<Held['run']> {
    return need(this.#table().run, 'Train a model first.');
  }

  #rows(): HeldRows {
    return need(this.#made, 'Make synthetic rows first.');
  }

  /** The model in hand. */
  #source(): RowSource {
    if (this.#model) return this.#model;
    const { fitted, job } = this.#run();
    const { model, profile, schema } = fitted;
    return { name: this.#table().file.name, model, profile, schema, plan: job.anonymise };
  }

  /** What the model in hand guarantees: of the open table's, by the ledger as it stands now. */
  async #guarantee(): Promise<ModelGuarantee | null> {
    if (this.#model) return this.#model.guarantee;
    const { schema, book } = this.#table();
    const { budget } = this.#run().fitted;
    if (!budget) return null;
    const { delta, unit, epsilon } = budget;
    const scope = { delta, publicFacts: publicFacts(schema, unit), outside: outsideFacts };
    const ledger = await book.read();
    const statement = privacyStatement(ledger, scope).join('\n');
    const totals = spent(ledger, delta);
    return { epsilon, delta, unit, totals, unprotected: unprotectedRuns(ledger), statement };
  }

  #table(): Held {
    return need(this.#held, 'Open a file first.');
  }

  /** Runs one task with its own control, and returns its outcome as data. */
  async #task<T>(onProgress: OnProgress, work: (context: StageContext) => Promise<T>): Promise<Result<T>> {
    const control = new RunControl();
    this.#control = control;
    const progress = new ProgressReporter(onProgress, this.#now);
    const result = await toResult(() => work({ control, progress, now: this.#now }));
    if (this.#control === control) this.#control = null;
    control.close();
    return result;
  }
}

/** The price of a private fit by the events it executed, and the file's ledger with it. */
async function privacyReport({ budget, schema }: Fitted, book: LedgerBook): Promise<PrivacyReport | null> {
  if (!budget) return null;
  const { delta, unit, epsilon } = budget;
  return { epsilon, delta, unit, schema, ledger: await book.view(delta) };
}
