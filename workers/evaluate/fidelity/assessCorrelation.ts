import type { Rng } from '../../random/rng.ts';
import type { TableSchema } from '../../schema/types.ts';
import { takeFloat } from '../../table/takeRows.ts';
import type { Figure } from '../assessment.ts';
import { takeCodes } from '../coded.ts';
import {
  againstMarks,
  measureAll,
  notAssessed,
  orNull,
  shared,
  type FigureRow,
  type FigureSpec,
  type Measured,
} from '../figures.ts';
import { Pace } from '../pace.ts';
import { association, pairTables, type PairColumn, type PairTables } from '../pairs.ts';
import { mapMarks, meanOf, panelOf, referenced, type ScoredTables } from '../panel.ts';
import type { ScoreContext } from '../scorecard.ts';
import { bootstrapSpreads, drawnRows, intervalOf } from '../statistics/resample.ts';
import { totalVariation } from '../tvDistance.ts';
import type { Referenced } from '../types.ts';
import {
  covariance,
  relativeDifference,
  standardised,
  standardOf,
  type CovarianceRow,
  type Standard,
} from './covariance.ts';
import { marginal, pairCliques, tripleCliques, type Clique } from './marginals.ts';

/** How far of the way from the floor to the ceiling a distance should be. */
export const correlationTarget = 0.8;

const replicates = 15;
const mostPairs = 200;
const mostTriples = 40;
/** Pairs, and triples, over which the spread of their mean is taken: those of all hang together. */
const mostRedrawn = 30;
/** Pairs of columns count as related from this Pearson, Cramér's V or correlation ratio on, either sign. */
const related = 0.3;

/** The distance of one pair or triple of columns. */
export interface CliqueDistance {
  readonly columns: readonly string[];
  readonly distance: Referenced;
}

/** Null for a part that failed: its figure says why. */
export interface CorrelationDetails {
  /** Worst first, by distance beyond the ceiling. */
  readonly pairs: readonly CliqueDistance[] | null;
  readonly triples: readonly CliqueDistance[] | null;
  /** Absolute difference of association of related pairs, worst first. */
  readonly related: readonly CliqueDistance[] | null;
  readonly covariances: readonly CovarianceRow[];
}

export interface CorrelationAssessment {
  readonly figures: readonly Figure[];
  readonly details: CorrelationDetails;
}

const spec = (id: string, label: string, meaning: string): FigureSpec => ({
  id: `correlation.${id}`,
  card: 'correlation',
  unit: 'score',
  label,
  meaning,
});

const specs = {
  related: spec(
    'related',
    'Related columns',
    'How much the association of columns that go together in the real rows is off, 0 to 1, as the mean over such pairs.',
  ),
  pairs: spec(
    'pairs',
    'Pairs of columns',
    'Share of rows that would have to change for pairs of columns to be distributed as in the real rows, as the mean over pairs.',
  ),
  triples: spec(
    'triples',
    'Three columns at once',
    'The same for three columns at a time: relations that no pair shows.',
  ),
  covariance: spec(
    'covariance',
    'Covariance',
    'Size of the difference of the covariance matrices of numbers, relative to the real one.',
  ),
} as const;

type Columns = readonly PairColumn[];

/** What is compared, and how. */
interface Plan {
  readonly pairs: readonly Clique[];
  readonly triples: readonly Clique[];
  readonly related: readonly Clique[];
  readonly numeric: readonly number[];
  readonly standard: Standard;
}

const numbersOf = (columns: Columns, numeric: readonly number[]): Float64Array[] =>
  numeric.map((c) => columns[c].values ?? new Float64Array());

const planOf = (real: Columns, rng: Rng): Plan => {
  const pairs = pairCliques(real.length, mostPairs, rng.fork('pairs'));
  const varies = (values: Float64Array | null): boolean =>
    values !== null && standardOf([values]).deviation[0] > 0;
  const numeric = real.flatMap(({ values }, c) => (varies(values) ? [c] : []));
  return {
    pairs,
    triples: tripleCliques(real, mostTriples, rng.fork('triples')),
    related: pairs.filter(([i, j]) => Math.abs(association(real[i], real[j])) >= related),
    numeric,
    standard: standardOf(numbersOf(real, numeric)),
  };
};

/** The distance of a table from the real one in one clique; what it needs of the real one is computed once. */
type ToReal = (other: Columns) => number;

const marginalGap = (real: Columns, clique: Clique): ToReal => {
  const truth = marginal(real, clique);
  return (other) => totalVariation(truth, marginal(other, clique));
};

/** An association that is undefined in the other table (a column became constant) counts as lost. */
const associationGap = (real: Columns, [i, j]: Clique): ToReal => {
  const truth = association(real[i], real[j]);
  return (other) => Math.abs(truth - (association(other[i], other[j]) || 0));
};

const covarianceOf = (columns: Columns, { numeric, standard }: Plan) =>
  covariance(standardised(numbersOf(columns, numeric), standard));

/** Rows drawn anew, the same of all columns. */
const redrawn = (columns: Columns, rng: Rng): PairColumn[] => {
  const index = drawnRows(columns[0].codes.length, rng);
  return columns.map(({ codes, values, ...column }) => ({
    ...column,
    codes: takeCodes(codes, index),
    values: values && takeFloat(values, index),
  }));
};

/** `most` of a list at most, evenly over it. */
const spreadOut = <T>(list: readonly T[], most: number): T[] =>
  list.filter(
    (_, at) => Math.floor((at * most) / list.length) !== Math.floor(((at - 1) * most) / list.length),
  );

/** The four figures of one table held against the real one. */
const figuresOf = (real: Columns, other: Columns, plan: Plan): number[] => [
  meanOf(plan.related.map((clique) => associationGap(real, clique)(other))),
  meanOf(plan.pairs.map((clique) => marginalGap(real, clique)(other))),
  meanOf(plan.triples.map((clique) => marginalGap(real, clique)(other))),
  plan.numeric.length > 1 ? relativeDifference(covarianceOf(real, plan), covarianceOf(other, plan)) : NaN,
];

const excessOf = ({ distance: { value, ceiling } }: CliqueDistance): number =>
  Number.isNaN(ceiling) ? value : value - ceiling;

/** Each clique's distance at every mark, worst first. */
const distancesOf = async (
  { real, candidates }: PairTables,
  cliques: readonly Clique[],
  distance: (real: Columns, clique: Clique) => ToReal,
  pace: Pace,
): Promise<CliqueDistance[]> => {
  const found: CliqueDistance[] = [];
  for (const clique of cliques) {
    found.push({
      columns: clique.map((c) => real[c].name),
      distance: referenced(candidates, distance(real, clique)),
    });
    await pace.breathe();
  }
  return found.sort((a, b) => excessOf(b) - excessOf(a));
};

const covarianceRows = ({ real, candidates }: PairTables, plan: Plan): CovarianceRow[] => {
  const truth = covarianceOf(real, plan);
  const others = mapMarks(candidates, (columns) => covarianceOf(columns, plan));
  const { numeric } = plan;
  const at = (i: number, j: number): number => i * truth.size + j;
  return numeric.flatMap((first, i) =>
    numeric.slice(0, i + 1).map((second, j) => ({
      columns: [real[first].name, real[second].name] as const,
      real: truth.values[at(i, j)],
      synthetic: meanOf(others.value.map(({ values }) => values[at(i, j)])),
      holdout: meanOf(others.ceiling.map(({ values }) => values[at(i, j)])),
    })),
  );
};

/** One figure from its marks. */
const measuredOf = (
  marks: Referenced,
  spread: number,
  most: number,
  rows: number,
  note?: string,
): Measured => ({
  ...marks,
  interval: intervalOf(marks.value, spread, most),
  ...againstMarks(correlationTarget, marks, note),
  rows,
});

/** What the figures are made from, each computed when first asked for. */
interface Work {
  readonly paired: PairTables;
  readonly plan: Plan;
  readonly rows: number;
  readonly spreads: () => Promise<number[]>;
  readonly related: () => Promise<CliqueDistance[]>;
  readonly pairs: () => Promise<CliqueDistance[]>;
  readonly triples: () => Promise<CliqueDistance[]>;
}

const workOn = (paired: PairTables, rows: number, rng: Rng, pace: Pace): Work => {
  const { real, candidates } = paired;
  const plan = planOf(real, rng);
  const part: Plan = {
    ...plan,
    pairs: spreadOut(plan.pairs, mostRedrawn),
    triples: spreadOut(plan.triples, mostRedrawn),
    related: spreadOut(plan.related, mostRedrawn),
  };
  const random = rng.fork('redraw');
  return {
    paired,
    plan,
    rows,
    spreads: shared(() =>
      bootstrapSpreads(replicates, pace, () =>
        figuresOf(redrawn(real, random), redrawn(candidates.value[0], random), part),
      ),
    ),
    related: shared(() => distancesOf(paired, plan.related, associationGap, pace)),
    pairs: shared(() => distancesOf(paired, plan.pairs, marginalGap, pace)),
    triples: shared(() => distancesOf(paired, plan.triples, marginalGap, pace)),
  };
};

/** Mean over pairs or triples; `at` is the place of its spread. */
const overCliques =
  (
    { plan, rows, spreads, ...work }: Work,
    which: 'related' | 'pairs' | 'triples',
    at: number,
    none: string,
  ) =>
  async (): Promise<Measured> => {
    const { length } = plan[which];
    if (length === 0) return notAssessed(none, rows);
    const marks = meanMarks(await work[which]());
    return measuredOf(marks, (await spreads())[at], 1, rows, `${length} combinations of columns.`);
  };

const covarianceMeasured = async ({ paired, plan, rows, spreads }: Work): Promise<Measured> => {
  if (plan.numeric.length < 2) return notAssessed('There are fewer than two columns of numbers.', rows);
  const truth = covarianceOf(paired.real, plan);
  const marks = referenced(paired.candidates, (columns) =>
    relativeDifference(truth, covarianceOf(columns, plan)),
  );
  return measuredOf(marks, (await spreads())[3], Infinity, rows);
};

const meanMarks = (distances: readonly CliqueDistance[]): Referenced => ({
  value: meanOf(distances.map(({ distance }) => distance.value)),
  ceiling: meanOf(distances.map(({ distance }) => distance.ceiling)),
  floor: meanOf(distances.map(({ distance }) => distance.floor)),
});

/**
 * How well relations between columns are kept; the floor has every column shuffled on its own.
 * Throws `stopped` when cancelled; anything else that fails becomes a figure of status `error`.
 */
export async function assessCorrelation(
  tables: ScoredTables,
  schema: TableSchema,
  context: ScoreContext,
): Promise<CorrelationAssessment> {
  const { rng, control, now } = context;
  const pace = new Pace(control, now);
  const panel = await panelOf(tables, schema, rng.fork('panel'), pace);
  const paired = await pairTables(panel, pace);
  const work = workOn(paired, panel.real.rows + panel.rows, rng, pace);
  const wanted: FigureRow[] = [
    [specs.related, overCliques(work, 'related', 0, 'No two columns go together much in the real rows.')],
    [specs.pairs, overCliques(work, 'pairs', 1, 'There is one column only.')],
    [specs.triples, overCliques(work, 'triples', 2, 'There are fewer than three columns.')],
    [specs.covariance, () => covarianceMeasured(work)],
  ];
  const figures = await measureAll(wanted, context);
  return {
    figures,
    details: {
      pairs: await orNull(work.pairs()),
      triples: await orNull(work.triples()),
      related: await orNull(work.related()),
      covariances: covarianceRows(paired, work.plan),
    },
  };
}
