import type { Assessed } from '../../../workers/evaluate/assessedTypes.ts';
import { scorecardFigures } from '../../../workers/evaluate/distances.ts';
import type { ScoredTables } from '../../../workers/evaluate/panel.ts';
import { scoreTables } from '../../../workers/evaluate/scorecard.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import { LocalScorer } from '../../../workers/scorer.ts';
import { Scoring } from '../../../workers/scoring.ts';
import { inContext, partsOf, readAdult } from '../../unit/evaluate/adult.ts';

const targets = { similarity: 85, correlation: 80, utility: 0.05, balance: 85, quality: 80, privacy: 90 };
const now = (): number => performance.now();

async function assessed(tables: ScoredTables, schema: TableSchema, seed: number): Promise<Assessed> {
  const scorecard = await inContext(`cards ${seed}`, (context) => scoreTables(tables, schema, context));
  const facts = {
    epsilon: null,
    method: 'real rows',
    trainRows: tables.train.rows,
    holdoutRows: tables.holdout.rows,
    syntheticRows: tables.synthetic.rows,
    foundColumns: [],
    targets: ['income'],
  };
  const means = { start: () => new LocalScorer(now), threads: 1, now };
  const scoring = new Scoring(means, facts, targets, scorecardFigures(scorecard));
  const task = { tables, schema, claimed: null, mostLoss: targets.utility, mix: null, rules: [], seed };
  const domain = { formulas: [], countedRows: tables.train.rows };
  return scoring.run({ ...task, domain }, () => undefined);
}

/** How often each card and each figure had each status. */
export interface Tally {
  readonly cards: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly failedFigures: Readonly<Record<string, number>>;
}

/** Cards of tables whose three parts are rows of the same source: none of them should fail. */
export async function sameSource(path: string, tables: number, rows: number): Promise<Tally> {
  const { table, schema } = await readAdult(path);
  const cards: Record<string, Record<string, number>> = {};
  const failedFigures: Record<string, number> = {};
  for (let seed = 0; seed < tables; seed++) {
    const [train, holdout, synthetic] = partsOf(table, [rows, rows, rows], `cards ${seed}`);
    const { headline, figures } = await assessed({ train, holdout, synthetic }, schema, seed);
    for (const { id, status } of headline.cards) {
      cards[id] ??= {};
      cards[id][status] = (cards[id][status] ?? 0) + 1;
    }
    for (const { id, status } of figures) {
      if (status === 'fail') failedFigures[id] = (failedFigures[id] ?? 0) + 1;
    }
  }
  return { cards, failedFigures };
}
