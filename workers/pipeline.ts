/**
 * The only file that names every stage, in order:
 * file -> raw table -> schema -> typed table -> train and holdout -> profile -> model -> sampled chunks -> score -> file.
 */
import type { RunControl } from './control.ts';
import { HomespunError } from './errors.ts';
import { releasableScorecard } from './evaluate/releasable.ts';
import type { Overlay, ReleasableScorecard, Scorecard } from './evaluate/types.ts';
import { overlayOf } from './evaluate/overlay.ts';
import { scoreTables } from './evaluate/scorecard.ts';
import { chooseBackend } from './nn/backends.ts';
import { profileTable } from './profile/profileTable.ts';
import { measureProfile } from './profile/privateProfile.ts';
import type { Profile } from './profile/types.ts';
import type { LedgerBook } from './privacy/ledgerBook.ts';
import type { Mechanisms } from './privacy/mechanismTypes.ts';
import { runPrivately, type PrivateContext } from './privateFit.ts';
import {
  budgetRun,
  budgetWarnings,
  checkPrivacy,
  deltaFor,
  privacyPlan,
  rowsPerUnit,
  type RunBudget,
} from './privatePlan.ts';
import type { ProgressReporter } from './progress.ts';
import type { BackendId, Job, Plan, PrivacySettings, SampleRequest } from './protocol.ts';
import { releasedShares } from './releasedShares.ts';
import { permutation, seededRng } from './random/rng.ts';
import { publicSchema } from './schema/publicSchema.ts';
import { personsOf, splitPersons, type Units } from './schema/units.ts';
import { inferSchema } from './schema/inferSchema.ts';
import { outputTexts } from './schema/outputTexts.ts';
import { toTable } from './schema/toTable.ts';
import type { ColumnSchema, TableSchema } from './schema/types.ts';
import { chooseMethod, synthesizerOf } from './synthesizers/registry.ts';
import type {
  FitResult,
  JobSize,
  MethodId,
  Model,
  PrivateAccess,
  PrivateSize,
} from './synthesizers/types.ts';
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
  /** What the rows were read by: the person's schema, or its public facts in a private run. */
  readonly schema: TableSchema;
  /** Who is protected, by rows of `train`; absent where each row is a unit of its own. */
  readonly units?: Units;
  readonly notices: readonly Notice[];
}

export function prepare(raw: RawTable, confirmed: TableSchema, job: Job): Prepared {
  const schema = readableSchema(confirmed, job);
  const { table, notices } = toTable(raw, schema);
  if (table.columns.length === 0) {
    throw new HomespunError({
      code: 'bad-schema',
      message: 'No column is left to learn from.',
      hint: 'In Columns, set at least one column to “learn”.',
    });
  }
  const rng = seededRng(job.seed);
  if (job.privacy !== 'none' && job.privacy.person) {
    const { column, rowsPerPerson } = job.privacy.person;
    const split = splitPersons(personsOf(raw, schema, column), rowsPerPerson, job.holdout, rng);
    const [train, holdout] = [takeRows(table, split.train), takeRows(table, split.holdout)];
    return { train, holdout, schema, units: split.units, notices: [] };
  }
  const order = permutation(table.rows, rng.fork('holdout'));
  const held = heldRows(table.rows, job);
  const holdout = takeRows(table, order.subarray(0, held).slice().sort());
  const train = held === 0 ? table : takeRows(table, order.subarray(held).slice().sort());
  // Counts of cells that do not fit are exact: a private run tells none.
  return { train, holdout, schema, notices: job.privacy === 'none' ? notices : [] };
}

const heldRows = (rows: number, job: Job): number => Math.min(rows - 1, Math.round(rows * job.holdout));

/** The schema by which rows are read: under DP without what was counted in the file. */
const readableSchema = (schema: TableSchema, job: Job): TableSchema =>
  job.privacy === 'none' ? schema : publicSchema(schema);

/** Size of the job from the schema alone, so that a plan needs no pass over rows. */
export function jobSize(confirmed: TableSchema, rows: number, job: Job): JobSize {
  const learned = readableSchema(confirmed, job).columns.filter(({ treatment }) => treatment === 'learn');
  const isKnown = ({ domain }: ColumnSchema): boolean => job.privacy === 'none' || domain === 'declared';
  return {
    rows: Math.max(1, rows - heldRows(rows, job)),
    // How many categories are found is no public fact: a private plan must not rest on it.
    cardinalities: learned.map((column) => (isKnown(column) ? (column.category?.categories.length ?? 0) : 0)),
    private: job.privacy !== 'none',
  };
}

/** A method, and why it is the one. */
export interface MethodAndReason {
  readonly id: MethodId;
  readonly reason: string;
}

const chosen = (size: JobSize, job: Job): MethodAndReason =>
  job.method === 'auto' ? chooseMethod(size) : { id: job.method, reason: 'You chose it.' };

/** Size of a private job; `units` are those that train. */
function privateSize(
  schema: TableSchema,
  units: number,
  settings: PrivacySettings,
  delta: number,
): PrivateSize {
  const learned = schema.columns.filter(({ treatment }) => treatment === 'learn');
  const target = learned.findIndex(({ role }) => role === 'target');
  return {
    units,
    rowsPerUnit: rowsPerUnit(settings),
    columns: learned.length,
    epsilon: settings.epsilon,
    delta,
    ...(target < 0 ? {} : { target }),
  };
}

/** The budget of a job, or nothing without differential privacy. */
function budgetOf(
  schema: TableSchema,
  size: { readonly units: number; readonly fileRows: number },
  id: MethodId,
  job: Job,
): RunBudget | undefined {
  if (job.privacy === 'none') return undefined;
  checkPrivacy(job.privacy, schema, size.fileRows);
  const delta = deltaFor(job.privacy, size.fileRows);
  return budgetRun(
    schema,
    privateSize(schema, size.units, job.privacy, delta),
    synthesizerOf(id),
    { epochs: job.epochs },
    job.privacy,
    delta,
  );
}

/** What would run, with an estimate. Sets the backend up when the method needs one. */
export async function planJob(
  { raw, schema: confirmed }: OpenTable,
  job: Job,
  book: LedgerBook,
): Promise<Plan> {
  const schema = readableSchema(confirmed, job);
  const size = jobSize(confirmed, raw.rows, job);
  const { id, reason } = chosen(size, job);
  const synthesizer = synthesizerOf(id);
  const options = { epochs: job.epochs };
  synthesizer.meta.validate(options);
  const budget = budgetOf(schema, { units: plannedUnits(raw, schema, job), fileRows: raw.rows }, id, job);
  const privacy = budget ? privacyPlan(budget, await book.read(), schema, size.rows) : null;
  const backend = synthesizer.meta.neural ? (await chooseBackend(job.backend)).id : null;
  const { seconds, bytes, epochs } = await synthesizer.estimate(size, options);
  return { method: id, reason, backend, seconds, bytes, epochs, privacy };
}

/** Units that will train, before the split is made. */
function plannedUnits(raw: RawTable, schema: TableSchema, job: Job): number {
  const person = job.privacy === 'none' ? null : job.privacy.person;
  const units = person ? personsOf(raw, schema, person.column).count : raw.rows;
  return Math.max(1, units - heldRows(units, job));
}

export interface Fitted extends FitResult {
  readonly method: MethodId;
  readonly reason: string;
  readonly backend: BackendId | null;
  readonly profile: Profile;
  /** By which made rows are written: under DP with the domains that were released. */
  readonly schema: TableSchema;
  readonly budget?: RunBudget;
  readonly notices: readonly string[];
  readonly seconds: { readonly profile: number; readonly train: number };
}

/** Column to watch while training, and where its overlay goes. */
export interface Watcher {
  readonly column: () => string | null;
}

/** What there is to learn from: rows, and what is known of single columns. */
interface Lesson {
  readonly table: Table;
  readonly profile: Profile;
  readonly schema: TableSchema;
  readonly access?: PrivateAccess;
}

export async function fitModel(
  open: OpenTable,
  prepared: Prepared,
  job: Job,
  watcher: Watcher,
  context: StageContext & { readonly privacy: PrivateContext },
): Promise<Fitted> {
  const { train, schema, units } = prepared;
  const size = jobSize(open.schema, train.rows / (1 - job.holdout), job);
  const choice = chosen(size, job);
  synthesizerOf(choice.id).meta.validate({ epochs: job.epochs });
  const budget = budgetOf(
    schema,
    { units: units?.count ?? train.rows, fileRows: open.raw.rows },
    choice.id,
    job,
  );
  if (!budget) return learn(() => exactLesson(prepared), choice, job, watcher, context, {});
  refuseHopeless(budget, schema, train.rows);
  return fitPrivately(prepared, budget, choice, job, watcher, context);
}

/** A private fit under a budget that was planned for this job. */
export function fitPrivately(
  prepared: Prepared,
  budget: RunBudget,
  choice: MethodAndReason,
  job: Job,
  watcher: Watcher,
  context: StageContext & { readonly privacy: PrivateContext },
): Promise<Fitted> {
  const { control, privacy } = context;
  return runPrivately(budget, choice.id, privacy, control, async (run) => {
    const lesson = () => privateLesson(prepared, budget, run, control);
    const fitted = await learn(lesson, choice, job, watcher, context, run);
    return { ...fitted, budget };
  });
}

const exactLesson = async ({ train, schema }: Prepared): Promise<Lesson> => ({
  table: train,
  profile: profileTable(train, schema),
  schema,
});

async function privateLesson(
  { train, schema, units }: Prepared,
  budget: RunBudget,
  mechanisms: Mechanisms,
  control: RunControl,
): Promise<Lesson> {
  const { profile: plan, firstEvent, events, unit } = budget;
  const publicRows = units ? undefined : train.rows;
  const measured = await measureProfile(train, schema, { mechanisms, plan, publicRows, control });
  const access: PrivateAccess = {
    mechanisms,
    firstEvent,
    events: events.slice(firstEvent),
    rowsPerUnit: unit.kind === 'person' ? unit.rowsPerPerson : 1,
    units: units?.count ?? train.rows,
    ...(units ? { unitOf: units.unitOf } : {}),
  };
  return { ...measured, access };
}

function refuseHopeless(budget: RunBudget, schema: TableSchema, rows: number): void {
  const blocking = budgetWarnings(budget.profile, schema, rows).find(
    ({ severity }) => severity === 'blocking',
  );
  if (blocking)
    throw new HomespunError({ code: 'bad-settings', message: blocking.message, hint: blocking.hint });
}

async function learn(
  prepareLesson: () => Promise<Lesson>,
  { id, reason }: MethodAndReason,
  job: Job,
  watcher: Watcher,
  context: StageContext,
  paid: { readonly charged?: readonly number[] },
): Promise<Fitted> {
  const { control, progress, now } = context;
  const synthesizer = synthesizerOf(id);
  progress.report('profile', 0, 'Measuring each column');
  const start = now();
  const { table, profile, schema, access } = await prepareLesson();
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
  const input = { table, profile, target: targetOf(schema, table), access };
  const result = await synthesizer.fit(
    input,
    { epochs: job.epochs },
    {
      rng,
      now,
      control,
      onProgress: (training) => {
        const { done, epoch, epochs, secondsLeft, message = `Epoch ${epoch} of ${epochs}` } = training;
        progress.report('train', done, message, { training, secondsLeft, overlay, charged: paid.charged });
        overlay = undefined;
      },
      onModel: async (model) => {
        overlay = await watchedOverlay(model, table, schema, watcher, context);
      },
      onNotice: (message) => notices.push(message),
    },
  );
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
  request: Pick<SampleRequest, 'rows' | 'seed' | 'conditions'> & { readonly table: number },
  control: RunControl,
): AsyncGenerator<{ readonly table: Table; readonly offset: number }> {
  const rng = seededRng(request.seed).fork(`table ${request.table}`);
  const { conditions } = request;
  for (let offset = 0; offset < request.rows; offset += chunkRows) {
    const rows = Math.min(chunkRows, request.rows - offset);
    const table = await model.sample(rows, { rng: rng.fork(`rows ${offset}`), control, conditions });
    yield { table, offset };
    await control.checkpoint();
  }
}

/** At most `limit` rows of the first table, for the scorecard and the preview. */
export async function sampleRows(
  model: Model,
  request: Pick<SampleRequest, 'rows' | 'seed' | 'conditions'>,
  limit: number,
  { control, progress }: StageContext,
): Promise<Table> {
  const rows = Math.min(request.rows, limit);
  const parts: Table[] = [];
  for await (const { table, offset } of sampleChunks(model, { ...request, table: 0 }, control)) {
    parts.push(table);
    progress.report('sample', Math.min(1, (offset + table.rows) / rows), 'Making rows');
    if (offset + table.rows >= rows) break;
  }
  return concatTables(parts);
}

export async function scoreTable(
  prepared: Prepared,
  synthetic: Table,
  seed: number,
  { control, progress, now }: StageContext,
): Promise<Scorecard> {
  const { train, holdout, schema } = prepared;
  return scoreTables({ train, holdout, synthetic }, schema, {
    rng: seededRng(seed).fork('score'),
    control,
    now,
    onProgress: (done, message) => progress.report('score', done, message),
  });
}

/** The scorecard of a private run that may be passed on: from what was released, and made rows. */
export function scoreReleased(
  { profile, schema }: Fitted,
  { profile: plan }: RunBudget,
  synthetic: Table,
  seed: number,
  { control, now }: StageContext,
): Promise<ReleasableScorecard> {
  return releasableScorecard(releasedShares(profile, plan.countNoise), synthetic, {
    rng: seededRng(seed).fork('releasable'),
    control,
    now,
    target: schema.columns.find(({ role }) => role === 'target')?.name ?? null,
  });
}

/** The whole of one synthetic table as a file, chunk by chunk, in the format of the file that was read. */
export async function writeTable(
  model: Model,
  schema: TableSchema,
  request: Pick<SampleRequest, 'rows' | 'seed' | 'conditions'> & {
    readonly table: number;
    readonly escapeFormulas: boolean;
  },
  { control, progress }: StageContext,
): Promise<Blob> {
  const writer = new CsvWriter(schema.dialect, { escapeFormulas: request.escapeFormulas });
  const identifiers = seededRng(request.seed).fork(`identifiers ${request.table}`);
  for await (const { table, offset } of sampleChunks(model, request, control)) {
    await writer.write(outputTexts(table, schema, identifiers, offset), table.rows, { control });
    progress.report('write', (offset + table.rows) / request.rows, 'Writing rows');
  }
  return (await writer.finish({ control })).blob;
}
