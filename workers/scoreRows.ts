/** Scores of made rows: against the real ones, for the owner, and against what a private run released. */
import type { ProtectedRows } from './anonymise/synthetic.ts';
import type { AnonymisePlan } from './anonymise/types.ts';
import type { SampleConditions } from './encode/conditionTypes.ts';
import type { AskedMix, ClassShares } from './evaluate/balance/classShares.ts';
import type { RunFacts } from './evaluate/cardTypes.ts';
import { assessDomain } from './evaluate/domain/assessDomain.ts';
import type { DomainFormula, DomainResult } from './evaluate/domain/formulaTypes.ts';
import { mostRows, type ScoredTables } from './evaluate/panel.ts';
import { releasableScorecard } from './evaluate/releasable.ts';
import { subsample } from './evaluate/samples.ts';
import { scoreTables } from './evaluate/scorecard.ts';
import type { ReleasableScorecard, Scorecard } from './evaluate/types.ts';
import type { RunBudget } from './privatePlan.ts';
import type { AssessRequest, Job } from './protocol.ts';
import { seededRng } from './random/rng.ts';
import { releasedShares } from './releasedShares.ts';
import { isKeepable } from './rules/isKeepable.ts';
import type { TableSchema } from './schema/types.ts';
import type { ScorerTask } from './scorer.ts';
import type { FinishedRun, Fitted, Protected, StageContext } from './stageTypes.ts';
import type { Table } from './table/types.ts';

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

/** Comparable tables of at most 50,000 rows each. */
function fewerRows({ prepared, job }: FinishedRun, made: ProtectedRows): ReturnType<typeof comparable> {
  const { tables, schema } = comparable(prepared, made);
  const rng = seededRng(job.seed).fork('assess rows');
  const fewer = (table: Table, purpose: string): Table => subsample(table, mostRows, rng.fork(purpose));
  return {
    tables: {
      train: fewer(tables.train, 'train'),
      holdout: fewer(tables.holdout, 'holdout'),
      synthetic: fewer(tables.synthetic, 'synthetic'),
    },
    schema,
  };
}

/** Figures of the person's own, by themselves. */
export const measureFormulas = (
  run: FinishedRun,
  made: ProtectedRows,
  formulas: readonly DomainFormula[],
  { control, now }: StageContext,
): Promise<DomainResult[]> =>
  assessDomain(
    fewerRows(run, made).tables,
    { formulas, countedRows: run.prepared.train.rows },
    { control, now, onProgress: () => undefined },
  );

/** Rows that were made under conditions on classes alone. */
export interface AskedRows {
  readonly made: ProtectedRows;
  readonly shares: ClassShares;
}

const mixOf = (run: FinishedRun, { made, shares }: AskedRows): AskedMix => ({
  synthetic: fewerRows(run, made).tables.synthetic,
  shares,
});

/**
 * What scorers work on: at most 50,000 rows of each table, as each scorer has its own copy.
 */
export function assessmentTask(
  run: FinishedRun,
  made: ProtectedRows,
  { columns, targets, formulas }: AssessRequest,
  asked: AskedRows | null,
): { readonly task: ScorerTask; readonly predicted: readonly string[] } {
  const { fitted, job } = run;
  const { tables, schema } = fewerRows(run, made);
  const predicting = withTargets(schema, columns);
  const task = {
    tables,
    schema: predicting,
    // What is coarser after synthesis may no longer say whether a rule is kept.
    rules: fitted.rules.filter((rule) => isKeepable(rule, schema)),
    claimed: fitted.budget ? { epsilon: fitted.budget.epsilon, delta: fitted.budget.delta } : null,
    mostLoss: targets.utility,
    domain: { formulas, countedRows: run.prepared.train.rows },
    mix: asked && mixOf(run, asked),
    seed: job.seed,
  };
  return {
    task,
    predicted: predicting.columns.filter(({ role }) => role === 'target').map(({ name }) => name),
  };
}

/** The mix of classes that rows were asked to have, where nothing else was asked of them. */
export function askedShares({ columns = [], shares }: SampleConditions = {}): ClassShares | null {
  if (shares) {
    const classes = shares.shares.map(({ value, share }) => ({ label: value, share }));
    return columns.length === 0 ? { column: shares.column, classes } : null;
  }
  const [{ column, categories = [], missing } = { column: '' }] = columns;
  const one = columns.length === 1 && categories.length === 1 && missing === undefined;
  return one ? { column, classes: [{ label: categories[0], share: 1 }] } : null;
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
  { fitted, job }: FinishedRun,
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
