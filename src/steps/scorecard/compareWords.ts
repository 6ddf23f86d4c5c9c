/** Runs side by side, and curves over epsilon, in sentences. */
import type { Sweep, SweepPlan } from '../../../workers/protocol.ts';
import { cardOfRun, standings, type ComparedCard, type ComparedRun } from '../../app/comparison.ts';
import { duration, plural } from '../../app/words.ts';
import type { CurveSeries } from '../../charts/curveMarks.ts';
import { formatCardInterval, formatCardValue } from '../../charts/figureText.ts';
import { formatNumber, formatScore } from '../../charts/format.ts';
import type { RunValue } from '../../charts/runMarks.ts';
import { deltaText, epsilonText } from '../../privacy/words.ts';
import { methodName } from '../synthesize/methods.ts';

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** What a run was, in a line. */
export const runLine = (run: ComparedRun): string =>
  [
    methodName(run.method),
    run.epsilon === null ? 'no guarantee' : `ε ${epsilonText(run.epsilon)}`,
    plural(run.syntheticRows, 'row'),
    duration(run.seconds),
    `at ${clock.format(run.at)}`,
    ...(run.stopped ? ['stopped early'] : []),
  ].join(' · ');

/** The cards of the runs, in the order of the scorecard. */
export const comparedCards = (runs: readonly ComparedRun[]): readonly ComparedCard[] =>
  runs.find(({ cards }) => cards.length > 0)?.cards ?? [];

const names = (runs: readonly ComparedRun[]): string => runs.map(({ name }) => `“${name}”`).join(', ');

/** Which run is best on a card, and which cannot be told from it. */
export function cardFinding(runs: readonly ComparedRun[], { id, form }: ComparedCard): string {
  const stands = standings(runs, id);
  const best = runs.filter((_, i) => stands[i] === 'best');
  const level = runs.filter((_, i) => stands[i] === 'level');
  const card = best.length > 0 ? cardOfRun(best[0], id) : null;
  if (!card) return 'Fewer than two runs have this card whole.';
  const interval = card.interval ? ` (${formatCardInterval(card)})` : '';
  const lead = `Best: ${names(best)}, ${formatCardValue(card.value, form)}${interval}.`;
  return level.length > 0 ? `${lead} Not told apart from it: ${names(level)}.` : lead;
}

/** The values of a card for a chart, in the order of the runs. */
export function runValues(runs: readonly ComparedRun[], { id }: ComparedCard): RunValue[] {
  const stands = standings(runs, id);
  return runs.map((run, i) => {
    const card = cardOfRun(run, id);
    return {
      name: run.name,
      value: card?.value ?? NaN,
      interval: card?.interval ?? null,
      best: stands[i] === 'best',
    };
  });
}

const listed = (epsilons: readonly number[]): string =>
  epsilons.map((epsilon) => formatNumber(epsilon)).join(', ');

/** What a curve on the real rows would cost. */
export function costText({ epsilons, cost }: SweepPlan): string {
  if (!cost) return `${plural(epsilons.length, 'run')} at ε ${listed(epsilons)}: costs nothing.`;
  const { epsilon, delta, before, after } = cost;
  const spent =
    before > 0
      ? `This file has spent ε ${epsilonText(before)}; after the curve ε ${epsilonText(after)}.`
      : 'The first runs on this file.';
  return `${plural(epsilons.length, 'run')} at ε ${listed(epsilons)}: together ε ${epsilonText(epsilon)}, δ ${deltaText(delta)}. ${spent}`;
}

export const curveSeries = (
  sweeps: readonly Sweep[],
  score: 'utility' | 'similarity',
): readonly CurveSeries[] =>
  sweeps.map(({ method, points }) => ({
    name: methodName(method),
    points: points.flatMap((point) => {
      const its = point[score];
      return its ? [{ x: point.epsilon, value: its.value, interval: its.interval }] : [];
    }),
  }));

/** Where the curves begin and end. */
export const curveFinding = (series: readonly CurveSeries[]): string =>
  series
    .flatMap(({ name, points }) => {
      const [first, last] = [points.at(0), points.at(-1)];
      if (!first || !last) return [];
      const start = `${name}: ${formatScore(first.value)} at ε ${formatNumber(first.x)}`;
      return [
        first === last ? `${start}.` : `${start}, ${formatScore(last.value)} at ε ${formatNumber(last.x)}.`,
      ];
    })
    .join(' ');
