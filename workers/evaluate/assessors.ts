import type { TableSchema } from '../schema/types.ts';
import type { AssessmentId, AssessmentOutcome } from './assessedTypes.ts';
import { assessDistances } from './distances.ts';
import type { CardId, Figure } from './figureTypes.ts';
import type { ScoredTables } from './panel.ts';
import type { ScoreContext } from './scorecard.ts';

/** A group of figures that are computed together. */
export interface Assessor {
  readonly id: AssessmentId;
  readonly label: string;
  /** Cards that wait for it. */
  readonly cards: readonly CardId[];
  /** Time it takes beside the others, for the estimate. */
  readonly weight: number;
  readonly assess: (
    tables: ScoredTables,
    schema: TableSchema,
    context: ScoreContext,
  ) => Promise<AssessmentOutcome>;
}

/** All assessments, in the order in which they are begun: quick ones first. */
export const assessors: readonly Assessor[] = [
  {
    id: 'distances',
    label: 'Intervals of distances',
    cards: ['similarity', 'correlation'],
    weight: 3,
    assess: async (...given) => ({ ...(await assessDistances(...given)), details: {} }),
  },
];

/** The line of an assessment that failed: it takes the place of its figures, and no card passes without it. */
export const failedFigure = (assessor: Assessor, card: CardId, reason: string, seconds: number): Figure => ({
  id: `${card}.${assessor.id}.failed`,
  card,
  label: assessor.label,
  meaning: 'These figures could not be computed.',
  value: NaN,
  unit: 'number',
  interval: null,
  ceiling: NaN,
  floor: NaN,
  status: 'error',
  note: reason,
  rows: 0,
  seconds,
});
