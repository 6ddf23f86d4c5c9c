/**
 * The only file that names every stage, in order:
 * file -> raw table -> schema -> typed table -> train and holdout -> protected -> profile -> model -> sampled chunks ->
 * protected -> score -> file.
 */
import type { ProtectedRows } from './anonymise/synthetic.ts';
import { anonymiseTraining, type ProtectedTraining } from './anonymise/training.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import type { RunControl } from './control.ts';
import { HomespunError } from './errors.ts';
import type { RunFacts } from './evaluate/cardTypes.ts';
import { mostRows, type ScoredTables } from './evaluate/panel.ts';
import { releasableScorecard } from './evaluate/releasable.ts';
import type { Overlay, ReleasableScorecard, Scorecard } from './evaluate/types.ts';
import { overlayOf } from './evaluate/overlay.ts';
import { subsample } from './evaluate/samples.ts';
import { scoreTables } from './evaluate/scorecard.ts';
import { budgetOf, chosen, jobSize, type MethodAndReason } from './jobPlan.ts';
import { chooseBackend } from './nn/backends.ts';
import type { Prepared } from './prepare.ts';
import { profileTable } from './profile/profileTable.ts';
import { measureProfile } from './profile/privateProfile.ts';
import type { Profile } from './profile/types.ts';
import type { Mechanisms } from './privacy/mechanismTypes.ts';
import { runPrivately, type PrivateContext } from './privateFit.ts';
import { budgetWarnings, type RunBudget } from './privatePlan.ts';
import type { AssessRequest, BackendId, Job } from './protocol.ts';
import { releasedShares } from './releasedShares.ts';
import { seededRng } from './random/rng.ts';
import { inferSchema } from './schema/inferSchema.ts';
import type { TableSchema } from './schema/types.ts';
import type { ScorerTask } from './scorer.ts';
import type { OpenTable, StageContext } from './stageTypes.ts';
import { synthesizerOf } from './synthesizers/registry.ts';
import type { FitResult, MethodId, Model, PrivateAccess } from './synthesizers/types.ts';
import { readTable } from './table/readTable.ts';
import type { ReadOptions, Table } from './table/types.ts';

/** Rows sampled from a half-trained model for the live overlay. */
const previewRows = 2_000;

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

/** What would be done with the table, and its rows made ready. */
export { planJob } from './jobPlan.ts';
export { prepare, type Prepared } from './prepare.ts';

/** Prepared rows, protected as the person wished besides differential privacy. */
export type Protected = Prepared & ProtectedTraining;

/**
 * Takes a plan that passed `checkPlan`. In a private run it maps each row by itself: `units` stay those of the rows, and
 * one unit changes nothing but its own rows.
 */
export async function protect(prepared: Prepared, job: Job, { control }: StageContext): Promise<Protected> {
  const rng = seededRng(job.seed).fork('protect');
  const { train, holdout, schema } = prepared;
  return {
    ...prepared,
    ...(await anonymiseTraining({ train, holdout }, schema, job.anonymise, rng, control)),
  };
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

/** `prepared` are the rows to learn from, protected where that was wished; `fileRows` those of the file. */
export async function fitModel(
  prepared: Prepared,
  fileRows: number,
  job: Job,
  watcher: Watcher,
  context: StageContext & { readonly privacy: PrivateContext },
): Promise<Fitted> {
  const { train, schema, units } = prepared;
  const size = jobSize(schema, units?.count ?? train.rows, job);
  const choice = chosen(size, job);
  const budget = budgetOf(schema, { units: size.rows, fileRows }, choice.id, job);
  if (!budget) {
    const { book, clock } = context.privacy;
    await book.unprotected(choice.id, clock());
    return learn(() => exactLesson(prepared), choice, job, watcher, context, {});
  }
  const mostRows = budget.unit.kind === 'person' ? budget.unit.rowsPerPerson : 1;
  // How many rows the persons have is not public, how many they can have at most is.
  refuseHopeless(budget, schema, size.rows * mostRows);
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

/** Synthetic rows, protected as the person wished. */
export { sampleRows, writeTable } from './makeRows.ts';

/** Real rows as coarse as the made ones, and the schema of both. */
function comparable(
  { real, schema: learned }: Protected,
  made: ProtectedRows,
): { readonly tables: ScoredTables; readonly schema: TableSchema } {
  const [train, holdout] = [made.asCoarse(real.train), made.asCoarse(real.holdout)];
  // Real rows are described by the schema they were learned by, unless the made ones are coarser.
  const schema = made.report ? made.schema : learned;
  return { tables: { train, holdout, synthetic: made.table }, schema };
}

export async function scoreTable(
  prepared: Protected,
  made: ProtectedRows,
  seed: number,
  { control, progress, now }: StageContext,
): Promise<Scorecard> {
  const { tables, schema } = comparable(prepared, made);
  const scorecard = await scoreTables(tables, schema, {
    rng: seededRng(seed).fork('score'),
    control,
    now,
    onProgress: (done, message) => progress.report('score', done, message),
  });
  return prepared.report || made.report
    ? { ...scorecard, notes: [...scorecard.notes, coarseNote] }
    : scorecard;
}

/**
 * What scorers work on: at most 50,000 rows of each table, as each scorer has its own copy.
 */
export function assessmentTask(
  { prepared, fitted, job }: { readonly prepared: Protected; readonly fitted: Fitted; readonly job: Job },
  made: ProtectedRows,
  { columns, targets }: AssessRequest,
): { readonly task: ScorerTask; readonly predicted: readonly string[] } {
  const { tables, schema } = comparable(prepared, made);
  const rng = seededRng(job.seed).fork('assess rows');
  const fewer = (table: Table, purpose: string): Table => subsample(table, mostRows, rng.fork(purpose));
  const predicting = withTargets(schema, columns);
  const task = {
    tables: {
      train: fewer(tables.train, 'train'),
      holdout: fewer(tables.holdout, 'holdout'),
      synthetic: fewer(tables.synthetic, 'synthetic'),
    },
    schema: predicting,
    claimed: fitted.budget ? { epsilon: fitted.budget.epsilon, delta: fitted.budget.delta } : null,
    mostLoss: targets.utility,
    seed: job.seed,
  };
  return {
    task,
    predicted: predicting.columns.filter(({ role }) => role === 'target').map(({ name }) => name),
  };
}

/** The schema with the role of a target for these columns and no other. */
const withTargets = (schema: TableSchema, names: readonly string[] | null): TableSchema =>
  names === null
    ? schema
    : {
        ...schema,
        columns: schema.columns.map((column) => ({
          ...column,
          role: names.includes(column.name) ? 'target' : column.role === 'target' ? 'ordinary' : column.role,
        })),
      };

/** What the words beside the cards may speak of. */
export function runFacts(
  { fitted, job }: { readonly fitted: Fitted; readonly job: Job },
  { rows }: Scorecard,
  targets: readonly string[],
): RunFacts {
  const found = fitted.schema.columns.filter(
    ({ domain, treatment }) => domain === 'found' && treatment === 'learn',
  );
  return {
    epsilon: job.privacy === 'none' ? null : job.privacy.epsilon,
    method: fitted.method,
    trainRows: rows.train,
    holdoutRows: rows.holdout,
    syntheticRows: rows.synthetic,
    foundColumns: found.map(({ name }) => name),
    targets,
  };
}

const coarseNote =
  'Columns are compared as coarse as they are written. What distortion and rows taken out cost is in the scores.';

/** The scorecard of a private run that may be passed on: from what was released, and made rows. */
export async function scoreReleased(
  { profile, schema }: Fitted,
  { profile: plan }: RunBudget,
  synthetic: Table,
  { seed, anonymise }: Job,
  { control, now }: StageContext,
): Promise<ReleasableScorecard> {
  const coarser = madeCoarser(anonymise);
  const shares = releasedShares(profile, plan.countNoise).filter(({ column }) => !coarser.includes(column));
  const scorecard = await releasableScorecard(shares, synthetic, {
    rng: seededRng(seed).fork('releasable'),
    control,
    now,
    target: schema.columns.find(({ role }) => role === 'target')?.name ?? null,
  });
  if (coarser.length === 0) return scorecard;
  const note = `Made coarser after synthesis, so not compared with what was released: ${coarser.join(', ')}.`;
  return { ...scorecard, notes: [...scorecard.notes, note] };
}

/** Columns whose values are others after synthesis than the cells that were released. */
const madeCoarser = (plan: AnonymisePlan | null): string[] =>
  (plan?.columns ?? [])
    .filter(({ generalise }) => generalise?.phase === 'after' && generalise.type !== 'remove')
    .map(({ column }) => column);
