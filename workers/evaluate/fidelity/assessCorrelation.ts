import type { Rng } from '../../random/rng.ts';
import type { TableSchema } from '../../schema/types.ts';
import type { Figure } from '../assessment.ts';
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
import { association, pairTables, type PairColumn, type PairTables } from '../pairs.ts';
import { mapMarks, meanOf, panelOf, referenced, type ScoredTables } from '../panel.ts';
import type { ScoreContext } from '../scorecard.ts';
import { bootstrapSpreads, intervalOf } from '../statistics/resample.ts';
import type { Referenced } from '../types.ts';
import {
  covariance,
  relativeDifference,
  standardised,
  standardOf,
  type CovarianceRow,
  type Standard,
} from './covariance.ts';
import { marginalDistance, pairCliques, tripleCliques, type Clique } from './marginals.ts';

/** How far of the way from the floor to the ceiling a distance should be. */
export const correlationTarget = 0.8;

const replicates = 30;
const mostPairs = 200;
const mostTriples = 40;
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
  readonly covariances: readonly CovarianceRow[] | null;
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

/** An association that is undefined in the other table (a column became constant) counts as lost. */
const associationGap = (real: Columns, other: Columns, [i, j]: Clique): number =>
  Math.abs(association(real[i], real[j]) - (association(other[i], other[j]) || 0));

const covarianceOf = (columns: Columns, { numeric, standard }: Plan) =>
  covariance(standardised(numbersOf(columns, numeric), standard));

/** Rows drawn anew, the same of all columns. */
const redrawn = (columns: Columns, rng: Rng): PairColumn[] => {
  const { length } = columns[0].codes;
  const index = Int32Array.from({ length }, () => rng.int(length));
  return columns.map(({ codes, values, ...column }) => ({
    ...column,
    codes: Uint8Array.from(index, (row) => codes[row]),
    values: values && Float64Array.from(index, (row) => values[row]),
  }));
};

/** The four figures of one table held against the real one. */
const figuresOf = (real: Columns, other: Columns, plan: Plan): number[] => [
  meanOf(plan.related.map((clique) => associationGap(real, other, clique))),
  meanOf(plan.pairs.map((clique) => marginalDistance(real, other, clique))),
  meanOf(plan.triples.map((clique) => marginalDistance(real, other, clique))),
  plan.numeric.length > 1 ? relativeDifference(covarianceOf(real, plan), covarianceOf(other, plan)) : NaN,
];

const excessOf = ({ distance: { value, ceiling } }: CliqueDistance): number =>
  Number.isNaN(ceiling) ? value : value - ceiling;

/** Each clique's distance at every mark, worst first. */
const distancesOf = async (
  { real, candidates }: PairTables,
  cliques: readonly Clique[],
  distance: (real: Columns, other: Columns, clique: Clique) => number,
  pace: Pace,
): Promise<CliqueDistance[]> => {
  const found: CliqueDistance[] = [];
  for (const clique of cliques) {
    found.push({
      columns: clique.map((c) => real[c].name),
      distance: referenced(candidates, (other) => distance(real, other, clique)),
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
  const { real, candidates } = paired;
  const plan = planOf(real, rng);
  const random = rng.fork('redraw');
  const spreads = shared(() =>
    bootstrapSpreads(replicates, pace, () =>
      figuresOf(redrawn(real, random), redrawn(candidates.value[0], random), plan),
    ),
  );
  const distances = {
    related: shared(() => distancesOf(paired, plan.related, associationGap, pace)),
    pairs: shared(() => distancesOf(paired, plan.pairs, marginalDistance, pace)),
    triples: shared(() => distancesOf(paired, plan.triples, marginalDistance, pace)),
  };
  const rows = panel.real.rows + panel.rows;
  const measured = async (marks: Referenced, at: number, most: number, note?: string): Promise<Measured> => ({
    ...marks,
    interval: intervalOf(marks.value, (await spreads())[at], most),
    target: boundBetween(correlationTarget, marks.ceiling, marks.floor),
    note,
    rows,
  });
  const overCliques =
    (cliques: readonly Clique[], its: () => Promise<CliqueDistance[]>, at: number, none: string) =>
    async (): Promise<Measured> =>
      cliques.length === 0
        ? notAssessed(none, rows)
        : measured(meanMarks(await its()), at, 1, `${cliques.length} combinations of columns.`);
  const wanted: FigureRow[] = [
    [
      specs.related,
      overCliques(plan.related, distances.related, 0, 'No two columns go together much in the real rows.'),
    ],
    [specs.pairs, overCliques(plan.pairs, distances.pairs, 1, 'There is one column only.')],
    [specs.triples, overCliques(plan.triples, distances.triples, 2, 'There are fewer than three columns.')],
    [
      specs.covariance,
      async () => {
        if (plan.numeric.length < 2) return notAssessed('There are fewer than two columns of numbers.', rows);
        const truth = covarianceOf(real, plan);
        const marks = referenced(candidates, (columns) =>
          relativeDifference(truth, covarianceOf(columns, plan)),
        );
        return measured(marks, 3, Infinity);
      },
    ],
  ];
  const figures = await measureAll(wanted, context);
  return {
    figures,
    details: {
      pairs: await orNull(distances.pairs()),
      triples: await orNull(distances.triples()),
      related: await orNull(distances.related()),
      covariances: covarianceRows(paired, plan),
    },
  };
}
