/**
 * The only file that names every stage, in order:
 * file -> raw table -> schema -> typed table -> train and holdout -> protected -> profile -> model -> sampled chunks ->
 * protected -> score -> file.
 */
import { anonymiseTraining } from './anonymise/training.ts';
import type { RunControl } from './control.ts';
import { HomespunError } from './errors.ts';
import type { Overlay } from './evaluate/types.ts';
import { overlayOf } from './evaluate/overlay.ts';
import { budgetOf, chosen, jobSize, type MethodAndReason } from './jobPlan.ts';
import { chooseBackend } from './nn/backends.ts';
import type { Prepared } from './prepare.ts';
import { profileTable } from './profile/profileTable.ts';
import { measureProfile } from './profile/privateProfile.ts';
import type { Profile } from './profile/types.ts';
import type { Mechanisms } from './privacy/mechanismTypes.ts';
import { runPrivately, type PrivateContext } from './privateFit.ts';
import { budgetWarnings, type RunBudget } from './privatePlan.ts';
import type { BackendId, Job } from './protocol.ts';
import { seededRng } from './random/rng.ts';
import { settleRules } from './rules/settleRules.ts';
import type { Rule } from './rules/types.ts';
import { inferSchema } from './schema/inferSchema.ts';
import type { TableSchema } from './schema/types.ts';
import type { Fitted, OpenTable, Protected, StageContext } from './stageTypes.ts';
import { synthesizerOf } from './synthesizers/registry.ts';
import type { Model, PrivateAccess } from './synthesizers/types.ts';
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
  /** What made rows are to keep. */
  readonly rules: readonly Rule[];
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
    return learn(async () => exactLesson(prepared, job), choice, job, watcher, context, {});
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
    const lesson = () => privateLesson(prepared, job, budget, run, control);
    const fitted = await learn(lesson, choice, job, watcher, context, run);
    return { ...fitted, budget };
  });
}

const exactLesson = ({ train, schema }: Prepared, job: Job): Lesson => ({
  table: train,
  profile: profileTable(train, schema),
  schema,
  rules: settleRules(job.rules, train, schema),
});

async function privateLesson(
  { train, schema, units, publicRows = train.rows }: Prepared,
  job: Job,
  budget: RunBudget,
  mechanisms: Mechanisms,
  control: RunControl,
): Promise<Lesson> {
  const { profile: plan, firstEvent, events, unit } = budget;
  const told = units ? undefined : publicRows;
  const measured = await measureProfile(train, schema, { mechanisms, plan, publicRows: told, control });
  const access: PrivateAccess = {
    mechanisms,
    firstEvent,
    events: events.slice(firstEvent),
    rowsPerUnit: unit.kind === 'person' ? unit.rowsPerPerson : 1,
    units: units?.count ?? publicRows,
    ...(units ? { unitOf: units.unitOf } : {}),
  };
  // Declared, with nothing left open: no row is asked.
  const rules = job.rules.map(({ rule }) => rule);
  return { ...measured, access, rules };
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
  const { table, profile, schema, access, rules } = await prepareLesson();
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
  return { ...result, method: id, reason, backend, profile, schema, rules, notices, seconds };
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

/** Scores of them, against real rows and against what was released. */
export {
  askedShares,
  assessmentTask,
  measureFormulas,
  runFacts,
  scoreReleased,
  scoreTable,
} from './scoreRows.ts';
