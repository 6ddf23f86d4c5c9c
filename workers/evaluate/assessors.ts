import type { Rule } from '../rules/types.ts';
import type { TableSchema } from '../schema/types.ts';
import type { AssessmentId, AssessmentOutcome } from './assessedTypes.ts';
import { assessBalance } from './balance/assessBalance.ts';
import type { AskedMix } from './balance/classShares.ts';
import { assessDistances } from './distances.ts';
import { assessDomain } from './domain/assessDomain.ts';
import type { DomainTask } from './domain/formulaTypes.ts';
import { assessCorrelation } from './fidelity/assessCorrelation.ts';
import { assessDetection } from './fidelity/assessDetection.ts';
import { assessSimilarity } from './fidelity/assessSimilarity.ts';
import type { CardId, Figure } from './figureTypes.ts';
import type { ScoredTables } from './panel.ts';
import { assessPrivacy } from './privacy/assessPrivacy.ts';
import type { ClaimedBudget } from './privacy/privacyFigures.ts';
import { assessQuality } from './quality/assessQuality.ts';
import type { ScoreContext } from './scorecard.ts';
import { assessUtility } from './utility/assessUtility.ts';

/** What assessments are of. */
export interface AssessmentTask {
  readonly tables: ScoredTables;
  /** Columns to predict have the role of a target. */
  readonly schema: TableSchema;
  /** Rules between columns that made rows were to keep. */
  readonly rules: readonly Rule[];
  /** The guarantee of the run; null without. */
  readonly claimed: ClaimedBudget;
  /** Share of a model's score that may be lost. */
  readonly mostLoss: number;
  /** Figures of the person's own. */
  readonly domain: DomainTask;
  /** Rows in a mix of classes that was asked for; null where none was. */
  readonly mix: AskedMix | null;
}

/** A group of figures that are computed together. */
export interface Assessor {
  readonly id: AssessmentId;
  readonly label: string;
  /** Cards that wait for it. */
  readonly cards: readonly CardId[];
  /** Time it takes beside the others, for the estimate. */
  readonly weight: number;
  readonly assess: (task: AssessmentTask, context: ScoreContext) => Promise<AssessmentOutcome>;
}

/** All assessments, in the order in which they are begun: quick ones first. */
export const assessors: readonly Assessor[] = [
  {
    id: 'quality',
    label: 'Cells and rows',
    cards: ['quality'],
    weight: 1,
    assess: async ({ tables, schema, rules }, context) => {
      const { figures, details } = await assessQuality(tables, schema, context, rules);
      return { figures, details: { quality: details } };
    },
  },
  {
    id: 'domain',
    label: 'Figures of your own',
    cards: [],
    weight: 1,
    assess: async ({ tables, domain }, context) => ({
      figures: [],
      details: { domain: await assessDomain(tables, domain, context) },
    }),
  },
  {
    id: 'distances',
    label: 'Intervals of distances',
    cards: ['similarity', 'correlation'],
    weight: 4,
    assess: async ({ tables, schema }, context) => ({
      ...(await assessDistances(tables, schema, context)),
      details: {},
    }),
  },
  {
    id: 'similarity',
    label: 'Shapes and whole rows',
    cards: ['similarity'],
    weight: 4,
    assess: async ({ tables, schema }, context) => {
      const { figures, details } = await assessSimilarity(tables, schema, context);
      return { figures, details: { similarity: details } };
    },
  },
  {
    id: 'correlation',
    label: 'Columns together',
    cards: ['correlation'],
    weight: 4,
    assess: async ({ tables, schema }, context) => {
      const { figures, details } = await assessCorrelation(tables, schema, context);
      return { figures, details: { correlation: details } };
    },
  },
  {
    id: 'balance',
    label: 'Classes',
    cards: ['balance'],
    weight: 1,
    assess: async ({ tables, schema, mix }, context) => {
      const { figures, details } = await assessBalance(tables, schema, context, mix);
      return { figures, details: { balance: details } };
    },
  },
  {
    id: 'utility',
    label: 'Models trained twice',
    cards: ['utility'],
    weight: 8,
    assess: async ({ tables, schema, mostLoss }, context) => {
      const targets = schema.columns.filter(({ role }) => role === 'target').map(({ name }) => name);
      const { figures, details } = await assessUtility(tables, schema, targets, context, mostLoss);
      return { figures, details: { utility: details } };
    },
  },
  {
    id: 'privacy',
    label: 'Attacks',
    cards: ['privacy'],
    weight: 8,
    assess: async ({ tables, schema, claimed }, context) => {
      const { figures, details } = await assessPrivacy(tables, schema, context, claimed);
      return { figures, details: { privacy: details } };
    },
  },
  {
    id: 'detection',
    label: 'Real or synthetic?',
    cards: ['similarity'],
    weight: 4,
    assess: async ({ tables, schema }, context) => {
      const { figures, telling } = await assessDetection(tables, schema, context);
      return { figures, details: { telling } };
    },
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
