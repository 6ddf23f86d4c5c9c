import { statusOf, type Figure, type Interval, type Status, type Target } from '../assessment.ts';
import { intervalOf, type Estimate } from '../prediction/estimate.ts';

/** What every figure of one target column has in common. */
export interface FigureFrame {
  readonly column: string;
  /** Set apart where several columns are to be predicted. */
  readonly suffix: string;
  /** Relative loss that is still good enough. */
  readonly mostLoss: number;
  readonly testRows: number;
  readonly notes: readonly string[];
}

type FigureId =
  'best' | 'mean' | 'error' | 'rare' | 'rareRecall' | 'rarePrecision' | 'rareRanking' | 'importance';

interface Words {
  readonly label: string;
  readonly meaning: string;
}

const onlyTest = 'The interval covers the draw of the test rows, not that of the synthetic ones.';

const words: Readonly<Record<FigureId, (column: string) => Words>> = {
  best: (column) => ({
    label: `Loss of the best model of ${column}`,
    meaning: `How much worse the best model learned from synthetic rows predicts real “${column}” than the best one learned from real rows. 0 is as good. ${onlyTest}`,
  }),
  mean: (column) => ({
    label: `Mean loss over models of ${column}`,
    meaning: `The same for the mean score of all models: boosted trees, a random forest and a linear model. ${onlyTest}`,
  }),
  error: (column) => ({
    label: `Rise of the error in ${column}`,
    meaning: `How much larger the mean absolute error is when the best model learns from synthetic rows. ${onlyTest}`,
  }),
  rare: (column) => ({
    label: `Loss on the rarest ${column}`,
    meaning: `Loss of F1 (recall and precision in one) for the rarest class, when the model and its threshold come from synthetic rows. ${onlyTest}`,
  }),
  rareRecall: (column) => ({
    label: `Lost recall of the rarest ${column}`,
    meaning: `Share of the rows of the rarest class that are no longer found when the model and its threshold come from synthetic rows.`,
  }),
  rarePrecision: (column) => ({
    label: `Lost precision of the rarest ${column}`,
    meaning: `How much more often a row named as the rarest class is not of it, when the model and its threshold come from synthetic rows.`,
  }),
  rareRanking: (column) => ({
    label: `Lost ranking of the rarest ${column}`,
    meaning: `Loss of average precision for the rarest class: how well its rows are put first, whatever the threshold.`,
  }),
  importance: (column) => ({
    label: `Same columns used for ${column}`,
    meaning: `Rank correlation of how much boosted trees use each column when they learn from real and from synthetic rows. 1 is the same order.`,
  }),
};

/** What must be known of the whole column is said once. */
const said = (id: FigureId, { notes }: FigureFrame, first?: string): string | undefined => {
  const all = [...(first === undefined ? [] : [first]), ...(id === 'best' || id === 'rare' ? notes : [])];
  return all.length > 0 ? all.join(' ') : undefined;
};

const base = (id: FigureId, { column, suffix, testRows }: FigureFrame) => ({
  id: `utility.${id}${suffix}`,
  card: 'utility' as const,
  ...words[id](column),
  rows: testRows,
});

export interface LossMarks {
  /** Loss of a model that knows nothing. */
  readonly floor: number;
  readonly seconds: number;
  /** Why it cannot be certified, whatever the interval says. */
  readonly doubt?: string;
  /** Informs only. */
  readonly informs?: boolean;
  /** In place of the one from the parts. */
  readonly interval?: Interval | null;
}

/** A relative loss: passes only where its whole interval is below the bound. */
export function lossFigure(id: FigureId, loss: Estimate, frame: FigureFrame, marks: LossMarks): Figure {
  const { floor, seconds, doubt, informs = false } = marks;
  const target: Target | undefined = informs ? undefined : { bound: frame.mostLoss, better: 'lower' };
  const interval = marks.interval === undefined ? intervalOf(loss) : marks.interval;
  const status: Status = statusOf(loss.value, interval, target);
  const doubted = doubt !== undefined && (status === 'pass' || status === 'fail');
  return {
    ...base(id, frame),
    value: loss.value,
    unit: 'share',
    interval,
    target,
    // Training on the real rows themselves loses nothing: the loss is counted from there.
    ceiling: 0,
    floor,
    status: doubted ? 'inconclusive' : status,
    note: said(id, frame, doubt),
    seconds,
  };
}

/** A figure that informs only. */
export function plainFigure(id: FigureId, value: number, frame: FigureFrame, seconds: number): Figure {
  const status = statusOf(value, null, undefined);
  const numbers = { value, unit: 'score', interval: null, ceiling: 1, floor: 0 } as const;
  return { ...base(id, frame), ...numbers, status, note: said(id, frame), seconds };
}

/** A figure that could not be assessed, and why. */
export function unassessedFigure(id: FigureId, reason: string, frame: FigureFrame, seconds: number): Figure {
  const target: Target = { bound: frame.mostLoss, better: 'lower' };
  const numbers = { value: NaN, unit: 'share', interval: null, ceiling: NaN, floor: NaN } as const;
  return {
    ...base(id, frame),
    ...numbers,
    target,
    status: 'not-assessed',
    note: said(id, frame, reason),
    seconds,
  };
}
