import type { Rng } from '../../random/rng.ts';
import type { Interval } from '../assessment.ts';
import type { Pace } from '../pace.ts';

/** Rows of each stratum. */
const strataOf = (strata: ArrayLike<number>): Int32Array[] => {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < strata.length; row++) {
    const its = rows.get(strata[row]);
    if (its) its.push(row);
    else rows.set(strata[row], [row]);
  }
  return Array.from(rows.values(), (its) => Int32Array.from(its));
};

/** The q-quantile of ascending numbers, between neighbours by their distance. */
const quantile = (ascending: Float64Array, q: number): number => {
  const place = q * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(ascending.length - 1, below + 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
};

/**
 * 95 % percentile interval of a score over bootstrap draws of the test rows, each stratum keeping its number of rows
 * (Efron and Tibshirani 1993, chapter 13). Pairs stay pairs when the score compares two models on the same rows.
 * @param score of the rows when each counts as often as its weight says. Draws where it is NaN are left out.
 * Throws `stopped` when the run was cancelled.
 */
export async function stratifiedBootstrap(
  strata: ArrayLike<number>,
  draws: number,
  score: (weights: Float64Array) => number,
  { rng, pace }: { readonly rng: Rng; readonly pace: Pace },
): Promise<Interval | null> {
  const groups = strataOf(strata);
  const weights = new Float64Array(strata.length);
  const found: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    weights.fill(0);
    for (const rows of groups) {
      rows.forEach(() => weights[rows[rng.int(rows.length)]]++);
    }
    const value = score(weights);
    if (!Number.isNaN(value)) found.push(value);
    await pace.breathe();
  }
  if (found.length === 0) return null;
  const ascending = Float64Array.from(found).sort();
  return [quantile(ascending, 0.025), quantile(ascending, 0.975)];
}
