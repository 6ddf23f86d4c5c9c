/**
 * The only file that names every stage, in order:
 * file -> raw table -> schema -> typed table -> train and holdout -> protected -> profile -> model -> sampled chunks ->
 * protected -> score -> file.
 */
import { anonymiseSynthetic, type ProtectedRows } from './anonymise/synthetic.ts';
import { anonymiseTraining, type ProtectedTraining } from './anonymise/training.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import type { RunControl } from './control.ts';
import { HomespunError } from './errors.ts';
import type { Overlay, Scorecard } from './evaluate/types.ts';
import { overlayOf } from './evaluate/overlay.ts';
import { scoreTables } from './evaluate/scorecard.ts';
import { chooseBackend } from './nn/backends.ts';
import { profileTable } from './profile/profileTable.ts';
import type { Profile } from './profile/types.ts';
import type { ProgressReporter } from './progress.ts';
import type { BackendId, Job, Plan } from './protocol.ts';
import { permutation, seededRng } from './random/rng.ts';
import { inferSchema } from './schema/inferSchema.ts';
import { outputTexts } from './schema/outputTexts.ts';
import { toTable } from './schema/toTable.ts';
import type { TableSchema } from './schema/types.ts';
import { chooseMethod, synthesizerOf } from './synthesizers/registry.ts';
import type { FitResult, JobSize, MethodId, Model } from './synthesizers/types.ts';
import { readTable } from './table/readTable.ts';
import { concatTables, takeRows } from './table/takeRows.ts';
import type { Notice, RawTable, ReadOptions, Table } from './table/types.ts';
import { CsvWriter } from './table/writeCsv.ts';

/** What every stage may use besides its input. */
export interface StageContext {
  readonly control: RunControl;
  readonly progress: ProgressReporter;
  /** Milliseconds from any fixed origin. */
  readonly now: () => number;
}

/** Rows a model makes at a time: bounds memory, and numbers are calibrated a chunk at a time. */
const chunkRows = 50_000;
/** Rows sampled from a half-trained model for the live overlay. */
const previewRows = 2_000;

export interface OpenTable {
  readonly raw: RawTable;
  readonly schema: TableSchema;
}

export async function openTable(file: Blob, options: ReadOptions, context: StageContext): Promise<OpenTable> {
  const { control, progress } = context;
  const raw = await readTable(file, options, {
    control,
    onProgress: (done, message) => progress.report('read', done, message),
  });
  progress.report('schema', 0, 'Looking at each column');
  const schema = inferSchema(raw);
  progress.report('schema', 1, 'Looked at each column');
  return { raw, schema };
}

/** The rows split in two: `train` for the generator, `holdout` never seen by it. */
export interface Prepared {
  readonly train: Table;
  readonly holdout: Table;
  /** What the columns of `train` are. */
  readonly schema: TableSchema;
  readonly notices: readonly Notice[];
}

export function prepare(raw: RawTable, schema: TableSchema, job: Job): Prepared {
  const { table, notices } = toTable(raw, schema);
  if (table.columns.length === 0) {
    throw new HomespunError({
      code: 'bad-schema',
      message: 'No column is left to learn from.',
      hint: 'In Columns, set at least one column to “learn”.',
    });
  }
  const order = permutation(table.rows, seededRng(job.seed).fork('holdout'));
  const held = Math.min(table.rows - 1, Math.round(table.rows * job.holdout));
  const holdout = takeRows(table, order.subarray(0, held).slice().sort());
  const train = held === 0 ? table : takeRows(table, order.subarray(held).slice().sort());
  return { train, holdout, schema, notices };
}

/** Prepared rows, protected as the person wished besides differential privacy. */
export type Protected = Prepared & ProtectedTraining;

export async function protect(prepared: Prepared, job: Job, { control }: StageContext): Promise<Protected> {
  const rng = seededRng(job.seed).fork('protect');
  const { train, holdout, schema } = prepared;
  return {
    ...prepared,
    ...(await anonymiseTraining({ train, holdout }, schema, job.anonymise, rng, control)),
  };
}

/** Size of the job from the schema alone, so that a plan needs no pass over rows. */
export function jobSize(schema: TableSchema, rows: number, job: Job): JobSize {
  const learned = schema.columns.filter((column) => column.treatment === 'learn');
  return {
    rows: Math.max(1, rows - Math.round(rows * job.holdout)),
    cardinalities: learned.map((column) => column.category?.categories.length ?? 0),
  };
}

const chosen = (size: JobSize, job: Job): { id: MethodId; reason: string } =>
  job.method === 'auto' ? chooseMethod(size) : { id: job.method, reason: 'You chose it.' };

/** What would run, with an estimate. Sets the backend up when the method needs one. */
export async function planJob(size: JobSize, job: Job): Promise<Plan> {
  const { id, reason } = chosen(size, job);
  const synthesizer = synthesizerOf(id);
  const options = { epochs: job.epochs };
  synthesizer.meta.validate(options);
  const backend = synthesizer.meta.neural ? (await chooseBackend(job.backend)).id : null;
  const { seconds, bytes, epochs } = await synthesizer.estimate(size, options);
  return { method: id, reason, backend, seconds, bytes, epochs };
}

export interface Fitted extends FitResult {
  readonly method: MethodId;
  readonly reason: string;
  readonly backend: BackendId | null;
  readonly profile: Profile;
  /** By which made rows are written. */
  readonly schema: TableSchema;
  readonly notices: readonly string[];
  readonly seconds: { readonly profile: number; readonly train: number };
}

/** Column to watch while training, and where its overlay goes. */
export interface Watcher {
  readonly column: () => string | null;
}

export async function fitModel(
  { train, schema }: Prepared,
  job: Job,
  watcher: Watcher,
  context: StageContext,
): Promise<Fitted> {
  const { control, progress, now } = context;
  const size: JobSize = { rows: train.rows, cardinalities: jobSize(schema, train.rows, job).cardinalities };
  const { id, reason } = chosen(size, job);
  const synthesizer = synthesizerOf(id);
  const options = { epochs: job.epochs };
  synthesizer.meta.validate(options);

  progress.report('profile', 0, 'Measuring each column');
  const start = now();
  const profile = profileTable(train, schema);
  const profiled = now();
  await control.checkpoint();
  const notices: string[] = [];
  let backend: BackendId | null = null;
  if (synthesizer.meta.neural) {
    progress.report('profile', 0.5, 'Starting the compute engine');
    const choice = await chooseBackend(job.backend);
    backend = choice.id;
    notices.push(...choice.notes);
  }
  const rng = seededRng(job.seed).fork('fit');
  let overlay: Overlay | undefined;
  const result = await synthesizer.fit({ table: train, profile, target: targetOf(schema, train) }, options, {
    rng,
    now,
    control,
    onProgress: (training) => {
      const { done, epoch, epochs, secondsLeft } = training;
      progress.report('train', done, `Epoch ${epoch} of ${epochs}`, { training, secondsLeft, overlay });
      overlay = undefined;
    },
    onModel: async (model) => {
      overlay = await watchedOverlay(model, train, schema, watcher, context);
    },
    onNotice: (message) => notices.push(message),
  });
  const seconds = { profile: (profiled - start) / 1000, train: (now() - profiled) / 1000 };
  return { ...result, method: id, reason, backend, profile, schema, notices, seconds };
}

const targetOf = (schema: TableSchema, table: Table): number | undefined => {
  const target = schema.columns.find((column) => column.role === 'target');
  const index = target ? table.columns.findIndex((column) => column.name === target.name) : -1;
  return index < 0 ? undefined : index;
};

async function watchedOverlay(
  model: Model,
  train: Table,
  schema: TableSchema,
  watcher: Watcher,
  { control }: StageContext,
): Promise<Overlay | undefined> {
  const name = watcher.column();
  const real = train.columns.find((column) => column.name === name);
  const described = schema.columns.find((column) => column.name === name);
  if (!real || !described) return undefined;
  const preview = await model.sample(Math.min(previewRows, train.rows), {
    rng: seededRng('preview'),
    control,
  });
  const synthetic = preview.columns.find((column) => column.name === name);
  return synthetic && overlayOf(real, synthetic, described);
}

/** Synthetic rows as they are made: each chunk depends on seed, table and chunk number only. */
export async function* sampleChunks(
  model: Model,
  request: { readonly rows: number; readonly table: number; readonly seed: number },
  control: RunControl,
): AsyncGenerator<Table> {
  const rng = seededRng(request.seed).fork(`table ${request.table}`);
  for (let offset = 0; offset < request.rows; offset += chunkRows) {
    const rows = Math.min(chunkRows, request.rows - offset);
    yield await model.sample(rows, { rng: rng.fork(`rows ${offset}`), control });
    await control.checkpoint();
  }
}

/** One synthetic table, and what is done to its rows. */
interface TableRequest {
  readonly rows: number;
  readonly table: number;
  readonly seed: number;
  readonly plan: AnonymisePlan | null;
}

/** Synthetic rows as they are to be written. */
function protectedChunks(
  { model, schema }: Pick<Fitted, 'model' | 'schema'>,
  request: TableRequest,
  control: RunControl,
): AsyncGenerator<ProtectedRows> {
  const { rows, table, seed, plan } = request;
  const rng = seededRng(seed).fork(`protect ${table}`);
  return anonymiseSynthetic(sampleChunks(model, request, control), rows, schema, plan, rng, control);
}

/** At most `limit` rows of the first table, for the scorecard and the preview. */
export async function sampleRows(
  fitted: Fitted,
  request: Omit<TableRequest, 'table'>,
  limit: number,
  { control, progress }: StageContext,
): Promise<ProtectedRows> {
  const rows = Math.min(request.rows, limit);
  const parts: ProtectedRows[] = [];
  for await (const part of protectedChunks(fitted, { ...request, table: 0 }, control)) {
    parts.push(part);
    progress.report('sample', Math.min(1, part.drawn / rows), 'Making rows');
    if (part.drawn >= rows) break;
  }
  return { ...parts[parts.length - 1], offset: 0, table: concatTables(parts.map(({ table }) => table)) };
}

export async function scoreTable(
  { real, report }: Protected,
  { table: synthetic, schema, asCoarse, report: madeReport }: ProtectedRows,
  seed: number,
  { control, progress, now }: StageContext,
): Promise<Scorecard> {
  const [train, holdout] = [asCoarse(real.train), asCoarse(real.holdout)];
  const scorecard = await scoreTables({ train, holdout, synthetic }, schema, {
    rng: seededRng(seed).fork('score'),
    control,
    now,
    onProgress: (done, message) => progress.report('score', done, message),
  });
  return report || madeReport ? { ...scorecard, notes: [...scorecard.notes, coarseNote] } : scorecard;
}

const coarseNote =
  'Columns are compared as coarse as they are written. What distortion and rows taken out cost is in the scores.';

/** The whole of one synthetic table as a file, chunk by chunk, in the format of the file that was read. */
export async function writeTable(
  fitted: Fitted,
  request: TableRequest & { readonly escapeFormulas: boolean },
  { control, progress }: StageContext,
): Promise<{ blob: Blob; rows: number }> {
  const writer = new CsvWriter(fitted.schema.dialect, { escapeFormulas: request.escapeFormulas });
  const identifiers = seededRng(request.seed).fork(`identifiers ${request.table}`);
  let rows = 0;
  for await (const { table, schema, offset, drawn } of protectedChunks(fitted, request, control)) {
    await writer.write(outputTexts(table, schema, identifiers, offset), table.rows, { control });
    rows += table.rows;
    progress.report('write', drawn / request.rows, 'Writing rows');
  }
  return { blob: (await writer.finish({ control })).blob, rows };
}
