import { adviceOn } from './advice.ts';
import { statusOf } from './assessment.ts';
import { cardRules, rowsOf, type CardRule } from './cards.ts';
import type { Card, CardStatus, CardTargets, Headline, RunFacts } from './cardTypes.ts';
import { displayScore, type DisplayScore } from './displayScore.ts';
import type { CardId, Figure, Interval, Target } from './figureTypes.ts';

/** What a card says of its value: all of it, or why there is none. */
interface Formed {
  readonly value: number;
  readonly interval: Interval | null;
  readonly rows: readonly string[];
  readonly note: string;
  /** Overrides the status by the interval. */
  readonly status?: CardStatus;
}

type CardProgress = 'measuring' | 'stopped' | 'finished';

const named = (figures: readonly Figure[]): string => figures.map(({ label }) => `“${label}”`).join(', ');

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The rows come from the same tables, so their errors may go together: the widths are averaged, not their squares. */
const meanScore = (scores: readonly DisplayScore[]): DisplayScore => ({
  value: mean(scores.map(({ value }) => value)),
  interval: [
    mean(scores.map(({ interval }) => interval[0])),
    mean(scores.map(({ interval }) => interval[1])),
  ],
});

/** The row whose interval reaches lowest: with a worst-of-many, the bound that is sure counts. */
const worstScore = (scores: readonly DisplayScore[]): DisplayScore =>
  scores.reduce((worst, score) => (score.interval[0] < worst.interval[0] ? score : worst));

const asLoss = ({ value, interval }: Figure): DisplayScore => ({
  value,
  interval: interval ?? [value, value],
});

const combined = (rule: CardRule, scores: readonly DisplayScore[]): DisplayScore =>
  rule.combine === 'worst' ? worstScore(scores) : meanScore(scores);

const none = (note: string, status: CardStatus): Formed => ({
  value: NaN,
  interval: null,
  rows: [],
  note,
  status,
});

/** The value of a card from its rows. A row that failed or is missing shows in the status: no mean goes on without it. */
function form(rule: CardRule, figures: readonly Figure[], progress: CardProgress): Formed {
  const measuring = progress === 'measuring';
  const { found, missing } = rowsOf(rule, figures);
  const failed = found.filter(({ status }) => status === 'error');
  const absent = found.filter(({ status }) => status === 'not-assessed');
  // The worst of many is not that of which least is known.
  const informing = rule.combine === 'worst' ? found.filter(({ status }) => status === 'info') : [];
  const without = [...failed, ...absent, ...informing];
  const usable = found.filter((figure) => !without.includes(figure));
  const scored = usable.flatMap((figure) => {
    const score = rule.combine === 'loss' ? asLoss(figure) : displayScore(figure, rule.marks);
    return score ? [{ figure, score }] : [];
  });
  const vague = usable.filter((figure) => !scored.some((row) => row.figure === figure));
  if (scored.length === 0) {
    if (measuring) return none('', 'measuring');
    if (failed.length > 0) return none(`Could not be computed: ${named(failed)}.`, 'error');
    if (progress === 'stopped') return none('Stopped before its rows were measured.', 'not-assessed');
    return none(whyNot(absent, vague), 'not-assessed');
  }
  const { value, interval } = combined(
    rule,
    scored.map(({ score }) => score),
  );
  const known = scored.some(({ figure }) => figure.interval !== null);
  const formed = {
    value,
    interval: known ? interval : null,
    rows: scored.map(({ figure }) => figure.id),
  };
  if (measuring) return { ...formed, note: '', status: 'measuring' };
  if (failed.length > 0) {
    return { ...formed, note: `Without what could not be computed: ${named(failed)}.`, status: 'error' };
  }
  if (progress === 'stopped') {
    return { ...formed, note: 'Stopped before all its rows were measured.', status: 'not-assessed' };
  }
  const left = [...absent, ...vague.filter((figure) => !isSettled(figure))];
  if (missing.length > 0 || left.length > 0) {
    const what = left.length > 0 ? named(left) : 'some of its rows';
    return {
      ...formed,
      note: `Not assessed as a whole: ${what} could not be measured.`,
      status: 'not-assessed',
    };
  }
  return { ...formed, note: '' };
}

/** No cell is missing, say, in real, synthetic and random rows: there is no scale, and nothing to get wrong. */
const isSettled = ({ status, value, ceiling, floor }: Figure): boolean =>
  status === 'pass' && value === ceiling && value === floor;

function whyNot(absent: readonly Figure[], vague: readonly Figure[]): string {
  const reasons = new Set(absent.map(({ note }) => note ?? '').filter((note) => note !== ''));
  if (reasons.size > 0) return [...reasons].slice(0, 2).join(' ');
  if (vague.some(({ ceiling }) => !Number.isFinite(ceiling))) {
    return 'There are no held-out real rows to measure against.';
  }
  return vague.length > 0
    ? 'Real rows and the trivial table score alike here: nothing can be told apart.'
    : 'Nothing was measured for it.';
}

const times = (interval: Interval | null, factor: number): Interval | null =>
  interval && [interval[0] * factor, interval[1] * factor];

function cardOf(rule: CardRule, figures: readonly Figure[], bound: number, progress: CardProgress): Card {
  const formed = form(rule, figures, progress);
  const loss = rule.combine === 'loss';
  const factor = loss ? 1 : 100;
  const target: Target = { bound, better: loss ? 'lower' : 'higher' };
  const value = formed.value * factor;
  const interval = times(formed.interval, factor);
  const { id, label, how, reference } = rule;
  return {
    id,
    label,
    form: loss ? 'loss' : 'points',
    value,
    interval,
    target,
    status: formed.status ?? statusOf(value, interval, target),
    how,
    reference,
    rows: formed.rows,
    note: formed.note,
  };
}

/** Cards whose rows are not all there, because they are still being computed or were stopped. */
export interface Unfinished {
  readonly measuring: readonly CardId[];
  readonly stopped: readonly CardId[];
}

/** The cards of a scorecard and what to make of them. */
export function headlineOf(
  figures: readonly Figure[],
  targets: CardTargets,
  facts: RunFacts,
  { measuring, stopped }: Unfinished = { measuring: [], stopped: [] },
): Headline {
  const progressOf = (id: CardId): CardProgress =>
    measuring.includes(id) ? 'measuring' : stopped.includes(id) ? 'stopped' : 'finished';
  const cards = cardRules.map((rule) => cardOf(rule, figures, targets[rule.id], progressOf(rule.id)));
  return { cards, ...adviceOn(cards, facts) };
}
