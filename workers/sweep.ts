/** The curve of usefulness over epsilon: one private run a budget, each scored against the rows that it learned from. */
import type { ProtectedRows } from './anonymise/synthetic.ts';
import { checkSweep } from './checkJob.ts';
import { HomespunError } from './errors.ts';
import { curveScorer, type CurveScorer } from './evaluate/curve.ts';
import { mostRows } from './evaluate/panel.ts';
import { budgetOf, chosen, jobSize, type MethodAndReason } from './jobPlan.ts';
import { fitPrivately, openTable, sampleRows } from './pipeline.ts';
import { prepare, readableSchema, standIn, trainingOf, unitsOf, type Prepared } from './prepare.ts';
import { epsilonOf } from './privacy/accountant.ts';
import { planCost } from './privacy/ledger.ts';
import { LedgerBook, memoryStore } from './privacy/ledgerBook.ts';
import type { PrivacyMeans, PrivateContext } from './privateFit.ts';
import { budgetWarnings, rowsPerUnit, type RunBudget } from './privatePlan.ts';
import { ProgressReporter } from './progress.ts';
import type { Job, Progress } from './protocol.ts';
import { seededRng } from './random/rng.ts';
import type { TableSchema } from './schema/types.ts';
import type { StageContext } from './stageTypes.ts';
import type { RefusedBudget, Sweep, SweepPlan, SweepPoint, SweepRequest } from './sweepTypes.ts';
import { synthesizerOf } from './synthesizers/registry.ts';
import type { JobSize } from './synthesizers/types.ts';
import type { RawTable } from './table/types.ts';

/** Seconds that the scores of a point take, a row and column that trains: measured on two cores. */
const scoringSeconds = 2e-5;

/** What a sweep may learn from. */
export interface SweepSource {
  readonly raw: RawTable;
  /** As the person confirmed it. */
  readonly schema: TableSchema;
  /** Of the file. */
  readonly book: LedgerBook;
  /** Rows that were made under a guarantee. Throws `not-ready` where there are none. */
  readonly made: (context: StageContext) => Promise<ProtectedRows>;
}

/** Rows to learn from, and how many the file has by which budgets are set. */
interface SweptRows {
  readonly prepared: Prepared;
  readonly fileRows: number;
}

/** Real rows; those made of them, where nothing but their number is taken from the file; or a public table's. */
async function rowsOf(source: SweepSource, request: SweepRequest, context: StageContext): Promise<SweptRows> {
  const { raw, schema } = source;
  const { rows, job } = request;
  if (rows === 'public') return publicRows(source, request, context);
  if (rows === 'file') return { prepared: prepare(raw, schema, job), fileRows: raw.rows };
  const standing = await source.made(context);
  return { prepared: standIn(standing.table, standing.schema, job), fileRows: raw.rows };
}

/** Rows that anybody may see. The open file is refused: what is learned from it is paid for. */
async function publicRows(
  { raw: held }: SweepSource,
  { publicFile, job }: SweepRequest,
  context: StageContext,
): Promise<SweptRows> {
  if (publicFile === null) {
    throw new HomespunError({ code: 'bad-settings', message: 'No public table was chosen.' });
  }
  const { raw, schema } = await openTable(publicFile, {}, context);
  if (raw.sha256 === held.sha256) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `“${publicFile.name}” is the open table itself, which cannot stand in as a public one.`,
      hint: 'Choose another table, or the real rows at their price.',
    });
  }
  return { prepared: prepare(raw, schema, job), fileRows: raw.rows };
}

/** A public table names no persons that the job knows of, and has a delta of its own. */
const settled = (request: SweepRequest): SweepRequest => {
  const { rows, job } = request;
  return rows !== 'public' || job.privacy === 'none'
    ? request
    : { ...request, job: { ...job, privacy: { ...job.privacy, person: null, delta: null } } };
};

/** The column to predict, where it is there. */
const targetIn = ({ columns }: TableSchema, { rows, target }: SweepRequest): string | null =>
  rows !== 'public' || columns.some(({ name }) => name === target) ? target : null;

/** Public facts of the rows to learn from, by which budgets are planned. */
interface SweptSize {
  /** As a private run may use it. */
  readonly schema: TableSchema;
  /** Rows, or persons, that train. */
  readonly units: number;
  readonly fileRows: number;
}

const sizeOf = ({ prepared: { schema, units, train }, fileRows }: SweptRows): SweptSize => ({
  schema,
  units: units?.count ?? train.rows,
  fileRows,
});

/** Of the rows of the file, before they are read. */
function fileSize({ raw, schema: confirmed }: SweepSource, { job }: SweepRequest): SweptSize {
  const schema = readableSchema(confirmed, job);
  return { schema, units: trainingOf(unitsOf(raw, schema, job), job), fileRows: raw.rows };
}

/** A ledger of no data set, for rows that are no secret; forgotten with its sweep. */
const scratchBook = (): LedgerBook => new LedgerBook('0'.repeat(64), memoryStore());

interface SweptRun {
  readonly epsilon: number;
  readonly job: Job;
  readonly budget: RunBudget;
}

/** Rows as the model makes them: protection and rules between columns come after it. */
const jobAt = (job: Job, epsilon: number): Job => ({
  ...job,
  privacy: job.privacy === 'none' ? 'none' : { ...job.privacy, epsilon },
  watch: null,
  anonymise: null,
  rules: [],
});

/** The run at one budget, or why there is none. Throws for any other reason than the budget. */
function runAt(
  epsilon: number,
  { schema, units, fileRows }: SweptSize,
  id: MethodAndReason['id'],
  job: Job,
): SweptRun | RefusedBudget {
  const its = jobAt(job, epsilon);
  try {
    const budget = budgetOf(schema, { units, fileRows }, id, its);
    if (!budget || its.privacy === 'none') return { epsilon, reason: 'It has no guarantee.' };
    const warnings = budgetWarnings(budget.profile, schema, units * rowsPerUnit(its.privacy));
    const blocking = warnings.find(({ severity }) => severity === 'blocking');
    return blocking ? { epsilon, reason: blocking.message } : { epsilon, job: its, budget };
  } catch (cause) {
    if (!(cause instanceof HomespunError) || cause.code !== 'bad-settings') throw cause;
    return { epsilon, reason: cause.message };
  }
}

/** What every run of a sweep has in common. */
interface Series {
  readonly choice: MethodAndReason;
  readonly size: JobSize;
  readonly ascending: readonly number[];
}

/** Throws `bad-settings` for a method without a private form, or one that trains too long for several budgets. */
function seriesOf(swept: SweptSize, { epsilons, job }: SweepRequest): Series {
  const size = jobSize(swept.schema, swept.units, job);
  const choice = chosen(size, job);
  const { meta, privacy } = synthesizerOf(choice.id);
  if (!privacy || meta.neural) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `“${meta.label}” cannot be tried at several budgets in turn.`,
      hint: 'Choose a method that counts: mst, aim, copula or independent.',
    });
  }
  return { choice, size, ascending: [...new Set(epsilons)].sort((a, b) => a - b) };
}

/**
 * What a sweep takes. On the file's rows its budgets are worked out one by one; on others, which cost nothing, budgets
 * that are too small are found on the way.
 */
export async function planSweep(
  source: SweepSource,
  asked: SweepRequest,
  context: StageContext,
): Promise<SweepPlan> {
  checkSweep(asked);
  const request = settled(asked);
  const free = request.rows !== 'file';
  const swept = free ? sizeOf(await rowsOf(source, request, context)) : fileSize(source, request);
  const { choice, size, ascending } = seriesOf(swept, request);
  const { seconds } = await synthesizerOf(choice.id).estimate(size, { epochs: request.job.epochs });
  const scoring = scoringSeconds * size.rows * size.cardinalities.length;
  const secondsOf = (count: number): number => count * (seconds + scoring) + scoring;
  if (free) {
    const all = { method: choice.id, epsilons: ascending, seconds: secondsOf(ascending.length) };
    return { ...all, refused: [], cost: null };
  }
  const runs: SweptRun[] = [];
  const refused: RefusedBudget[] = [];
  for (const epsilon of ascending) {
    const run = runAt(epsilon, swept, choice.id, request.job);
    if ('budget' in run) runs.push(run);
    else refused.push(run);
    await context.control.checkpoint();
  }
  return {
    method: choice.id,
    epsilons: runs.map(({ epsilon }) => epsilon),
    refused,
    seconds: secondsOf(runs.length),
    cost: runs.length > 0 ? await costOf(runs, source.book) : null,
  };
}

async function costOf(runs: readonly SweptRun[], book: LedgerBook): Promise<SweepPlan['cost']> {
  const events = runs.flatMap(({ budget }) => budget.events.map(({ event }) => event));
  const { delta } = runs[0].budget;
  const { epsilon } = epsilonOf(events, delta);
  const { before, after } = planCost(await book.read(), events, epsilon, delta);
  return { epsilon, delta, before, after };
}

type SweepContext = StageContext & { readonly privacy: PrivateContext };

/** Share 0..1 of a point after each stage of its run; scoring takes the rest. */
const stageEnds: Readonly<Partial<Record<Progress['stage'], readonly [number, number]>>> = {
  profile: [0, 0.1],
  train: [0.1, 0.7],
  sample: [0.7, 0.75],
};

/** Progress of one point as progress of the sweep. */
function reporterAt(
  at: number,
  epsilons: readonly number[],
  { progress, now }: StageContext,
): ProgressReporter {
  return new ProgressReporter(({ stage, done, message }) => {
    const [start, end] = stageEnds[stage] ?? [0.75, 1];
    const within = start + (end - start) * done;
    const words = `ε ${epsilons[at]}, ${at + 1} of ${epsilons.length}: ${message}`;
    progress.report('sweep', (at + within) / epsilons.length, words);
  }, now);
}

/** One private run and its scores; the model is dropped. */
async function pointOf(
  { epsilon, job, budget }: SweptRun,
  prepared: Prepared,
  choice: MethodAndReason,
  scorer: CurveScorer,
  context: SweepContext,
): Promise<SweepPoint> {
  const start = context.now();
  const { model, schema } = await fitPrivately(
    prepared,
    budget,
    choice,
    job,
    { column: () => null },
    context,
  );
  try {
    const rows = Math.min(prepared.train.rows, mostRows);
    const wish = { rows, seed: job.seed, plan: null };
    const { table } = await sampleRows({ model, schema, rules: [] }, wish, rows, context);
    context.progress.report('score', 0, 'Scoring its rows');
    return { epsilon, ...(await scorer.score(table)), seconds: (context.now() - start) / 1000 };
  } finally {
    model.dispose();
  }
}

const wasStopped = (cause: unknown): boolean => cause instanceof HomespunError && cause.code === 'stopped';

/**
 * Tries every budget from the least on. Each is a run of its own: in the file's ledger where it learns from the file's
 * rows, so that what is on record when this resolves or throws covers what was released. A stop keeps the points that are
 * done; one before the first throws `stopped`.
 */
export async function runSweep(
  source: SweepSource,
  asked: SweepRequest,
  stage: StageContext,
  means: PrivacyMeans,
): Promise<Sweep> {
  checkSweep(asked);
  const request = settled(asked);
  const { control, now, progress } = stage;
  const start = now();
  const rows = await rowsOf(source, request, stage);
  const { prepared } = rows;
  const book = request.rows === 'file' ? source.book : scratchBook();
  const context = { ...stage, privacy: { ...means, book } };
  const size = sizeOf(rows);
  const { choice, ascending } = seriesOf(size, request);
  progress.report('sweep', 0, 'Scoring the rows themselves');
  const { train, holdout, schema } = prepared;
  const rng = seededRng(request.job.seed).fork('sweep');
  const target = targetIn(schema, request);
  const scorer = await curveScorer({ train, holdout }, schema, target, { rng, control, now });
  const points: SweepPoint[] = [];
  const refused: RefusedBudget[] = [];
  const sweep = (stopped: boolean): Sweep => ({
    rows: request.rows,
    publicName: request.publicFile?.name ?? null,
    method: choice.id,
    marks: scorer.marks,
    epsilons: ascending,
    points: [...points],
    refused: [...refused],
    stopped,
    trainRows: train.rows,
    holdoutRows: holdout.rows,
    notes: scorer.notes,
    seconds: (now() - start) / 1000,
  });
  for (const [at, epsilon] of ascending.entries()) {
    const run = runAt(epsilon, size, choice.id, request.job);
    if ('budget' in run) {
      const its = { ...context, progress: reporterAt(at, ascending, context) };
      try {
        points.push(await pointOf(run, prepared, choice, scorer, its));
      } catch (cause) {
        if (wasStopped(cause) && points.length > 0) return sweep(true);
        throw cause;
      }
    } else refused.push(run);
    const done = (at + 1) / ascending.length;
    progress.report('sweep', done, `ε ${epsilon} done`, { swept: sweep(done < 1) });
  }
  if (points.length === 0) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `None of these budgets can be tried. ${refused[0].reason}`,
      hint: 'Choose larger values of epsilon.',
    });
  }
  return sweep(false);
}
