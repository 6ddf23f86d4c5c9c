import type { TableSchema } from '../../schema/types.ts';
import type { Figure } from '../assessment.ts';
import { binningOf } from '../binning.ts';
import { measureAll, orNull, shared, type FigureRow } from '../figures.ts';
import { Pace } from '../pace.ts';
import { panelOf, type Panel, type ScoredTables } from '../panel.ts';
import type { Sample } from '../samples.ts';
import type { ScoreContext } from '../scorecard.ts';
import { bootstrapSpreads, resampled } from '../statistics/resample.ts';
import { marginalDistance, pairCliques } from './marginals.ts';
import { meanDiscrepancy, type MeanDiscrepancy } from './meanDiscrepancy.ts';
import { sampleErrors } from './sampleShare.ts';
import { compareColumns, excessOf, redraw, worstColumn, type ColumnSimilarity } from './similarityColumns.ts';
import * as measured from './similarityFigures.ts';
import { summaryOf, type SummaryRow } from './summary.ts';

const replicates = 30;
const mostPairs = 100;

/** Null for a part that failed: its figure says why. */
export interface SimilarityDetails {
  /** Worst first, by divergence beyond the ceiling. */
  readonly columns: readonly ColumnSimilarity[] | null;
  readonly summaries: readonly SummaryRow[];
  readonly mmd: MeanDiscrepancy | null;
  readonly samples: measured.SampleErrors | null;
}

export interface SimilarityAssessment {
  readonly figures: readonly Figure[];
  readonly details: SimilarityDetails;
}

const compared = async (
  panel: Panel,
  { rng }: ScoreContext,
  pace: Pace,
): Promise<measured.ComparedColumns> => {
  const columns = await compareColumns(panel, pace);
  const worst = worstColumn(columns);
  const random = rng.fork('redraw');
  const spreads = await bootstrapSpreads(replicates, pace, () =>
    redraw(columns, worst, resampled(panel.real.rows, random), resampled(panel.rows, random)),
  );
  return { columns, worst: columns[worst], spreads };
};

/** Null with one column. */
const samplesOf = async (
  panel: Panel,
  { rng }: ScoreContext,
  pace: Pace,
): Promise<measured.SampleErrors | null> => {
  if (panel.real.columns.length < 2) return null;
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
  const mmd = shared(() => meanDiscrepancy(panel, context, pace));
  const samples = shared(() => samplesOf(panel, context, pace));
  const rows = panel.real.rows + panel.rows;
  const { specs } = measured;
  const wanted: FigureRow[] = [
    [specs.jensenShannon, async () => measured.divergenceMeasured(await columns(), rows)],
    [specs.worstColumn, async () => measured.worstMeasured(await columns(), rows)],
    [specs.wasserstein, async () => measured.wassersteinMeasured(await columns(), rows)],
    [specs.mmd, async () => measured.mmdMeasured(await mmd())],
    [specs.coverage, async () => measured.coverageMeasured(await columns(), rows)],
    [specs.sampleShare, async () => measured.sampleShareMeasured(await samples(), panel)],
  ];
  const figures = await measureAll(wanted, context);
  const list = (await orNull(columns()))?.columns.map(withoutRedrawn) ?? null;
  return {
    figures,
    details: {
      columns: list?.sort((a, b) => excessOf(b) - excessOf(a)) ?? null,
      summaries: summariesOf(panel, panel.holdout[0] ?? null),
      mmd: await orNull(mmd()),
      samples: await orNull(samples()),
    },
  };
}
