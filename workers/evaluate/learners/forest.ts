import { normaliseRows, sharesOf } from './shares.ts';
import type { Tree } from './tree.ts';
import { TreeGrower } from './treeGrower.ts';
import type { BinnedTable, Features, FitContext, FittedTrees, Labels, Learner } from './types.ts';

export interface ForestSettings {
  /** Trees of one output. With more than two classes each class has an ensemble of its own, smaller where there are many. */
  readonly trees: number;
  readonly minLeafRows: number;
}

const defaults: ForestSettings = { trees: 60, minLeafRows: 10 };
const mostTrees = 300;
const fewestTrees = 20;

/** Trees that predict one number a row, around its mean. */
interface Output {
  readonly mean: number;
  readonly trees: readonly Tree[];
}

/** Draws of each row in a bootstrap sample of all rows. */
const bootstrap = (rows: number, { rng }: FitContext): Float64Array => {
  const draws = new Float64Array(rows);
  for (let i = 0; i < rows; i++) draws[rng.int(rows)]++;
  return draws;
};

const drawnRows = (draws: Float64Array): Int32Array => {
  const rows = new Int32Array(draws.length);
  let count = 0;
  for (let row = 0; row < draws.length; row++) if (draws[row] > 0) rows[count++] = row;
  return rows.slice(0, count);
};

/** Least squares on a class indicator splits as the Gini index does. */
async function fitOutput(
  grower: TreeGrower,
  targets: Float64Array,
  trees: number,
  context: FitContext,
): Promise<Output> {
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const gradients = new Float64Array(targets.length);
  const grown: Tree[] = [];
  if (targets.every((target) => target === targets[0])) return { mean, trees: grown };
  for (let at = 0; at < trees; at++) {
    const draws = bootstrap(targets.length, context);
    for (let row = 0; row < targets.length; row++) gradients[row] = draws[row] * (mean - targets[row]);
    grown.push(grower.grow(drawnRows(draws), gradients, draws).tree);
    await context.pace.breathe();
  }
  return { mean, trees: grown };
}

/** Targets of each output: the numbers; whether of the second class; or whether of each class. */
const targetsOf = (labels: Labels): Float64Array[] => {
  if (labels.kind === 'number') return [labels.values];
  const { codes, size } = labels;
  const classes = size === 2 ? [1] : Array.from({ length: size }, (_, code) => code);
  return classes.map((code) => Float64Array.from(codes, (its) => (its === code ? 1 : 0)));
};

const predictions = (outputs: readonly Output[], table: BinnedTable, labels: Labels): Float64Array => {
  const size = labels.kind === 'number' ? 1 : labels.size;
  const first = size === 2 ? 1 : 0;
  const predicted = new Float64Array(table.rows * size);
  for (const [at, { mean, trees }] of outputs.entries()) {
    const output = first + at;
    for (let row = 0; row < table.rows; row++) predicted[row * size + output] = mean;
    for (const tree of trees) tree.addTo(predicted, table, 1 / trees.length, size, output);
  }
  if (size === 1) return predicted;
  for (let at = 0; at < predicted.length; at++) predicted[at] = Math.min(1, Math.max(0, predicted[at]));
  if (size === 2) {
    for (let at = 0; at < predicted.length; at += 2) predicted[at] = 1 - predicted[at + 1];
  } else normaliseRows(predicted, size);
  return predicted;
};

/**
 * Random forest (Breiman 2001) on the same binned features as boosting: bootstrap samples, the square root of the
 * features drawn for each split (a third for numbers), leaves of `minLeafRows` distinct rows at least.
 * Throws `stopped` when the run was cancelled.
 */
export async function fitForest(
  table: BinnedTable,
  labels: Labels,
  context: FitContext,
  overrides: Partial<ForestSettings> = {},
): Promise<FittedTrees> {
  const { trees, minLeafRows } = { ...defaults, ...overrides };
  const targets = targetsOf(labels);
  const columns = table.features.length;
  const featuresPerSplit = Math.max(
    1,
    Math.floor(labels.kind === 'number' ? columns / 3 : Math.sqrt(columns)),
  );
  const rules = { maxLeaves: Infinity, minLeafRows, minLeafHessian: minLeafRows, l2: 0, featuresPerSplit };
  const grower = new TreeGrower(table, rules, context.rng);
  const treesEach = Math.min(trees, Math.max(fewestTrees, Math.floor(mostTrees / targets.length)));
  const outputs: Output[] = [];
  for (const target of targets) outputs.push(await fitOutput(grower, target, treesEach, context));
  return {
    importance: sharesOf(grower.importance),
    predict: (other) => predictions(outputs, other, labels),
  };
}

export const forest: Learner = {
  id: 'forest',
  label: 'Random forest',
  async fit({ binned }, labels, _, context) {
    const { importance, predict } = await fitForest(binned, labels, context);
    return { importance, predict: (features: Features) => predict(features.binned) };
  },
};
