/** Runs of one file set side by side: figures alone, never rows. From real rows, so for the owner's eyes. */
import type {
  Assessed,
  Card,
  CardId,
  FitReport,
  Job,
  MethodId,
  Sampled,
  Scorecard,
  TableSchema,
} from '../../workers/protocol.ts';
import { plural } from './words.ts';

export type ComparedCard = Pick<Card, 'id' | 'label' | 'form' | 'value' | 'interval' | 'status' | 'note'>;

/** One scored table. */
export interface ComparedRun {
  /** Counts up from 1 in each file. */
  readonly id: number;
  readonly name: string;
  readonly hidden: boolean;
  readonly job: Job;
  readonly method: MethodId;
  /** null without differential privacy. */
  readonly epsilon: number | null;
  readonly stopped: boolean;
  readonly syntheticRows: number;
  readonly holdoutRows: number;
  /** Equal where the same rows were held out. */
  readonly heldOut: string;
  /** Equal where the same columns were learned. */
  readonly columns: string;
  readonly predicted: readonly string[];
  /** Empty until the first are there. */
  readonly cards: readonly ComparedCard[];
  /** To learn and make rows. */
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Comparison {
  readonly runs: readonly ComparedRun[];
  /** The run whose rows are in hand; null where they are gone, or their entry was removed. */
  readonly inHand: number | null;
  /** How many were entered, those removed since included. */
  readonly entered: number;
}
export const noComparison: Comparison = { runs: [], inHand: null, entered: 0 };

export interface FinishedFacts {
  readonly job: Job;
  readonly fit: FitReport;
  readonly sampled: Sampled;
  readonly scorecard: Scorecard;
  readonly schema: TableSchema;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Which rows are held out rests on these alone. */
const heldOutBy = ({ seed, holdout, privacy }: Job): string =>
  JSON.stringify([seed, holdout, privacy === 'none' ? null : privacy.person]);

const columnsOf = ({ columns }: TableSchema): string =>
  JSON.stringify(
    columns.filter(({ treatment }) => treatment === 'learn').map(({ name, kind }) => [name, kind]),
  );

/** Cards that were still being measured stay as far as they are. */
const settled = (run: ComparedRun): ComparedRun => ({
  ...run,
  cards: run.cards.map((card) => (card.status === 'measuring' ? { ...card, status: 'not-assessed' } : card)),
});

/** The rows in hand are gone; what is known of them stays. */
export const letGo = ({ runs, entered: count }: Comparison): Comparison => ({
  runs: runs.map(settled),
  inHand: null,
  entered: count,
});

/** With one more run, the one in hand from now on. */
export function entered(comparison: Comparison, facts: FinishedFacts): Comparison {
  const { job, fit, sampled, scorecard, schema, at } = facts;
  const id = comparison.entered + 1;
  const run: ComparedRun = {
    id,
    name: `Run ${String(id)}`,
    hidden: false,
    job,
    method: fit.method,
    epsilon: fit.privacy?.epsilon ?? null,
    stopped: fit.stopped,
    syntheticRows: sampled.rows,
    holdoutRows: scorecard.rows.holdout,
    heldOut: heldOutBy(job),
    columns: columnsOf(schema),
    predicted: [],
    cards: [],
    seconds: fit.seconds.profile + fit.seconds.train + sampled.seconds,
    at,
  };
  return { runs: [...letGo(comparison).runs, run], inHand: id, entered: id };
}

const cardOf = ({ id, label, form, value, interval, status, note }: Card): ComparedCard => ({
  ...{ id, label, form, value, interval, status, note },
});

/** With the cards of the run in hand as they are now. */
export const withCards = (comparison: Comparison, { headline, targets }: Assessed): Comparison =>
  comparison.inHand === null
    ? comparison
    : changed(comparison, comparison.inHand, { cards: headline.cards.map(cardOf), predicted: targets });

export const changed = (comparison: Comparison, id: number, change: Partial<ComparedRun>): Comparison => ({
  ...comparison,
  runs: comparison.runs.map((run) => (run.id === id ? { ...run, ...change } : run)),
});

export const without = ({ runs, inHand, entered: count }: Comparison, id: number): Comparison => ({
  runs: runs.filter((run) => run.id !== id),
  inHand: inHand === id ? null : inHand,
  entered: count,
});

export const shownRuns = ({ runs }: Comparison): ComparedRun[] => runs.filter(({ hidden }) => !hidden);

export const cardOfRun = ({ cards }: ComparedRun, id: CardId): ComparedCard | null =>
  cards.find((card) => card.id === id && Number.isFinite(card.value)) ?? null;

/** `best`: the best value. `level`: an interval that meets the best one's, so that these rows do not tell them apart. */
export type Standing = 'best' | 'level' | 'behind' | 'none';

/** A card that is not whole yet, or lacks a row, is no match for one that has all. */
const isWhole = ({ status }: ComparedCard): boolean =>
  status === 'pass' || status === 'fail' || status === 'inconclusive';

const meets = (a: ComparedCard, b: ComparedCard): boolean =>
  a.interval !== null &&
  b.interval !== null &&
  a.interval[0] <= b.interval[1] &&
  b.interval[0] <= a.interval[1];

/** How each run stands on one card, in their order; nobody is best alone. */
export function standings(runs: readonly ComparedRun[], id: CardId): Standing[] {
  const cards = runs.map((run) => cardOfRun(run, id));
  const whole = cards.flatMap((card) => (card && isWhole(card) ? [card] : []));
  const good = ({ form, value }: ComparedCard): number => (form === 'loss' ? -value : value);
  const most = Math.max(...whole.map(good));
  const best = whole.find((card) => good(card) === most);
  return cards.map((card) => {
    if (!card || !best || whole.length < 2 || !isWhole(card)) return 'none';
    if (good(card) === most) return 'best';
    return meets(card, best) ? 'level' : 'behind';
  });
}

const differ = (runs: readonly ComparedRun[], of: (run: ComparedRun) => string): boolean =>
  new Set(runs.map(of)).size > 1;

/** What makes runs less than comparable, one sentence each. */
export function caveats(runs: readonly ComparedRun[]): string[] {
  const assessed = runs.filter(({ cards }) => cards.length > 0);
  const size = ({ holdoutRows }: ComparedRun): string => plural(holdoutRows, 'row');
  const sizes = [...new Set(runs.map(size))].join(', ');
  return [
    ...(differ(runs, ({ heldOut }) => heldOut)
      ? [
          `These runs held out different real rows (${sizes}): part of a difference between them is that of the rows. Runs of the same seed, holdout and persons compare best.`,
        ]
      : []),
    ...(differ(runs, ({ columns }) => columns)
      ? ['The columns were changed between these runs: their figures are not of the same columns.']
      : []),
    ...(differ(assessed, ({ predicted }) => JSON.stringify(predicted))
      ? ['Models did not predict the same columns in all of these runs: Utility is not of the same task.']
      : []),
  ];
}
