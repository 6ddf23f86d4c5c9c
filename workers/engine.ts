import { checkPlan } from './anonymise/checkPlan.ts';
import { parsePlan } from './anonymise/parsePlan.ts';
import type { ProtectedRows } from './anonymise/synthetic.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import { checkJob, checkSample, checkTable, need } from './checkJob.ts';
import { RunControl, type StopMode } from './control.ts';
import { toResult, type Result } from './errors.ts';
import type { SampleConditions } from './encode/conditionTypes.ts';
import type { Scorecard } from './evaluate/types.ts';
import { backendSupport } from './nn/backends.ts';
import {
  fitModel,
  openTable,
  planJob,
  prepare,
  protect,
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
  ColumnKind,
  ColumnSchema,
  Engine,
  EngineInfo,
  FitReport,
  Job,
  LedgerView,
  OnProgress,
  Opened,
  Plan,
  PrivacyReport,
  ReleasableScorecard,
  ReadOptions,
  Sampled,
  SampleRequest,
  SchemaReport,
  TableSchema,
  WriteOptions,
  Written,
} from './protocol.ts';
import type { OpenTable, StageContext } from './stageTypes.ts';
import { outputTexts } from './schema/outputTexts.ts';
import { parseSchema } from './schema/parseSchema.ts';
import { retype } from './schema/retype.ts';
import { validateSchema } from './schema/validateSchema.ts';
import { viewsOf } from './schema/views.ts';
import { seededRng } from './random/rng.ts';
import { cellText } from './table/cellText.ts';
import { conditionsOf, inWords } from './wantedRows.ts';

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
  sampled?: Made;
}

/** The rows in hand. */
interface Made {
  readonly request: SampleRequest;
  readonly conditions?: SampleConditions;
  readonly made: ProtectedRows;
  /** Rows of the same model without conditions, for scores: made when they are first asked for. */
  plain?: ProtectedRows;
}

const firstTexts = (columns: readonly { text(row: number): string }[], rows: number): string[][] =>
  Array.from({ length: Math.min(shownRows, rows) }, (_, row) => columns.map((column) => column.text(row)));

/** The engine behind the page: one table at a time, one task at a time, errors as data. */
export class HomespunEngine implements Engine {
  readonly #now: () => number;
  readonly #privacy: EnginePrivacy;
  #held: Held | undefined;
  #control: RunControl | null = null;
  #watched: string | null = null;

  constructor(now: () => number, privacy: EnginePrivacy) {
    this.#now = now;
    this.#privacy = privacy;
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
      held.run?.fitted.model.dispose();
      held.schema = schema;
      held.run = undefined;
      held.sampled = undefined;
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
      held.run?.fitted.model.dispose();
      held.run = undefined;
      held.sampled = undefined;
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
      const conditions = conditionsOf(request.conditions, fitted.profile);
      const tries = { drawn: 0, kept: 0 };
      const onDrawn = (drawn: number, kept: number): void => {
        tries.drawn += drawn;
        tries.kept += kept;
      };
      const wish = { ...request, conditions, onDrawn, plan: job.anonymise };
      const made = await sampleRows(fitted, wish, keptRows, context);
      held.sampled = { request, conditions, made };
      const { table, schema } = made;
      const columns = outputTexts(table, schema, seededRng(request.seed).fork('identifiers 0'), 0);
      return {
        tables: request.tables,
        rows: made.drawn < request.rows ? request.rows : table.rows,
        columns: columns.map((column) => column.name),
        firstRows: firstTexts(columns, table.rows),
        seconds: (this.#now() - start) / 1000,
        conditions: conditions ? inWords(conditions, fitted.schema) : [],
        acceptance: tries.drawn > 0 ? tries.kept / tries.drawn : null,
        anonymised: made.report,
      };
    });
  }

  score(onProgress: OnProgress): Promise<Result<Scorecard>> {
    return this.#task(onProgress, async (context) => {
      const held = this.#table();
      const { prepared, job } = need(held.run, 'Train a model first.');
      const made = await this.#comparable(context);
      return withNote(await scoreTable(prepared, made, job.seed, context), held.sampled);
    });
  }

  releasable(): Promise<Result<ReleasableScorecard>> {
    const ignore = (): void => undefined;
    return this.#task(ignore, async (context) => {
      const held = this.#table();
      const { fitted, job } = need(held.run, 'Train a model first.');
      const budget = need(fitted.budget, 'This model was made without differential privacy.');
      const made = await this.#comparable(context);
      return withNote(await scoreReleased(fitted, budget, made.table, job, context), held.sampled);
    });
  }

  write(options: WriteOptions, onProgress: OnProgress): Promise<Result<Written>> {
    return this.#task(onProgress, async (context) => {
      const start = this.#now();
      const held = this.#table();
      const { fitted, job } = need(held.run, 'Train a model first.');
      const { request, conditions } = need(held.sampled, 'Make synthetic rows first.');
      const { table, escapeFormulas } = options;
      checkTable(table, request);
      const { rows, seed, tables } = request;
      const wish = { rows, seed, conditions, table, escapeFormulas, plan: job.anonymise };
      const written = await writeTable(fitted, wish, context);
      const fileName = outputName(held.file.name, tables > 1 ? table + 1 : null);
      return { ...written, fileName, seconds: (this.#now() - start) / 1000 };
    });
  }

  ledger(delta: number | null): Promise<Result<LedgerView>> {
    return toResult(() => {
      const { book, open } = this.#table();
      return book.view(deltaFor({ delta }, open.raw.rows));
    });
  }

  statement(): Promise<Result<string>> {
    return toResult(async () => {
      const held = this.#table();
      const { budget } = need(held.run, 'Train a model first.').fitted;
      const { delta, unit } = need(budget, 'This model was made without differential privacy.');
      const scope = { delta, publicFacts: publicFacts(held.schema, unit), outside: outsideFacts };
      const lines = privacyStatement(await held.book.read(), scope);
      return [...lines, ...conditionLines(held)].join('\n') + '\n';
    });
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
    this.#held?.run?.fitted.model.dispose();
    this.#held = undefined;
  }

  /** Rows that can be compared with the real ones: made without conditions. */
  async #comparable(context: StageContext): Promise<ProtectedRows> {
    const { run, sampled } = this.#table();
    const { fitted, job } = need(run, 'Train a model first.');
    const current = need(sampled, 'Make synthetic rows first.');
    if (!current.conditions) return current.made;
    const { rows, seed } = current.request;
    current.plain ??= await sampleRows(fitted, { rows, seed, plan: job.anonymise }, keptRows, context);
    return current.plain;
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

const withNote = <T extends { readonly notes: readonly string[] }>(scorecard: T, sampled?: Made): T =>
  sampled?.conditions ? { ...scorecard, notes: [...scorecard.notes, plainNote] } : scorecard;

/** What goes into the statement of rows that were made under conditions. */
const conditionLines = ({ run, sampled }: Held): string[] =>
  run && sampled?.conditions
    ? [
        'The rows were made under conditions. The guarantee covers the model, not what the choice of conditions may tell:',
        ...inWords(sampled.conditions, run.fitted.schema).map((line) => `  - ${line}`),
      ]
    : [];

const plainNote =
  'Your rows fulfil conditions, so they differ from the real ones on purpose. Rows of the same model without conditions were scored instead.';

/** The price of a private fit by the events it executed, and the file's ledger with it. */
async function privacyReport({ budget, schema }: Fitted, book: LedgerBook): Promise<PrivacyReport | null> {
  if (!budget) return null;
  const { delta, unit, epsilon } = budget;
  return { epsilon, delta, unit, schema, ledger: await book.view(delta) };
}

/** 'visits.csv' -> 'visits-synthetic.csv' or 'visits-synthetic-2.csv'. */
const outputName = (input: string, table: number | null): string => {
  const dot = input.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [input.slice(0, dot), input.slice(dot)] : [input, '.csv'];
  return `${stem}-synthetic${table === null ? '' : `-${table}`}${extension}`;
};
