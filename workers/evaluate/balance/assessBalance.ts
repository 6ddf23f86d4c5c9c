import type { TableSchema } from '../../schema/types.ts';
import type { Figure } from '../assessment.ts';
import { binningOf, codedCategories } from '../binning.ts';
import {
  boundBetween,
  measureAll,
  notAssessed,
  orNull,
  shared,
  type FigureRow,
  type FigureSpec,
  type Measured,
} from '../figures.ts';
import { Pace } from '../pace.ts';
import { mapMarks, meanOf, panelOf, type Panel, type ScoredTables } from '../panel.ts';
import type { Sample } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { z95 } from '../statistics/normal.ts';
import { wilsonInterval } from '../statistics/proportions.ts';
import { bootstrapSpreads, deviation, intervalOf } from '../statistics/resample.ts';
import { totalVariation } from '../tvDistance.ts';
import { imbalanceRatio, normalisedEntropy, type ClassShares } from './classShares.ts';
import { rareCoverage } from './rareCategories.ts';
import {
  classCounts,
  diversityRatios,
  redrawnTable,
  withinClassDistances,
  type ClassTable,
} from './withinClass.ts';

const mixGap = 0.02;
const smallestRatio = 0.8;
const similarityTarget = 0.85;
const replicates = 30;
const diversityDraws = 10;

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

const spec = (id: string, unit: FigureSpec['unit'], label: string, meaning: string): FigureSpec => ({
  id: `balance.${id}`,
  card: 'balance',
  unit,
  label,
  meaning,
});

const specs = {
  shares: spec(
    'shares',
    'share',
    'Class shares, gap',
    'Share of synthetic rows that would have to be of another class for the mix that was asked for (the real one, if none was).',
  ),
  smallest: spec(
    'smallest',
    'score',
    'Most wanting class',
    'Share of the class that falls short most, as a part of the share it should have.',
  ),
  withinClass: spec(
    'withinClass',
    'score',
    'Likeness within classes',
    'How different the columns are among rows of one class, 0 to 1, as the mean over columns and classes.',
  ),
  diversity: spec(
    'diversity',
    'score',
    'Diversity within classes',
    'Different rows among as many synthetic as real rows of a class, for the class where it is least: below 1 where a class is filled up with repeats.',
  ),
  rareCategories: spec(
    'rareCategories',
    'share',
    'Rare categories kept',
    'Share of the categories that fewer than 1 in 20 real rows have, and that as many synthetic rows have at all.',
  ),
} as const;

/** The tables by class. */
interface Classed {
  readonly column: string;
  readonly labels: readonly string[];
  readonly real: ClassTable;
  readonly marks: {
    readonly value: readonly ClassTable[];
    readonly ceiling: readonly ClassTable[];
    readonly floor: readonly ClassTable[];
  };
  readonly requested: Float64Array;
  readonly asked: boolean;
}

const classColumn = (schema: TableSchema, requested: ClassShares | null): string | null =>
  requested?.column ?? schema.columns.find(({ role }) => role === 'target')?.name ?? null;

/** Labels in the order of the codes that `binningOf` gives: most common first, then others, then missing. */
const labelsOf = (real: Sample, at: number): string[] => {
  const column = real.columns[at];
  if (column.type !== 'category') return [];
  const counts = new Float64Array(column.categories.length);
  for (const code of column.codes) if (code >= 0) counts[code]++;
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
  const labels = order.slice(0, codedCategories).map((code) => column.categories[code]);
  return [...labels, 'other', 'missing'];
};

const requestedOf = (
  labels: readonly string[],
  requested: ClassShares | null,
  real: Float64Array,
): Float64Array => {
  if (requested === null) return real;
  const shares = new Float64Array(labels.length);
  for (const { label, share } of requested.classes) {
    const at = labels.slice(0, -2).indexOf(label);
    shares[at < 0 ? labels.length - 2 : at] += share;
  }
  return shares;
};

const classed = (panel: Panel, schema: TableSchema, requested: ClassShares | null): Classed | null => {
  const name = classColumn(schema, requested);
  const at = panel.real.columns.findIndex((column) => column.name === name);
  if (name === null || at < 0 || panel.real.columns[at].type !== 'category') return null;
  const binnings = panel.real.columns.map(binningOf);
  const table = ({ columns }: Sample): ClassTable => ({
    classes: binnings[at](columns[at]),
    columns: columns.flatMap((column, c) => (c === at ? [] : [binnings[c](column)])),
  });
  const real = table(panel.real);
  const labels = labelsOf(panel.real, at);
  return {
    column: name,
    labels,
    real,
    marks: mapMarks({ value: panel.synthetic, ceiling: panel.holdout, floor: [panel.shuffled] }, table),
    requested: requestedOf(labels, requested, classCounts(real)),
    asked: requested !== null,
  };
};

const sharesOf = (counts: Float64Array): Float64Array => {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / rows);
};

const countsOver = (tables: readonly ClassTable[]): Float64Array => {
  const total = classCounts(tables[0]);
  for (const table of tables.slice(1)) classCounts(table).forEach((count, k) => (total[k] += count));
  return total;
};

const rowsOf = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);

const sharesGap = async (its: Classed, { rng }: ScoreContext, pace: Pace): Promise<Measured> => {
  const counts = countsOver(its.marks.value);
  const rows = rowsOf(counts);
  const value = totalVariation(its.requested, counts);
  const random = rng.fork('shares');
  const ends = counts.slice();
  for (let k = 1; k < ends.length; k++) ends[k] += ends[k - 1];
  const [spread] = await bootstrapSpreads(replicates, pace, () => {
    const redrawn = new Float64Array(counts.length);
    for (let row = 0; row < rows; row++) {
      const at = random.int(rows);
      redrawn[ends.findIndex((end) => at < end)]++;
    }
    return [totalVariation(its.requested, redrawn)];
  });
  const held = its.asked ? [] : its.marks.ceiling;
  return {
    value,
    interval: intervalOf(value, spread),
    target: { bound: mixGap, better: 'lower' },
    ceiling: held.length > 0 ? totalVariation(its.requested, classCounts(held[0])) : NaN,
    floor: its.asked
      ? totalVariation(its.requested, classCounts(its.real))
      : totalVariation(
          its.requested,
          its.requested.map((share) => (share > 0 ? 1 : 0)),
        ),
    note: its.asked
      ? 'Against the mix that was asked for; the floor is the real mix.'
      : 'Against the real mix; the floor has all classes equal.',
    rows,
  };
};

const mostWanting = (its: Classed): Measured => {
  const counts = countsOver(its.marks.value);
  const [rows, wanted, made] = [rowsOf(counts), sharesOf(its.requested), sharesOf(counts)];
  const ratios = Array.from(wanted, (share, k) => (share > 0 ? made[k] / share : Infinity));
  const worst = ratios.indexOf(Math.min(...ratios));
  const [low, high] = wilsonInterval(counts[worst], rows);
  return {
    value: ratios[worst],
    interval: [low / wanted[worst], high / wanted[worst]],
    target: { bound: smallestRatio, better: 'higher' },
    note: `“${its.labels[worst]}”.`,
    rows,
  };
};

const likeness = async (its: Classed, { rng }: ScoreContext, pace: Pace): Promise<Measured> => {
  const { real, marks } = its;
  const over = (tables: readonly ClassTable[]): number =>
    meanOf(tables.map((table) => meanOf(withinClassDistances(real, table))));
  const { value, ceiling, floor } = {
    value: over(marks.value),
    ceiling: over(marks.ceiling),
    floor: over(marks.floor),
  };
  if (Number.isNaN(value)) return notAssessed('No class has enough rows in both tables.');
  const random = rng.fork('within');
  const [spread] = await bootstrapSpreads(replicates, pace, () => [
    meanOf(withinClassDistances(redrawnTable(real, random), redrawnTable(marks.value[0], random))),
  ]);
  return {
    value,
    interval: intervalOf(value, spread),
    target: boundBetween(similarityTarget, ceiling, floor),
    ceiling,
    floor,
    rows: real.classes.codes.length + marks.value[0].classes.codes.length,
  };
};

const diversitiesOf = (its: Classed, made: ClassTable | undefined, { rng }: ScoreContext): number[][] =>
  its.labels.map((label, code) =>
    made ? diversityRatios(its.real, made, code, diversityDraws, rng.fork(`diversity ${label}`)) : [],
  );

/** Of half samples, whose spread is about the error of the whole (Shao and Wu 1989, delete-half jackknife). */
const diversity = (its: Classed, context: ScoreContext): Measured => {
  const ratios = diversitiesOf(its, its.marks.value[0], context);
  const means = ratios.map(meanOf);
  const least = means.reduce((at, mean, k) => (Number.isNaN(means[at]) || mean < means[at] ? k : at), 0);
  if (Number.isNaN(means[least])) return notAssessed('No class has enough rows in both tables.');
  const error = z95 * deviation(ratios[least]);
  const ceiling = Math.min(
    ...diversitiesOf(its, its.marks.ceiling[0], context).map(meanOf).filter(Number.isFinite),
  );
  const best = Number.isFinite(ceiling) ? Math.min(1, ceiling) : 1;
  return {
    value: means[least],
    interval: [Math.max(0, means[least] - error), means[least] + error],
    target: { bound: similarityTarget * best, better: 'higher' },
    ceiling: Number.isFinite(ceiling) ? ceiling : NaN,
    note: `“${its.labels[least]}”.`,
    rows: its.real.classes.codes.length + its.marks.value[0].classes.codes.length,
  };
};

const rare = async (panel: Panel, { rng }: ScoreContext, pace: Pace): Promise<Measured> => {
  const over = (samples: readonly Sample[]): number =>
    meanOf(samples.map((sample) => rareCoverage(panel.real, sample, null)));
  const value = over(panel.synthetic);
  if (Number.isNaN(value)) return notAssessed('No category is rare in the real rows.', panel.rows);
  const random = rng.fork('rare');
  const [spread] = await bootstrapSpreads(replicates, pace, () => [
    rareCoverage(panel.real, panel.synthetic[0], random),
  ]);
  const ceiling = over(panel.holdout);
  return {
    value,
    interval: intervalOf(value, spread),
    target: { bound: similarityTarget * (Number.isNaN(ceiling) ? 1 : ceiling), better: 'higher' },
    ceiling,
    rows: panel.rows,
  };
};

const detailsOf = (its: Classed, context: ScoreContext): BalanceDetails => {
  const counts = countsOver(its.marks.value);
  const real = classCounts(its.real);
  const [requested, truth, made] = [its.requested, real, counts].map(sharesOf);
  const distances = withinClassDistances(its.real, its.marks.value[0]);
  const ratios = diversitiesOf(its, its.marks.value[0], context).map(meanOf);
  const used = its.labels.map((_, k) => k).filter((k) => truth[k] + requested[k] + made[k] > 0);
  const of = (shares: Float64Array): number[] => used.map((k) => shares[k]);
  return {
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

const noClasses = 'No column of categories is marked as the target, so there are no classes.';

/**
 * Whether classes have the shares they should, and are as rich within as the real ones.
 * @param requested the mix that was asked for, shares by label; null for the real one.
 * Throws `stopped` when cancelled; anything else that fails becomes a figure of status `error`.
 */
export async function assessBalance(
  tables: ScoredTables,
  schema: TableSchema,
  context: ScoreContext,
  requested: ClassShares | null = null,
): Promise<BalanceAssessment> {
  const { rng, control, now } = context;
  const pace = new Pace(control, now);
  const panel = await panelOf(tables, schema, rng.fork('panel'), pace);
  const its = shared(async () => classed(panel, schema, requested));
  const ofClasses =
    (measure: (classes: Classed) => Measured | Promise<Measured>) => async (): Promise<Measured> => {
      const classes = await its();
      return classes === null ? notAssessed(noClasses, panel.rows) : measure(classes);
    };
  const wanted: FigureRow[] = [
    [specs.shares, ofClasses((classes) => sharesGap(classes, context, pace))],
    [specs.smallest, ofClasses(mostWanting)],
    [specs.withinClass, ofClasses((classes) => likeness(classes, context, pace))],
    [specs.diversity, ofClasses((classes) => diversity(classes, context))],
    [specs.rareCategories, () => rare(panel, context, pace)],
  ];
  const figures = await measureAll(wanted, context);
  const classes = await orNull(its());
  const none: BalanceDetails = { classes: null, column: null, imbalance: null, entropy: null };
  return { figures, details: classes === null ? none : detailsOf(classes, context) };
}
