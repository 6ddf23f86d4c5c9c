import type { NumericDistribution } from '../profile/distribution.ts';
import type { Rng } from '../random/rng.ts';

/** Keeps uniforms off the edges of cells, where rounding could land them in the next one, and off 0 and 1. */
const margin = 1e-6;

const inside = (u: number): number => Math.min(1 - margin * 1e-3, Math.max(margin * 1e-3, u));

/**
 * Numbers to ranks in (0, 1): a value gets a random point of its own share of the distribution, so that rows drawn
 * from the profile become exactly uniform. NaN stays NaN. Inverse of `fromUniform`.
 */
export function toUniform(distribution: NumericDistribution, values: Float64Array, rng: Rng): Float64Array {
  return values.map((value) =>
    Number.isNaN(value) ? NaN : inside(distribution.rank(value, margin + rng.uniform() * (1 - 2 * margin))),
  );
}

/** As `toUniform`, but a value gets the middle of its share: equal values stay equal. */
export function toMidUniform(distribution: NumericDistribution, values: Float64Array): Float64Array {
  return values.map((value) => (Number.isNaN(value) ? NaN : inside(distribution.rank(value, 0.5))));
}

/**
 * Ranks in [0, 1] to values of the distribution: in bounds, on the output grid, non-decreasing. NaN stays NaN; every
 * value is NaN when the profile has no value at all.
 */
export function fromUniform(distribution: NumericDistribution, ranks: Float64Array): Float64Array {
  return ranks.map((u) => (Number.isNaN(u) ? NaN : distribution.inverseCdf(u)));
}

/**
 * Ranks of a sample as evenly spaced uniforms (rank + 1/2) / n in the order of `values`; ties are broken at random.
 * `fromUniform(rankToUniform(sample))` has exactly the profile's marginal and the sample's order. NaN stays NaN.
 */
export function rankToUniform(values: Float64Array, rng: Rng): Float64Array {
  const order: number[] = [];
  values.forEach((value, row) => {
    if (!Number.isNaN(value)) order.push(row);
  });
  const tieBreak = values.map(() => rng.uniform());
  order.sort((a, b) => values[a] - values[b] || tieBreak[a] - tieBreak[b]);
  const ranks = new Float64Array(values.length).fill(NaN);
  order.forEach((row, rank) => (ranks[row] = (rank + 0.5) / order.length));
  return ranks;
}
