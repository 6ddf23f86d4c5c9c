import { binningOf, type ScoredColumn } from '../binning.ts';
import type { Coded } from '../coded.ts';
import { mapMarks, meanOf, referenced, type Marks, type Panel } from '../panel.ts';
import type { Pace } from '../pace.ts';
import type { Referenced } from '../types.ts';
import { categoryCoverage, rangeCoverage } from './coverage.ts';
import { codeCounts, jensenShannon } from './jensenShannon.ts';
import { ascendingOf, spreadOf, wasserstein, type Ascending } from './wasserstein.ts';

/** How alike one column is in the two tables. */
export interface ColumnSimilarity {
  readonly column: string;
  /** Bits, 0..1: quantile bins of the real rows, missing a bin of its own. */
  readonly jensenShannon: Referenced;
  /** In units of the real interquartile range (standard deviation where that is 0), at most 1. NaN for categories. */
  readonly wasserstein: Referenced;
  /** Share of the real categories, or of the real range, that is there. Floor NaN. */
  readonly coverage: Referenced;
}

/** What a bootstrap of one column needs. */
interface Redrawn {
  readonly real: Coded;
  readonly synthetic: Coded;
  readonly ascending: {
    readonly real: Ascending;
    readonly synthetic: Ascending;
    readonly spread: number;
  } | null;
}

export interface ComparedColumn extends ColumnSimilarity {
  readonly redrawn: Redrawn;
}

const mostSpreads = 1;
const inSpreads = (distance: number, spread: number): number => Math.min(mostSpreads, distance / spread);

const sizeOf = ({ codes, size }: Coded, weights: Uint8Array | null): Float64Array =>
  codeCounts(codes, size, weights);

export const divergence = (
  real: Coded,
  other: Coded,
  realWeights: Uint8Array | null = null,
  otherWeights: Uint8Array | null = null,
): number => jensenShannon.compute(sizeOf(real, realWeights), sizeOf(other, otherWeights));

const coverageOf = (real: ScoredColumn, other: ScoredColumn): number => {
  if (real.type === 'category')
    return other.type === 'category' ? categoryCoverage(real.codes, other.codes) : NaN;
  return other.type === 'category' ? NaN : rangeCoverage(real.values, other.values);
};

const numberDistances = (
  real: ScoredColumn,
  candidates: Marks<ScoredColumn>,
): { referenced: Referenced; ascending: Redrawn['ascending'] } | null => {
  if (real.type === 'category') return null;
  const ascending = ascendingOf(real.values);
  const spread = spreadOf(ascending);
  const others = mapMarks(candidates, (column) =>
    ascendingOf(column.type === 'category' ? new Float64Array() : column.values),
  );
  return {
    referenced: referenced(others, (other) => inSpreads(wasserstein(ascending, other), spread)),
    ascending: { real: ascending, synthetic: others.value[0], spread },
  };
};

const undefinedMarks: Referenced = { value: NaN, ceiling: NaN, floor: NaN };

const compare = (real: ScoredColumn, candidates: Marks<ScoredColumn>): ComparedColumn => {
  const binning = binningOf(real);
  const coded = binning(real);
  const codes = mapMarks(candidates, binning);
  const numbers = numberDistances(real, candidates);
  return {
    column: real.name,
    jensenShannon: referenced(codes, (other) => divergence(coded, other)),
    wasserstein: numbers?.referenced ?? undefinedMarks,
    coverage: { ...referenced(candidates, (other) => coverageOf(real, other)), floor: NaN },
    redrawn: { real: coded, synthetic: codes.value[0], ascending: numbers?.ascending ?? null },
  };
};

/** Each column of the panel against its candidates; the floor is a uniform draw over its domain. */
export async function compareColumns(panel: Panel, pace: Pace): Promise<ComparedColumn[]> {
  const candidates = { value: panel.synthetic, ceiling: panel.holdout, floor: [panel.uniform] };
  const compared: ComparedColumn[] = [];
  for (const [at, real] of panel.real.columns.entries()) {
    compared.push(
      compare(
        real,
        mapMarks(candidates, (sample) => sample.columns[at]),
      ),
    );
    await pace.breathe();
  }
  return compared;
}

/** Mean divergence, divergence of the column `worst` and mean distance with rows drawn anew. */
export const redraw = (
  columns: readonly ComparedColumn[],
  worst: number,
  real: Uint8Array,
  synthetic: Uint8Array,
): number[] => {
  const bits = columns.map(({ redrawn }) => divergence(redrawn.real, redrawn.synthetic, real, synthetic));
  const distances = columns.flatMap(({ redrawn: { ascending } }) =>
    ascending
      ? [inSpreads(wasserstein(ascending.real, ascending.synthetic, real, synthetic), ascending.spread)]
      : [],
  );
  return [meanOf(bits), bits[worst], meanOf(distances)];
};

/** How far a column is from its ceiling, or from 0 without one. */
export const excessOf = ({ jensenShannon: { value, ceiling } }: ColumnSimilarity): number =>
  Number.isNaN(ceiling) ? value : value - ceiling;

export const worstColumn = (columns: readonly ColumnSimilarity[]): number =>
  columns.reduce((worst, column, at) => (excessOf(column) > excessOf(columns[worst]) ? at : worst), 0);
