import type { TableSchema } from '../../schema/types.ts';
import type { Figure } from '../assessment.ts';
import { measureAll, notAssessed, orNull, shared, type FigureRow, type Measured } from '../figures.ts';
import { Pace } from '../pace.ts';
import { meanOf, panelOf, type ScoredTables } from '../panel.ts';
import type { ScoreContext } from '../scorecard.ts';
import * as measured from './balanceFigures.ts';
import type { AskedMix } from './classShares.ts';
import { classed, type Classed } from './classed.ts';
import { imbalanceRatio, normalisedEntropy } from './classShares.ts';
import { classCounts, withinClassDistances } from './withinClass.ts';

/** One class; shares of rows. NaN where it has too few rows. */
export interface ClassBalance {
  readonly label: string;
  readonly requested: number;
  readonly real: number;
  readonly synthetic: number;
  /** Mean total variation distance over columns within the class. */
  readonly distance: number;
  /** Different rows among as many, made to real. */
  readonly diversity: number;
}

export interface BalanceDetails {
  /** A mix was asked for. */
  readonly asked: boolean;
  /** Null without a column of classes, or where it failed. */
  readonly classes: readonly ClassBalance[] | null;
  readonly column: string | null;
  /** Largest class over smallest, and entropy relative to equal shares. */
  readonly imbalance: { readonly real: number; readonly synthetic: number } | null;
  readonly entropy: { readonly real: number; readonly synthetic: number } | null;
}

export interface BalanceAssessment {
  readonly figures: readonly Figure[];
  readonly details: BalanceDetails;
}

const detailsOf = (its: Classed, context: ScoreContext): BalanceDetails => {
  const counts = measured.countsOver(its.marks.value);
  const real = classCounts(its.real);
  const [requested, truth, made] = [its.requested, real, counts].map(measured.sharesOf);
  const distances = withinClassDistances(its.real, its.marks.value[0]);
  const ratios = measured.diversitiesOf(its, its.marks.value[0], context).map(meanOf);
  const used = its.labels.map((_, k) => k).filter((k) => truth[k] + requested[k] + made[k] > 0);
  const of = (shares: Float64Array): number[] => used.map((k) => shares[k]);
  return {
    asked: its.asked,
    column: its.column,
    classes: used.map((k) => ({
      label: its.labels[k],
      requested: requested[k],
      real: truth[k],
      synthetic: made[k],
      distance: distances[k],
      diversity: ratios[k],
    })),
    imbalance: { real: imbalanceRatio(of(truth)), synthetic: imbalanceRatio(of(made)) },
    entropy: { real: normalisedEntropy(of(truth)), synthetic: normalisedEntropy(of(made)) },
  };
};

const noClasses = 'The column to predict is none of categories, so there are no classes.';

/**
 * Whether classes have the shares they should, and are as rich within as the real ones.
 * @param asked rows in a mix that was asked for, whose classes are looked at in place of those of `tables`; null where
 * the real mix is meant.
 * Throws `stopped` when cancelled; anything else that fails becomes a figure of status `error`.
 */
export async function assessBalance(
  tables: ScoredTables,
  schema: TableSchema,
  context: ScoreContext,
  asked: AskedMix | null = null,
): Promise<BalanceAssessment> {
  const { rng, control, now } = context;
  const pace = new Pace(control, now);
  const panel = await panelOf(tables, schema, rng.fork('panel'), pace);
  const its = shared(async () => {
    if (asked === null) return classed(panel, schema, null);
    const mixed = { ...tables, synthetic: asked.synthetic };
    return classed(await panelOf(mixed, schema, rng.fork('mixed panel'), pace), schema, asked.shares);
  });
  const ofClasses =
    (measure: (classes: Classed) => Measured | Promise<Measured>) => async (): Promise<Measured> => {
      const classes = await its();
      return classes === null ? notAssessed(noClasses, panel.rows) : measure(classes);
    };
  const { specs } = measured;
  const wanted: FigureRow[] = [
    [specs.shares, ofClasses((classes) => measured.sharesGap(classes, context, pace))],
    [specs.smallest, ofClasses(measured.mostWanting)],
    [specs.withinClass, ofClasses((classes) => measured.likeness(classes, context, pace))],
    [specs.diversity, ofClasses((classes) => measured.diversity(classes, context))],
    [specs.rareCategories, () => measured.rare(panel, context, pace)],
  ];
  const figures = await measureAll(wanted, context);
  const classes = await orNull(its());
  const none: BalanceDetails = { asked: false, classes: null, column: null, imbalance: null, entropy: null };
  return { figures, details: classes === null ? none : detailsOf(classes, context) };
}
