import { plannedSchema } from './anonymise/anonymise.ts';
import { checkPlan } from './anonymise/checkPlan.ts';
import { parsePlan } from './anonymise/parsePlan.ts';
import type { ProtectedRows } from './anonymise/synthetic.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import { RunControl, type StopMode } from './control.ts';
import { HomespunError, toResult, type Result } from './errors.ts';
import type { Scorecard } from './evaluate/types.ts';
import { backendSupport } from './nn/backends.ts';
import {
  fitModel,
  jobSize,
  openTable,
  planJob,
  prepare,
  protect,
  sampleRows,
  scoreTable,
  writeTable,
  type Fitted,
  type OpenTable,
  type Protected,
  type StageContext,
} from './pipeline.ts';
import { ProgressReporter } from './progress.ts';
import type {
  ColumnKind,
  ColumnSchema,
  Engine,
  EngineInfo,
  FitReport,
  Job,
  OnProgress,
  Opened,
  Plan,
  ReadOptions,
  Sampled,
  SampleRequest,
  SchemaReport,
  TableSchema,
  WriteOptions,
  Written,
} from './protocol.ts';
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
const largestTable = 50_000_000;
const mostTables = 100;

/** Everything the worker holds of one file. Each later part is dropped when an earlier one changes. */
interface Held {
  readonly file: { readonly name: string };
  open: OpenTable;
  schema: TableSchema;
  run?: { readonly job: Job; readonly prepared: Protected; readonly fitted: Fitted };
  sampled?: { readonly request: SampleRequest; readonly made: ProtectedRows };
}

const need = <T>(value: T | undefined, message: string): T => {
  if (value === undefined) throw new HomespunError({ code: 'not-ready', message });
  return value;
};

const demand = (holds: boolean, message: string, hint: string): void => {
  if (!holds) throw new HomespunError({ code: 'bad-settings', message, hint });
};

const checkProtection = (
  plan: AnonymisePlan | null,
  schema: TableSchema,
  job: Pick<Job, 'epsilon'>,
): void => {
  if (plan) checkPlan(plan, schema, job.epsilon !== 'none');
};

const checkJob = (job: Job): void => {
  demand(
    job.epsilon === 'none',
    'Differential privacy is not available yet.',
    'Choose “without differential privacy”.',
  );
  demand(
    job.holdout >= 0 && job.holdout <= 0.5,
    `A holdout share of ${job.holdout} is out of range.`,
    'Choose a share between 0 and 0.5.',
  );
  demand(
    Number.isSafeInteger(job.seed),
    `The seed ${job.seed} is not a whole number.`,
    'Choose a whole number.',
  );
};

const checkSample = ({ rows, tables, seed }: SampleRequest): void => {
  const whole = (value: number, most: number): boolean =>
    Number.isSafeInteger(value) && value >= 1 && value <= most;
  demand(whole(rows, largestTable), `${rows} rows cannot be made.`, 'Choose from 1 to 50,000,000 rows.');
  demand(whole(tables, mostTables), `${tables} tables cannot be made.`, 'Choose from 1 to 100 tables.');
  demand(Number.isSafeInteger(seed), `The seed ${seed} is not a whole number.`, 'Choose a whole number.');
};

const firstTexts = (columns: readonly { text(row: number): string }[], rows: number): string[][] =>
  Array.from({ length: Math.min(shownRows, rows) }, (_, row) => columns.map((column) => column.text(row)));

/** The engine behind the page: one table at a time, one task at a time, errors as data. */
export class HomespunEngine implements Engine {
  readonly #now: () => number;
  #held: Held | undefined;
  #control: RunControl | null = null;
  #watched: string | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  info(): Promise<Result<EngineInfo>> {
    return toResult(async () => ({ version: HOMESPUN_VERSION, backends: await backendSupport() }));
  }

  open(file: File, options: ReadOptions, onProgress: OnProgress): Promise<Result<Opened>> {
    return this.#task(onProgress, async (context) => {
      const start = this.#now();
      await this.close();
      const open = await openTable(file, options, context);
      this.#held = { file: { name: file.name }, open, schema: open.schema };
      const { raw, schema } = open;
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
      checkProtection(plan, this.#table().schema, { epsilon: 'none' });
      return plan;
    });
  }

  plan(job: Job): Promise<Result<Plan>> {
    return toResult(() => {
      checkJob(job);
      const { schema, open } = this.#table();
      checkProtection(job.anonymise, schema, job);
      return planJob(jobSize(plannedSchema(schema, job.anonymise), open.raw.rows, job), job);
    });
  }

  fit(job: Job, onProgress: OnProgress): Promise<Result<FitReport>> {
    return this.#task(onProgress, async (context) => {
      checkJob(job);
      const held = this.#table();
      checkProtection(job.anonymise, held.schema, job);
      held.run?.fitted.model.dispose();
      held.run = undefined;
      held.sampled = undefined;
      this.#watched = job.watch;
      const prepared = await protect(prepare(held.open.raw, held.schema, job), job, context);
      const fitted = await fitModel(prepared, job, { column: () => this.#watched }, context);
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
      const { made } = need(held.sampled, 'Make synthetic rows first.');
      return scoreTable(prepared, made, job.seed, context);
    });
  }

  write(options: WriteOptions, onProgress: OnProgress): Promise<Result<Written>> {
    return this.#task(onProgress, async (context) => {
      const start = this.#now();
      const held = this.#table();
      const { fitted, job } = need(held.run, 'Train a model first.');
      const { request } = need(held.sampled, 'Make synthetic rows first.');
      const { table, escapeFormulas } = options;
      demand(
        Number.isInteger(table) && table >= 0 && table < request.tables,
        `There is no table ${table + 1}.`,
        `Choose a table from 1 to ${request.tables}.`,
      );
      const { rows, seed, tables } = request;
      const wish = { rows, seed, table, escapeFormulas, plan: job.anonymise };
      const written = await writeTable(fitted, wish, context);
      const fileName = outputName(held.file.name, tables > 1 ? table + 1 : null);
      return { ...written, fileName, seconds: (this.#now() - start) / 1000 };
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

/** 'visits.csv' -> 'visits-synthetic.csv' or 'visits-synthetic-2.csv'. */
const outputName = (input: string, table: number | null): string => {
  const dot = input.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [input.slice(0, dot), input.slice(dot)] : [input, '.csv'];
  return `${stem}-synthetic${table === null ? '' : `-${table}`}${extension}`;
};
