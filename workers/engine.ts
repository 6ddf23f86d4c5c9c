import { checkPlan } from './anonymise/checkPlan.ts';
import { parsePlan } from './anonymise/parsePlan.ts';
import type { ProtectedRows } from './anonymise/synthetic.ts';
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
  sampleRows,
  scoreReleased,
  scoreTable,
  writeTable,
  type Fitted,
  type Protected,
} from './pipeline.ts';
import { LedgerBook, type LedgerStore } from './privacy/ledgerBook.ts';
import { privacyStatement } from './privacy/privacyStatement.ts';
import { publicDelta } from './privacy/validate.ts';
import type { PrivacyMeans } from './privateFit.ts';
import { deltaFor, outsideFacts, publicFacts } from './privatePlan.ts';
import { ProgressReporter } from './progress.ts';
import type {
  AssessRequest,
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
  Plan,
  PrivacyReport,
  ReleasableScorecard,
  ReadOptions,
  ReportFiles,
  ReportRequest,
  Sampled,
  SampleRequest,
  SchemaReport,
  TableSchema,
  WriteOptions,
  Written,
} from './protocol.ts';
import { LocalScorer } from './scorer.ts';
import { Scoring, type ScoringMeans } from './scoring.ts';
import type { OpenTable, StageContext } from './stageTypes.ts';
import { exactReport, releasableReport } from './reporting.ts';
import { outputTexts } from './schema/outputTexts.ts';
import { parseSchema } from './schema/parseSchema.ts';
import { retype } from './schema/retype.ts';
import { validateSchema } from './schema/validateSchema.ts';
import { viewsOf } from './schema/views.ts';
import { seededRng } from './random/rng.ts';
import { cellText } from './table/cellText.ts';

const shownRows = 20;
/** Rows of the first table kept for the scorecard; the rest is made again when it is written. */
const keptRows = 200_000;

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
  sampled?: SampledTable;
}

interface SampledTable {
  readonly request: SampleRequest;
  readonly made: ProtectedRows;
  scorecard?: Scorecard;
  scoring?: Scoring;
  /** The first table as it was written last. */
  written?: Pick<Written, 'fileName' | 'rows' | 'columns' | 'sha256'> & { readonly escapeFormulas: boolean };
}

const firstTexts = (columns: readonly { text(row: number): string }[], rows: number): string[][] =>
  Array.from({ length: Math.min(shownRows, rows) }, (_, row) => columns.map((column) => column.text(row)));

/** The engine behind the page: one table at a time, one task at a time, errors as data. */
export class HomespunEngine implements Engine {
  readonly #now: () => number;
  readonly #privacy: EnginePrivacy;
  readonly #scoring: ScoringMeans;
  #held: Held | undefined;
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
      const start = this.#now();
      const held = this.#table();
      const { fitted, job } = need(held.run, 'Train a model first.');
      const made = await sampleRows(fitted, { ...request, plan: job.anonymise }, keptRows, context);
      held.sampled?.scoring?.stop();
      held.sampled = { request, made };
      const { table, schema } = made;
      const columns = outputTexts(table, schema, seededRng(request.seed).fork('identifiers 0'), 0);
      return {
        tables: request.tables,
        rows: made.drawn < request.rows ? request.rows : table.rows,
        columns: columns.map((column) => column.name),
        firstRows: firstTexts(columns, table.rows),
        seconds: (this.#now() - start) / 1000,
        anonymised: made.report,
      };
    });
  }

  score(onProgress: OnProgress): Promise<Result<Scorecard>> {
    return this.#task(onProgress, async (context) => {
      const held = this.#table();
      const { prepared, job } = need(held.run, 'Train a model first.');
      const sampled = need(held.sampled, 'Make synthetic rows first.');
      const scorecard = await scoreTable(prepared, sampled.made, job.seed, context);
      sampled.scorecard = scorecard;
      return scorecard;
    });
  }

  assess(request: AssessRequest, onAssessed: OnAssessed): Promise<Result<Assessed>> {
    return toResult(async () => {
      const held = this.#table();
      const run = need(held.run, 'Train a model first.');
      const sampled = need(held.sampled, 'Make synthetic rows first.');
      const scorecard = need(sampled.scorecard, 'Score the synthetic rows first.');
      sampled.scoring?.stop();
      const { task, predicted } = assessmentTask(run, sampled.made, request);
      const facts = runFacts(run, scorecard, predicted);
      const scoring = new Scoring(this.#scoring, facts, request.targets, scorecardFigures(scorecard));
      sampled.scoring = scoring;
      return scoring.run(task, onAssessed);
    });
  }

  async stopAssessing(): Promise<void> {
    this.#held?.sampled?.scoring?.stop();
  }

  retarget(targets: CardTargets): Promise<Result<Assessed>> {
    return toResult(() => need(this.#held?.sampled?.scoring, 'Nothing was assessed yet.').retarget(targets));
  }

  releasable(): Promise<Result<ReleasableScorecard>> {
    const ignore = (): void => undefined;
    return this.#task(ignore, async (context) => {
      const held = this.#table();
      const { fitted, job } = need(held.run, 'Train a model first.');
      const { made } = need(held.sampled, 'Make synthetic rows first.');
      const budget = need(fitted.budget, 'This model was made without differential privacy.');
      return scoreReleased(fitted, budget, made.table, job, context);
    });
  }

  write(options: WriteOptions, onProgress: OnProgress): Promise<Result<Written>> {
    return this.#task(onProgress, (context) => this.#write(options, context));
  }

  async #write({ table, escapeFormulas }: WriteOptions, context: StageContext): Promise<Written> {
    const start = this.#now();
    const held = this.#table();
    const { fitted, job } = need(held.run, 'Train a model first.');
    const sampled = need(held.sampled, 'Make synthetic rows first.');
    checkTable(table, sampled.request);
    const { rows, seed, tables, conditions } = sampled.request;
    const wish = { rows, seed, conditions, table, escapeFormulas, plan: job.anonymise };
    const made = await writeTable(fitted, wish, context);
    const fileName = outputName(held.file.name, tables > 1 ? table + 1 : null);
    if (table === 0) sampled.written = { ...factsOf(made), fileName, escapeFormulas };
    return { ...made, fileName, seconds: (this.#now() - start) / 1000 };
  }

  report(request: ReportRequest, onProgress: OnProgress): Promise<Result<ReportFiles>> {
    return this.#task(onProgress, async (context) => {
      const held = this.#table();
      const { fitted, job } = need(held.run, 'Train a model first.');
      const sampled = need(held.sampled, 'Make synthetic rows first.');
      const { escapeFormulas, targets } = request;
      if (sampled.written?.escapeFormulas !== escapeFormulas) {
        await this.#write({ table: 0, escapeFormulas }, context);
      }
      const material = {
        job,
        request: sampled.request,
        method: fitted.method,
        epochs: fitted.epochs,
        backend: fitted.backend,
        privacy: await privacyReport(fitted, held.book),
        statement: fitted.budget ? await this.#statement() : null,
        output: need(sampled.written, 'The table could not be written.'),
        version: HOMESPUN_VERSION,
        madeAt: this.#privacy.clock(),
      };
      if (request.scope === 'exact') {
        const scorecard = need(sampled.scorecard, 'Score the synthetic rows first.');
        return exactReport(material, scorecard, sampled.scoring?.retarget(targets) ?? null, targets);
      }
      const budget = need(fitted.budget, 'This model was made without differential privacy.');
      return releasableReport(
        material,
        await scoreReleased(fitted, budget, sampled.made.table, job, context),
      );
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
    const held = this.#table();
    const { budget } = need(held.run, 'Train a model first.').fitted;
    const { delta, unit } = need(budget, 'This model was made without differential privacy.');
    const scope = { delta, publicFacts: publicFacts(held.schema, unit), outside: outsideFacts };
    return privacyStatement(await held.book.read(), scope).join('\n') + '\n';
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
    this.#held = undefined;
  }

  #dropRun(held: Held): void {
    held.sampled?.scoring?.stop();
    held.run?.fitted.model.dispose();
    held.run = undefined;
    held.sampled = undefined;
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

/** Of a written table what a report says of it. */
const factsOf = ({ rows, columns, sha256 }: Pick<Written, 'rows' | 'columns' | 'sha256'>) => ({
  rows,
  columns,
  sha256,
});

/** 'visits.csv' -> 'visits-synthetic.csv' or 'visits-synthetic-2.csv'. */
const outputName = (input: string, table: number | null): string => {
  const dot = input.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [input.slice(0, dot), input.slice(dot)] : [input, '.csv'];
  return `${stem}-synthetic${table === null ? '' : `-${table}`}${extension}`;
};
