import { againstMarks, notAssessed, type FigureSpec, type Measured } from '../figures.ts';
import { meanReferenced, type Panel } from '../panel.ts';
import { z95 } from '../statistics/normal.ts';
import { intervalOf } from '../statistics/resample.ts';
import type { Referenced } from '../types.ts';
import type { MeanDiscrepancy } from './meanDiscrepancy.ts';
import { equivalentShare, freshShare, type SampleError } from './sampleShare.ts';
import type { ComparedColumn } from './similarityColumns.ts';

/** How far of the way from the floor to the ceiling a distance should be. */
export const similarityTarget = 0.85;
/** The same for whole rows, where a few hundred of them tell little smaller steps apart. */
const rowTarget = 0.6;

const spec = (id: string, unit: FigureSpec['unit'], label: string, meaning: string): FigureSpec => ({
  id: `similarity.${id}`,
  card: 'similarity',
  unit,
  label,
  meaning,
});

export const specs = {
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

const marked = (marks: Referenced, spread: number, rows: number, note?: string): Measured => ({
  ...marks,
  interval: intervalOf(marks.value, spread),
  ...againstMarks(similarityTarget, marks, note),
  rows,
});

/** All columns, the one that is farthest off, and the spreads of mean divergence, its divergence and mean distance. */
export interface ComparedColumns {
  readonly columns: readonly ComparedColumn[];
  readonly worst: ComparedColumn;
  readonly spreads: readonly number[];
}

export const divergenceMeasured = ({ columns, spreads }: ComparedColumns, rows: number): Measured =>
  marked(meanReferenced(columns.map(({ jensenShannon }) => jensenShannon)), spreads[0], rows);

export const worstMeasured = ({ worst, spreads }: ComparedColumns, rows: number): Measured =>
  marked(worst.jensenShannon, spreads[1], rows, `“${worst.column}”.`);

export const wassersteinMeasured = ({ columns, spreads }: ComparedColumns, rows: number): Measured => {
  const marks = meanReferenced(columns.map(({ wasserstein }) => wasserstein));
  return Number.isNaN(marks.value)
    ? notAssessed('There is no numeric column.', rows)
    : marked(marks, spreads[2], rows);
};

export const coverageMeasured = ({ columns }: ComparedColumns, rows: number): Measured => ({
  ...meanReferenced(columns.map(({ coverage }) => coverage)),
  rows,
});

export const mmdMeasured = ({
  mmd,
  standardError,
  pValue,
  ceiling,
  floor,
  rows,
}: MeanDiscrepancy): Measured => ({
  value: mmd,
  interval: [mmd - z95 * standardError, mmd + z95 * standardError],
  ceiling,
  floor,
  ...againstMarks(
    rowTarget,
    { ceiling: Math.max(0, ceiling), floor },
    `Chance of a value as large with rows of the same source: ${pValue < 0.01 ? 'below 1 %' : `${Math.round(100 * pValue)} %`}.`,
  ),
  rows: 2 * rows,
});

/** Errors over pairs of columns: of the synthetic table, and of samples of the real rows. */
export interface SampleErrors {
  readonly error: number;
  readonly errors: readonly SampleError[];
}

export const sampleShareMeasured = (samples: SampleErrors | null, { real, pictured }: Panel): Measured => {
  const rows = real.rows + pictured.rows;
  return samples === null
    ? notAssessed('There is one column only.', rows)
    : {
        value: equivalentShare(samples.error, samples.errors),
        ceiling: freshShare(real.rows, pictured.rows),
        note: 'The ceiling is what as many fresh real rows would reach.',
        rows,
      };
};
