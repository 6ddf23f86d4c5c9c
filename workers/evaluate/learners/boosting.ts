import type { Pace } from '../pace.ts';
import { classCounts, sharesOf } from './shares.ts';
import type { Tree } from './tree.ts';
import { TreeGrower, type TreeRules } from './treeGrower.ts';
import type { BinnedTable, Features, FitContext, FittedTrees, Labels, Learner } from './types.ts';

export interface BoostingSettings {
  readonly rounds: number;
  readonly learningRate: number;
  readonly maxLeaves: number;
  readonly minLeafRows: number;
}

/** Those of scikit-learn's HistGradientBoosting. */
const defaults: BoostingSettings = { rounds: 100, learningRate: 0.1, maxLeaves: 31, minLeafRows: 20 };

/** Trees over all classes: with many classes the rounds are fewer and their steps longer. */
const mostTrees = 400;
const fewestRounds = 20;
const leastLeafHessian = 1e-3;
/** Added to the hessians of a leaf, so that a class of a few rows takes no step of any length. None for numbers. */
const classL2 = 1;
/** A row that is predicted surely still weighs so much: sums of hessians stay above 0. */
const leastHessian = 1e-6;

/** The trees of each class (or the only one), and the score before any. */
interface Ensemble {
  readonly base: Float64Array;
  readonly trees: readonly { readonly output: number; readonly tree: Tree }[];
  readonly learningRate: number;
}

/** Raw scores, rows x outputs. */
const rawScores = ({ base, trees, learningRate }: Ensemble, table: BinnedTable): Float64Array => {
  const outputs = base.length;
  const scores = new Float64Array(table.rows * outputs);
  for (let at = 0; at < scores.length; at++) scores[at] = base[at % outputs];
  for (const { output, tree } of trees) tree.addTo(scores, table, learningRate, outputs, output);
  return scores;
};

const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));

const softmaxRows = (scores: Float64Array, size: number): Float64Array => {
  const shares = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += size) {
    let [most, sum] = [-Infinity, 0];
    for (let at = start; at < start + size; at++) most = Math.max(most, scores[at]);
    for (let at = start; at < start + size; at++) sum += shares[at] = Math.exp(scores[at] - most);
    for (let at = start; at < start + size; at++) shares[at] /= sum;
  }
  return shares;
};

/** What a loss gives the trees: the score to start from, and gradient and hessian of each row for one output. */
interface Loss {
  readonly base: Float64Array;
  /** Called once a round, before the gradients of its outputs. */
  startRound(scores: Float64Array): void;
  fill(output: number, scores: Float64Array, gradients: Float64Array, hessians: Float64Array): void;
  predictions(scores: Float64Array): Float64Array;
}

const squaredLoss = (values: Float64Array): Loss => ({
  base: Float64Array.of(values.reduce((sum, value) => sum + value, 0) / values.length),
  startRound: () => undefined,
  fill(_, scores, gradients, hessians) {
    hessians.fill(1);
    for (let row = 0; row < values.length; row++) gradients[row] = scores[row] - values[row];
  },
  predictions: (scores) => scores,
});

/** A class without rows stands at half a row, so that its log is finite. */
const logShares = (codes: Int32Array, size: number): Float64Array =>
  classCounts(codes, size).map((count) => Math.log(Math.max(count, 0.5) / codes.length));

const binaryLoss = (codes: Int32Array): Loss => {
  const [none, one] = logShares(codes, 2);
  return {
    base: Float64Array.of(one - none),
    startRound: () => undefined,
    fill(_, scores, gradients, hessians) {
      for (let row = 0; row < codes.length; row++) {
        const share = sigmoid(scores[row]);
        gradients[row] = share - codes[row];
        hessians[row] = Math.max(share * (1 - share), leastHessian);
      }
    },
    predictions: (scores) =>
      Float64Array.from({ length: 2 * scores.length }, (_, at) =>
        at % 2 === 1 ? sigmoid(scores[at >> 1]) : sigmoid(-scores[at >> 1]),
      ),
  };
};

const softmaxLoss = (codes: Int32Array, size: number): Loss => {
  let shares: Float64Array = new Float64Array(0);
  return {
    base: logShares(codes, size),
    startRound(scores) {
      shares = softmaxRows(scores, size);
    },
    fill(output, _, gradients, hessians) {
      for (let row = 0; row < codes.length; row++) {
        const share = shares[row * size + output];
        gradients[row] = share - (codes[row] === output ? 1 : 0);
        hessians[row] = Math.max(share * (1 - share), leastHessian);
      }
    },
    predictions: (scores) => softmaxRows(scores, size),
  };
};

const lossOf = (labels: Labels): Loss => {
  if (labels.kind === 'number') return squaredLoss(labels.values);
  return labels.size === 2 ? binaryLoss(labels.codes) : softmaxLoss(labels.codes, labels.size);
};

/** Fewer rounds of longer steps where each round takes many trees. */
const affordable = (settings: BoostingSettings, outputs: number): BoostingSettings => {
  const rounds = Math.min(settings.rounds, Math.max(fewestRounds, Math.floor(mostTrees / outputs)));
  const learningRate = Math.min(0.3, (settings.learningRate * settings.rounds) / rounds);
  return { ...settings, rounds, learningRate };
};

const rulesOf = ({ maxLeaves, minLeafRows }: BoostingSettings, labels: Labels): TreeRules => ({
  maxLeaves,
  minLeafRows,
  minLeafHessian: leastLeafHessian,
  l2: labels.kind === 'number' ? 0 : classL2,
  featuresPerSplit: Infinity,
});

/** Trees of all rounds, in order; each round has one tree for each output of the loss. */
async function growRounds(
  grower: TreeGrower,
  table: BinnedTable,
  loss: Loss,
  { rounds, learningRate }: BoostingSettings,
  pace: Pace,
): Promise<{ output: number; tree: Tree }[]> {
  const outputs = loss.base.length;
  const trees: { output: number; tree: Tree }[] = [];
  const scores = rawScores({ base: loss.base, trees: [], learningRate }, table);
  const [gradients, hessians] = [new Float64Array(table.rows), new Float64Array(table.rows)];
  const rows = new Int32Array(table.rows);
  for (let round = 0; round < rounds; round++) {
    loss.startRound(scores);
    for (let output = 0; output < outputs; output++) {
      loss.fill(output, scores, gradients, hessians);
      for (let row = 0; row < rows.length; row++) rows[row] = row;
      const { tree, leaves } = grower.grow(rows, gradients, hessians);
      trees.push({ output, tree });
      for (const { start, end, value } of leaves) {
        for (let i = start; i < end; i++) scores[rows[i] * outputs + output] += learningRate * value;
      }
      await pace.breathe();
    }
  }
  return trees;
}

/**
 * Gradient-boosted trees on histograms (Friedman 2001; Ke et al. 2017): logistic loss for two classes, softmax for
 * more, squared error for numbers. Nothing is tuned on the rows to be predicted, and nothing stops early.
 * Throws `stopped` when the run was cancelled.
 */
export async function fitBoosting(
  table: BinnedTable,
  labels: Labels,
  { rng, pace }: FitContext,
  overrides: Partial<BoostingSettings> = {},
): Promise<FittedTrees> {
  const loss = lossOf(labels);
  const settings = affordable({ ...defaults, ...overrides }, loss.base.length);
  const grower = new TreeGrower(table, rulesOf(settings, labels), rng);
  const trees = await growRounds(grower, table, loss, settings, pace);
  const ensemble = { base: loss.base, trees, learningRate: settings.learningRate };
  return {
    importance: sharesOf(grower.importance),
    predict: (other) => loss.predictions(rawScores(ensemble, other)),
  };
}

export const boosting: Learner = {
  id: 'boosting',
  label: 'Boosted trees',
  async fit({ binned }, labels, _, context) {
    const { importance, predict } = await fitBoosting(binned, labels, context);
    return { importance, predict: (features: Features) => predict(features.binned) };
  },
};
