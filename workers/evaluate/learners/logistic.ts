import { solvePositive } from './cholesky.ts';
import { addPenalty, crossProduct, linearScores, weightedGram } from './linearSystem.ts';
import type { Pace } from '../pace.ts';
import type { Design } from './types.ts';

export interface LogisticSettings {
  /** Penalty: half of it times the squared weights, the intercept left out; 1 is scikit-learn's C = 1. */
  readonly l2: number;
  readonly mostSteps: number;
  /** Weight of each row; absent: 1. */
  readonly rowWeights?: Float64Array;
}

const defaults: LogisticSettings = { l2: 1, mostSteps: 25 };
const mostHalvings = 12;

/** log(1 + exp(x)) without overflow. */
const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

/**
 * L2 logistic regression of 0/1 targets by Newton's method (iteratively reweighted least squares) with step halving.
 * Gives the weights of the design's columns, the intercept last.
 * Throws `stopped` when the run was cancelled.
 */
export async function fitLogistic(
  design: Design,
  targets: Float64Array,
  pace: Pace,
  overrides: Partial<LogisticSettings> = {},
): Promise<Float64Array> {
  const { l2, mostSteps, rowWeights } = { ...defaults, ...overrides };
  const { rows, width } = design;
  const weightOf = (row: number): number => (rowWeights ? rowWeights[row] : 1);
  const lossAt = (weights: Float64Array, scores: Float64Array): number => {
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      loss += weightOf(row) * (softplus(scores[row]) - targets[row] * scores[row]);
    }
    for (let at = 0; at < width; at++) loss += (l2 / 2) * weights[at] ** 2;
    return loss;
  };
  let weights: Float64Array = new Float64Array(width + 1);
  let scores = linearScores(design, weights);
  let loss = lossAt(weights, scores);
  for (let step = 0; step < mostSteps; step++) {
    const direction = newtonStep(design, targets, weights, scores, l2, weightOf);
    await pace.breathe();
    const before = loss;
    let length = 1;
    for (let halving = 0; halving < mostHalvings; halving++, length /= 2) {
      const tried = weights.map((weight, at) => weight + length * direction[at]);
      const triedScores = linearScores(design, tried);
      const triedLoss = lossAt(tried, triedScores);
      if (!(triedLoss < loss)) continue;
      [weights, scores, loss] = [tried, triedScores, triedLoss];
      break;
    }
    await pace.breathe();
    if (before - loss <= 1e-9 * Math.abs(before)) break;
  }
  return weights;
}

const newtonStep = (
  design: Design,
  targets: Float64Array,
  weights: Float64Array,
  scores: Float64Array,
  l2: number,
  weightOf: (row: number) => number,
): Float64Array => {
  const { rows, width } = design;
  const [curvature, residuals] = [new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    const share = 1 / (1 + Math.exp(-scores[row]));
    curvature[row] = weightOf(row) * Math.max(share * (1 - share), 1e-10);
    residuals[row] = weightOf(row) * (targets[row] - share);
  }
  const gram = weightedGram(design, curvature);
  addPenalty(gram, width, l2);
  const gradient = crossProduct(design, residuals);
  for (let at = 0; at < width; at++) gradient[at] -= l2 * weights[at];
  return solvePositive(gram, gradient);
};
