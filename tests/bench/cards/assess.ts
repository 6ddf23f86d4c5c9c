import type { AssessmentOutcome, Assessed } from '../../../workers/evaluate/assessedTypes.ts';
import { scorecardFigures } from '../../../workers/evaluate/distances.ts';
import type { ScoredTables } from '../../../workers/evaluate/panel.ts';
import { scoreTables } from '../../../workers/evaluate/scorecard.ts';
import type { Result } from '../../../workers/errors.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import { LocalScorer, type OnScored } from '../../../workers/scorer.ts';
import { Scoring } from '../../../workers/scoring.ts';
import { inContext } from '../../unit/evaluate/adult.ts';

const targets = { similarity: 85, correlation: 80, utility: 0.05, balance: 85, quality: 80, privacy: 90 };
const now = (): number => performance.now();

/** Seconds of the processor: all threads of this process, its collector of garbage among them. */
async function cpuSeconds<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly seconds: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1e6 };
}

/** Notes what each assessment takes. */
class TimedScorer extends LocalScorer {
  readonly seconds: Record<string, number> = {};

  override async assess(
    id: Parameters<LocalScorer['assess']>[0],
    onProgress: OnScored,
  ): Promise<Result<AssessmentOutcome>> {
    const { value, seconds } = await cpuSeconds(() => super.assess(id, onProgress));
    this.seconds[id] = seconds;
    return value;
  }
}

export interface TimedCards {
  readonly assessed: Assessed;
  /** Processor seconds by assessment, those of the first cards as `first`. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** All cards of one synthetic table, as the page forms them, one assessment after the other. */
export async function cardsOf(tables: ScoredTables, schema: TableSchema, seed: number): Promise<TimedCards> {
  const first = await cpuSeconds(() =>
    inContext(`cards ${seed}`, (context) => scoreTables(tables, schema, context)),
  );
  const target = schema.columns.filter(({ role }) => role === 'target').map(({ name }) => name);
  const facts = {
    epsilon: null,
    method: 'real rows',
    trainRows: tables.train.rows,
    holdoutRows: tables.holdout.rows,
    syntheticRows: tables.synthetic.rows,
    foundColumns: [],
    targets: target,
  };
  const scorer = new TimedScorer(now);
  const scoring = new Scoring(
    { start: () => scorer, threads: 1, now },
    facts,
    targets,
    scorecardFigures(first.value),
  );
  const domain = { formulas: [], countedRows: tables.train.rows };
  const task = {
    tables,
    schema,
    claimed: null,
    mostLoss: targets.utility,
    mix: null,
    rules: [],
    seed,
    domain,
  };
  const assessed = await scoring.run(task, () => undefined);
  return { assessed, seconds: { first: first.seconds, ...scorer.seconds } };
}
