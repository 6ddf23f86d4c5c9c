import { headlineOf } from '../../../workers/evaluate/headline.ts';
import type { Assessed, AssessmentState, CardTargets, Figure } from '../../../workers/protocol.ts';

/** A figure of a card, halfway between its marks unless said otherwise. */
export const figureOf = (id: string, change: Partial<Figure> = {}): Figure => ({
  id,
  card: 'similarity',
  label: id,
  meaning: 'Made up for a test.',
  value: 0.1,
  unit: 'score',
  interval: [0.08, 0.12],
  ceiling: 0,
  floor: 1,
  status: 'pass',
  rows: 1000,
  seconds: 0.1,
  ...change,
});

/** As far as an assessment is; `done` below 1 is still running. */
export function fakeAssessed(
  done: number | 'stopped',
  targets: CardTargets,
  predicted: readonly string[],
): Assessed {
  const state = done === 'stopped' ? 'stopped' : done < 1 ? 'running' : 'done';
  const cards = ['similarity', 'correlation'] as const;
  const assessment: AssessmentState = {
    id: 'distances',
    label: 'Distances',
    cards,
    state,
    done: done === 'stopped' ? 0 : done,
    message: '',
    seconds: 0.1,
  };
  const figures = [figureOf('similarity.columns'), figureOf('similarity.worst')];
  const facts = {
    epsilon: 1,
    method: 'aim',
    trainRows: 10,
    holdoutRows: 2,
    syntheticRows: 12,
    foundColumns: [],
    targets: predicted,
  };
  const headline = headlineOf(figures, targets, facts, {
    measuring: state === 'running' ? cards : [],
    stopped: state === 'stopped' ? cards : [],
  });
  return { figures, details: {}, headline, assessments: [assessment], targets: predicted, seconds: 0.1 };
}
