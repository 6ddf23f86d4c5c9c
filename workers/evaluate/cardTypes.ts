import type { CardId, Interval, Status, Target } from './figureTypes.ts';

/** Bound of each card: points 0..100, for utility the share of the real score that may be lost. */
export type CardTargets = Readonly<Record<CardId, number>>;

/** `measuring`: rows it is formed from are still being computed. */
export type CardStatus = Status | 'measuring';

export interface Card {
  readonly id: CardId;
  readonly label: string;
  /** `points`: 0..100, where 100 is as good as fresh real rows. `loss`: a share, 0 best. */
  readonly form: 'points' | 'loss';
  /** NaN where there is none. */
  readonly value: number;
  /** 95 %, in the unit of the value. */
  readonly interval: Interval | null;
  readonly target: Target;
  readonly status: CardStatus;
  /** How it is formed from its rows, in a sentence. */
  readonly how: string;
  /** What its scale runs between, in a few words. */
  readonly reference: string;
  /** Ids of the rows it was formed from. */
  readonly rows: readonly string[];
  /** Why there is no value, or what it leaves out; empty otherwise. */
  readonly note: string;
}

/** What a reader sees first. Privacy is among the cards, and never in a mean with the others. */
export interface Headline {
  readonly cards: readonly Card[];
  /** The outcome in one or two sentences. */
  readonly summary: string;
  /** What could be done next, most useful first; may be empty. */
  readonly next: readonly string[];
}

/** What the words beside the cards may speak of. */
export interface RunFacts {
  /** null without differential privacy. */
  readonly epsilon: number | null;
  readonly method: string;
  readonly trainRows: number;
  readonly holdoutRows: number;
  readonly syntheticRows: number;
  /** Columns whose domain was found in the data, at a price under a budget. */
  readonly foundColumns: readonly string[];
  /** Columns that models are to predict. */
  readonly targets: readonly string[];
}
