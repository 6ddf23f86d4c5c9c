/** What a figure of the scorecard says: from the whole interval, never from the point alone. */
export type Status = 'pass' | 'fail' | 'inconclusive' | 'not-assessed' | 'error' | 'info';

/** The five cards of the scorecard, and privacy apart. */
export type CardId = 'similarity' | 'correlation' | 'utility' | 'balance' | 'quality' | 'privacy';

export type Interval = readonly [low: number, high: number];

/** How a number is written: a share as per cent, a score with two digits, a count whole, a plain number as it comes. */
export type FigureUnit = 'share' | 'score' | 'count' | 'number';

export interface Target {
  /** The bound that the figure should keep. */
  readonly bound: number;
  readonly better: 'higher' | 'lower';
}

/** One line of a card. NaN where a number is undefined; the page writes a dash. */
export interface Figure {
  /** Stable and unique within a report, such as `similarity.mmd`. */
  readonly id: string;
  readonly card: CardId;
  readonly label: string;
  /** One plain sentence: what it is and how to read it. */
  readonly meaning: string;
  readonly value: number;
  readonly unit: FigureUnit;
  /** 95 % interval; null where none is known. */
  readonly interval: Interval | null;
  /** Absent for a figure that informs only. */
  readonly target?: Target;
  /** Held-out real rows scored as if they were synthetic. NaN without. */
  readonly ceiling: number;
  /** Real rows with each column shuffled on its own, or the trivial model or attack. NaN without. */
  readonly floor: number;
  readonly status: Status;
  /** Why it was not assessed, failed to compute, or what else must be known. */
  readonly note?: string;
  /** Rows it was computed from. */
  readonly rows: number;
  readonly seconds: number;
}
