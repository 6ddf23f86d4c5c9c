import { normalQuantile } from '../../encode/normal.ts';
import { normalDensity, stepSeries } from './hermite.ts';

/** Narrower intervals of ranks are read at their middle: the mean over one would be lost in rounding. */
const narrow = 1e-7;
/** Variance of scores below which a column says nothing. */
const leastVariance = 1e-9;

/** How one latent standard normal is seen: cut at quantiles into codes, each scored by the mean of its part. */
export interface Margin {
  /** Rank at which each code starts; the last entry is 1. Length codes + 1. */
  readonly cumulative: Float64Array;
  /** E[x | code]: mean zero over all codes. */
  readonly scores: Float64Array;
  /** Variance of the scores; 0 where there is nothing to tell apart. */
  readonly variance: number;
  /** Hermite coefficients of the scores as a function of x. */
  readonly series: Float64Array;
  /** Share of the rows in which it is seen at all. */
  readonly present: number;
}

export function marginOf(cumulative: Float64Array, present: number): Margin {
  const codes = cumulative.length - 1;
  const scores = new Float64Array(codes);
  let variance = 0;
  for (let c = 0; c < codes; c++) {
    const [from, to] = [cumulative[c], cumulative[c + 1]];
    scores[c] = meanBetween(from, to);
    variance += (to - from) * scores[c] ** 2;
  }
  const seen = present > 0 && variance > leastVariance;
  return {
    cumulative,
    scores,
    variance: seen ? variance : 0,
    series: stepSeries(cumulative, scores),
    present,
  };
}

/** Mean of a standard normal between the quantiles of two ranks. */
function meanBetween(from: number, to: number): number {
  if (to - from < narrow) return normalQuantile(Math.min(1 - narrow, Math.max(narrow, (from + to) / 2)));
  const densityAt = (u: number): number => (u > 0 && u < 1 ? normalDensity(normalQuantile(u)) : 0);
  return (densityAt(from) - densityAt(to)) / (to - from);
}

/** Ranks at which parts of these shares start, which need not sum to 1. Length shares + 1. */
export function cumulated(shares: Float64Array): Float64Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const cumulative = new Float64Array(shares.length + 1);
  let before = 0;
  shares.forEach((share, c) => (cumulative[c + 1] = Math.min(1, (before += share) / total)));
  cumulative[shares.length] = 1;
  return cumulative;
}
