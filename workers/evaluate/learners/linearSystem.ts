import type { Design } from './types.ts';

/** Scores w'x + intercept of each row; the intercept is the last weight. */
export function linearScores({ rows, slots, columns, values }: Design, weights: Float64Array): Float64Array {
  const intercept = weights[weights.length - 1];
  const scores = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let score = intercept;
    for (let slot = 0; slot < slots; slot++, at++) score += values[at] * weights[columns[at]];
    scores[row] = score;
  }
  return scores;
}

/** X' W X of the design with a last column of ones; lower half only, (width + 1) squared. */
export function weightedGram(
  { rows, slots, width, columns, values }: Design,
  weights: Float64Array,
): Float64Array {
  const n = width + 1;
  const gram = new Float64Array(n * n);
  for (let row = 0; row < rows; row++) {
    const start = row * slots;
    const weight = weights[row];
    for (let i = start; i < start + slots; i++) {
      const value = weight * values[i];
      if (value === 0) continue;
      // Slots ascend in columns, so that the later one of a pair is the lower half's row.
      for (let j = start; j <= i; j++) gram[columns[i] * n + columns[j]] += value * values[j];
      gram[width * n + columns[i]] += value;
    }
    gram[width * n + width] += weight;
  }
  return gram;
}

/** X' r of the design with a last column of ones. */
export function crossProduct(
  { rows, slots, width, columns, values }: Design,
  residuals: Float64Array,
): Float64Array {
  const product = new Float64Array(width + 1);
  for (let row = 0, at = 0; row < rows; row++) {
    const residual = residuals[row];
    for (let slot = 0; slot < slots; slot++, at++) product[columns[at]] += values[at] * residual;
    product[width] += residual;
  }
  return product;
}

/** Adds the penalty of every weight but the intercept to the diagonal. */
export function addPenalty(gram: Float64Array, width: number, l2: number): void {
  for (let at = 0; at < width; at++) gram[at * (width + 1) + at] += l2;
}
