import { cellsOf } from '../../../workers/pgm/cliques.ts';
import type { Measurement } from '../../../workers/pgm/types.ts';
import { cellOf, combinations } from './brute.ts';

/** Euclidean projection onto the simplex (Duchi et al. 2008). */
function onSimplex(point: Float64Array): Float64Array {
  const sorted = point.slice().sort().reverse();
  let [sum, shift] = [0, 0];
  sorted.forEach((value, i) => {
    sum += value;
    if (value - (sum - 1) / (i + 1) > 0) shift = (sum - 1) / (i + 1);
  });
  return point.map((value) => Math.max(0, value - shift));
}

/**
 * Least sum of ||Q mu - y||^2 / (2 sigma^2) over all distributions on all combinations, by accelerated projected
 * gradients on the probabilities themselves (Beck and Teboulle 2009): no cliques, trees or potentials.
 */
export function leastObjective(
  sizes: readonly number[],
  measurements: readonly Measurement[],
  total: number,
  iterations = 8000,
): number {
  const all = combinations(sizes);
  const terms = measurements.map(({ clique, values, sigma, bins }) => ({
    answers: all.map((codes) => {
      const cell = cellOf(sizes, clique, codes);
      return bins ? bins[cell] : cell;
    }),
    values,
    weights: values.map((_, i) => 1 / (typeof sigma === 'number' ? sigma : sigma[i]) ** 2),
  }));
  const evaluate = (point: Float64Array): { value: number; gradient: Float64Array } => {
    const gradient = new Float64Array(point.length);
    let value = 0;
    for (const { answers, values, weights } of terms) {
      const residuals = values.map((y) => -y);
      answers.forEach((answer, i) => (residuals[answer] += total * point[i]));
      residuals.forEach((residual, i) => (value += (weights[i] * residual ** 2) / 2));
      answers.forEach((answer, i) => (gradient[i] += total * weights[answer] * residuals[answer]));
    }
    return { value, gradient };
  };
  // The Hessian is a sum of blocks, each with a largest eigenvalue of its weight times the combinations of an answer.
  const curvature = terms.reduce((sum, { answers, weights }) => {
    const members = new Float64Array(weights.length);
    for (const answer of answers) members[answer]++;
    return sum + total ** 2 * Math.max(...members.map((count, i) => count * weights[i]));
  }, 0);
  let point: Float64Array = new Float64Array(all.length).fill(1 / cellsOf(sizes, [...sizes.keys()]));
  let ahead: Float64Array = point;
  let momentum = 1;
  let least = Infinity;
  for (let i = 0; i < iterations; i++) {
    const { gradient } = evaluate(ahead);
    const next = onSimplex(ahead.map((value, k) => value - gradient[k] / curvature));
    const grown = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
    ahead = next.map((value, k) => value + ((momentum - 1) / grown) * (value - point[k]));
    point = next;
    momentum = grown;
    if (i % 50 === 49) least = Math.min(least, evaluate(point).value);
  }
  return least;
}
