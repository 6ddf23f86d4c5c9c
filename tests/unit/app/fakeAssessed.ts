import { headlineOf } from '../../../workers/evaluate/headline.ts';
import type {
  Assessed,
  AssessmentState,
  CardTargets,
  DomainFormula,
  DomainResult,
  Figure,
  ShadowAudit,
} from '../../../workers/protocol.ts';

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

const valueOf = (value: number) => ({
  value,
  interval: [value - 0.01, value + 0.01] as const,
  rows: 1000,
});

/** The result of a formula; one with a question mark does not fit. */
export function fakeResult(formula: DomainFormula): DomainResult {
  const common = { formula, unit: 'share', by: null, note: '' } as const;
  const position = formula.text.indexOf('?');
  if (position >= 0) {
    const problem = { message: 'Not in the language.', hint: 'Write another.', position };
    return { ...common, lines: [], status: 'error', problem };
  }
  const line = {
    group: null,
    real: valueOf(0.3),
    synthetic: valueOf(0.33),
    holdout: valueOf(0.31),
    difference: 0.1,
    differenceInterval: [0.06, 0.14],
    ceiling: 0.03,
    status: 'fail',
    note: '',
  } as const;
  return { ...common, lines: [line], status: 'fail', problem: null };
}

export const fakeAudit: ShadowAudit = {
  canaries: 20,
  shadows: 16,
  epsilon: 0.3,
  claimed: { epsilon: 1, delta: 1e-5 },
  guesses: 160,
  right: 120,
  mostShown: 3.6,
  rows: 54_321,
  seconds: 8,
};

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
