import { correlationOf } from './hermite.ts';
import type { LatentTable } from './latent.ts';
import type { Margin } from './margin.ts';
import { identity, setPair, type Matrix } from './matrix.ts';

/** Least variance of the correlations of a table, so that none is denied altogether. */
const leastSpread = 1e-4;
/** What a correlation of a usual table is about: weighs the pairs when their spread is estimated. */
const usualSpread = 0.05;

/** What was measured of the scores of a table's margins. */
export interface Moments {
  /** E[s_i s_j] over all rows, 0 for an absent value. */
  readonly matrix: Matrix;
  /** Rows behind it. */
  readonly rows: number;
  /** Variance of the noise in an entry; absent where there is none. */
  readonly noise?: (i: number, j: number) => number;
}

interface Pair {
  readonly i: number;
  readonly j: number;
  /** Covariance of the scores among rows that have both values. */
  readonly covariance: number;
  /** Variance of its error over (v_i v_j)^2: that of the correlation, where that is small. */
  readonly error: number;
}

/**
 * Correlations of the latent normals, from moments of what is seen of them: each pair's covariance is drawn towards 0
 * as far as chance and noise would explain it (empirical Bayes, all correlations of the table having one variance),
 * then taken back through the cuts of both margins. Not yet positive definite.
 */
export function latentCorrelations(latent: LatentTable, moments: Moments): Matrix {
  const { margins } = latent;
  const correlations = identity(margins.length);
  const pairs = informativePairs(latent, moments);
  const spread = spreadOf(pairs, margins);
  for (const { i, j, covariance, error } of pairs) {
    const kept = (covariance * spread) / (spread + error);
    setPair(correlations, i, j, correlationOf(kept, margins[i].series, margins[j].series));
  }
  return correlations;
}

function informativePairs({ margins, columns, first }: LatentTable, moments: Moments): Pair[] {
  const { matrix, rows, noise } = moments;
  const { size, values } = matrix;
  const columnOf = columns.flatMap((column, c) => column.margins.map(() => c));
  const pairs: Pair[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const signal = margins[i].variance * margins[j].variance;
      // A value and the flag that it is there are never seen apart.
      if (signal === 0 || columnOf[i] === columnOf[j]) continue;
      const flags = [i, j].map((margin) => flagOf(first[columnOf[margin]], margin, margins));
      const together = presentTogether(margins, flags, matrix, [i, j]);
      const share = Math.max(together, 1 / Math.max(1, rows));
      const chance = signal / (Math.max(1, rows) * share);
      const error = (chance + (noise ? noise(i, j) / share ** 2 : 0)) / signal ** 2;
      pairs.push({ i, j, covariance: values[i * size + j] / share, error });
    }
  }
  return pairs;
}

/** The margin that says whether this value is there, if there is one. */
const flagOf = (first: number, margin: number, margins: readonly Margin[]): number | undefined =>
  margin === first && margins[margin].present < 1 ? first + 1 : undefined;

/**
 * Share of the rows that have both values. A flag's score takes two values, so the moment of two flags is that of the
 * indicators times both gaps between them.
 */
function presentTogether(
  margins: readonly Margin[],
  [a, b]: readonly (number | undefined)[],
  { size, values }: Matrix,
  [i, j]: readonly [number, number],
): number {
  const [p, q] = [margins[i].present, margins[j].present];
  if (a === undefined || b === undefined) return p * q;
  const gap = ({ scores }: Margin): number => scores[1] - scores[0];
  const both = p * q + values[a * size + b] / (gap(margins[a]) * gap(margins[b]));
  return Math.min(p, q, Math.max(both, p + q - 1));
}

/** Variance of the correlations of a table beyond what errors explain, precise pairs counting most. */
function spreadOf(pairs: readonly Pair[], margins: readonly Margin[]): number {
  let [sum, weights] = [0, 0];
  for (const { i, j, covariance, error } of pairs) {
    const weight = 1 / (error + usualSpread) ** 2;
    sum += weight * ((covariance / (margins[i].variance * margins[j].variance)) ** 2 - error);
    weights += weight;
  }
  return Math.max(leastSpread, weights > 0 ? sum / weights : 0);
}
