import type { TableSchema } from '../../schema/types.ts';
import type { Figure } from '../assessment.ts';
import { binningOf } from '../binning.ts';
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
import { meanReferenced, panelOf, type Panel, type ScoredTables } from '../panel.ts';
import { subsample, scored, type Sample } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { bootstrapSpreads, intervalOf, resampled } from '../statistics/resample.ts';
import { kernelCoder, squaredDistances } from './kernelRows.ts';
import { marginalDistance, pairCliques } from './marginals.ts';
import { manyBandwidths, medianGamma, mmdTest, mmdUnbiased, type MmdTest } from './mmd.ts';
import { equivalentShare, freshShare, sampleErrors, type SampleError } from './sampleShare.ts';
import { compareColumns, excessOf, redraw, worstColumn, type ColumnSimilarity } from './similarityColumns.ts';
import { summaryOf, type SummaryRow } from './summary.ts';

/** How far of the way from the floor to the ceiling a distance should be. */
export const similarityTarget = 0.85;

const replicates = 50;
const permutations = 200;
/** Rows of each table between which kernels are computed: time grows with the square. */
const kernelRows = 800;
const mostPairs = 100;

export interface MeanDiscrepancy extends MmdTest {
  readonly ceiling: number;
  readonly floor: number;
  /** Rows of each table. */
  readonly rows: number;
}

/** Null for a part that failed: its figure says why. */
export interface SimilarityDetails {
  /** Worst first, by divergence beyond the ceiling. */
  readonly columns: readonly ColumnSimilarity[] | null;
  readonly summaries: readonly SummaryRow[];
  readonly mmd: MeanDiscrepancy | null;
  readonly samples: { readonly error: number; readonly errors: readonly SampleError[] } | null;
}

export interface SimilarityAssessment {
  readonly figures: readonly Figure[];
  readonly details: SimilarityDetails;
}

const spec = (id: string, unit: FigureSpec['unit'], label: string, meaning: string): FigureSpec => ({
  id: `similarity.${id}`,
  card: 'similarity',
  unit,
  label,
  meaning,
});

const specs = {
  jensenShannon: spec(
    'jensenShannon',
    'score',
    'Jensen-Shannon divergence, mean',
    'How different the shares of values are, in bits from 0 (the same) to 1 (nothing in common), as the mean over columns.',
  ),
  worstColumn: spec(
    'worstColumn',
    'score',
    'Jensen-Shannon divergence, worst column',
    'The same for the column that is farthest from what held-out real rows reach.',
  ),
  wasserstein: spec(
    'wasserstein',
    'score',
    'Wasserstein distance, mean',
    'How far numbers would have to be moved to get the real distribution, in units of its middle half; 1 at most a column.',
  ),
  mmd: spec(
    'mmd',
    'number',
    'Maximum mean discrepancy',
    'How different whole rows are, all columns at once: around 0 for rows of the same source, below 0 too.',
  ),
  coverage: spec(
    'coverage',
    'share',
    'Coverage',
    'Share of the real categories, and of the real range of numbers, that the synthetic rows reach. All of it means that extremes are kept too, which costs privacy.',
  ),
  sampleShare: spec(
    'sampleShare',
    'share',
    'As good as a sample of',
    'A random sample with this share of the real rows has the same error over pairs of columns as the synthetic table.',
  ),
} as const;

const marked = (
  marks: { value: number; ceiling: number; floor: number },
  spread: number,
  rows: number,
  note?: string,
): Measured => ({
  ...marks,
  interval: intervalOf(marks.value, spread),
  target: boundBetween(similarityTarget, marks.ceiling, marks.floor),
  note,
  rows,
});

const compared = async (panel: Panel, { rng }: ScoreContext, pace: Pace) => {
  const columns = await compareColumns(panel, pace);
  const worst = worstColumn(columns);
  const random = rng.fork('redraw');
  const spreads = await bootstrapSpreads(replicates, pace, () =>
    redraw(columns, worst, resampled(panel.real.rows, random), resampled(panel.rows, random)),
  );
  return { columns, worst: columns[worst], spreads };
};

const discrepancy = async (panel: Panel, { rng }: ScoreContext, pace: Pace): Promise<MeanDiscrepancy> => {
  const rows = Math.min(kernelRows, panel.rows);
  const coder = kernelCoder(panel.real);
  const coded = (sample: Sample, purpose: string) =>
    coder(scored(subsample(sample, rows, rng.fork(purpose))));
  const real = coded(panel.real, 'kernel real');
  const squaresTo = async (sample: Sample): Promise<Float64Array> => {
    await pace.breathe();
    return squaredDistances(real, coded(sample, 'kernel other'));
  };
  const squares = await squaresTo(panel.synthetic[0]);
  const gamma = medianGamma(squares, real.count + rows);
  const kernel = (its: Float64Array) => manyBandwidths(its, real.count, rows, gamma);
  const ceiling = panel.holdout.length > 0 ? mmdUnbiased(kernel(await squaresTo(panel.holdout[0]))) : NaN;
  const floor = mmdUnbiased(kernel(await squaresTo(panel.shuffled)));
  return {
    ...(await mmdTest(kernel(squares), permutations, rng.fork('permute'), pace)),
    ceiling,
    floor,
    rows,
  };
};

const mmdMeasured = ({ mmd, standardError, pValue, ceiling, floor, rows }: MeanDiscrepancy): Measured => ({
  value: mmd,
  interval: [mmd - 1.96 * standardError, mmd + 1.96 * standardError],
  target: boundBetween(similarityTarget, Math.max(0, Number.isNaN(ceiling) ? 0 : ceiling), floor),
  ceiling,
  floor,
  note: `Chance of a value as large with rows of the same source: ${pValue < 0.01 ? 'below 1 %' : `${Math.round(100 * pValue)} %`}.`,
  rows: 2 * rows,
});

const samplesOf = async (panel: Panel, { rng }: ScoreContext, pace: Pace) => {
  const binnings = panel.real.columns.map(binningOf);
  const coded = (sample: Sample) => binnings.map((binning, c) => binning(sample.columns[c]));
  const [real, synthetic] = [coded(panel.real), coded(panel.pictured)];
  const cliques = pairCliques(real.length, mostPairs, rng.fork('pairs'));
  let sum = 0;
  for (const clique of cliques) {
    sum += marginalDistance(real, synthetic, clique);
    await pace.breathe();
  }
  return {
    error: sum / cliques.length,
    errors: await sampleErrors(real, cliques, rng.fork('samples'), pace),
  };
};

const summariesOf = ({ real, pictured }: Panel, holdout: Sample | null): SummaryRow[] =>
  real.columns.flatMap((column, c): SummaryRow[] => {
    const [made, held] = [pictured.columns[c], holdout?.columns[c]];
    if (column.type === 'category' || made.type === 'category') return [];
    return [
      {
        column: column.name,
        type: column.type,
        real: summaryOf(column.values),
        synthetic: summaryOf(made.values),
        holdout: held && held.type !== 'category' ? summaryOf(held.values) : null,
      },
    ];
  });

const withoutRedrawn = ({
  column,
  jensenShannon,
  wasserstein,
  coverage,
}: ColumnSimilarity): ColumnSimilarity => ({
  column,
  jensenShannon,
  wasserstein,
  coverage,
});

/**
 * How alike the tables are column by column and as whole rows.
 * Throws `stopped` when cancelled; anything else that fails becomes a figure of status `error`.
 */
export async function assessSimilarity(
  tables: ScoredTables,
  schema: TableSchema,
  context: ScoreContext,
): Promise<SimilarityAssessment> {
  const { rng, control, now } = context;
  const pace = new Pace(control, now);
  const panel = await panelOf(tables, schema, rng.fork('panel'), pace);
  const columns = shared(() => compared(panel, context, pace));
  const mmd = shared(() => discrepancy(panel, context, pace));
  const samples = shared(() => samplesOf(panel, context, pace));
  const rows = panel.real.rows + panel.rows;
  const wanted: FigureRow[] = [
    [
      specs.jensenShannon,
      async () => {
        const { columns: all, spreads } = await columns();
        return marked(meanReferenced(all.map(({ jensenShannon }) => jensenShannon)), spreads[0], rows);
      },
    ],
    [
      specs.worstColumn,
      async () => {
        const { worst, spreads } = await columns();
        return marked(worst.jensenShannon, spreads[1], rows, `“${worst.column}”.`);
      },
    ],
    [
      specs.wasserstein,
      async () => {
        const { columns: all, spreads } = await columns();
        const marks = meanReferenced(all.map(({ wasserstein }) => wasserstein));
        return Number.isNaN(marks.value)
          ? notAssessed('There is no numeric column.', rows)
          : marked(marks, spreads[2], rows);
      },
    ],
    [specs.mmd, async () => mmdMeasured(await mmd())],
    [
      specs.coverage,
      async () => ({
        ...meanReferenced((await columns()).columns.map(({ coverage }) => coverage)),
        rows,
      }),
    ],
    [
      specs.sampleShare,
      async () => {
        if (panel.real.columns.length < 2) return notAssessed('There is one column only.', rows);
        const { error, errors } = await samples();
        const [real, made] = [panel.real.rows, panel.pictured.rows];
        return {
          value: equivalentShare(error, errors),
          ceiling: freshShare(real, made),
          note: 'The ceiling is what as many fresh real rows would reach.',
          rows: real + made,
        };
      },
    ],
  ];
  const figures = await measureAll(wanted, context);
  const list = (await orNull(columns()))?.columns.map(withoutRedrawn) ?? null;
  return {
    figures,
    details: {
      columns: list?.sort((a, b) => excessOf(b) - excessOf(a)) ?? null,
      summaries: summariesOf(panel, panel.holdout[0] ?? null),
      mmd: await orNull(mmd()),
      samples: panel.real.columns.length > 1 ? await orNull(samples()) : null,
    },
  };
}
