import { SoftmaxBlocks } from '../../workers/nn/softmaxBlocks.ts';
import {
  affine,
  clipped,
  columnSums,
  exponential,
  flattened,
  leakyReluGradient,
  logarithm,
  logisticError,
  matrixAt,
  matrixFrom,
  multiply,
  multiplyLeftTransposed,
  multiplyRightTransposed,
  over,
  plus,
  plusScaled,
  rectified,
  reluGradient,
  rowSoftmax,
  scope,
  softPlus,
  squareRoot,
  sumOfAll,
  tensorCount,
  times,
  timesPlus,
  valuesOf,
  vectorAt,
  vectorFrom,
  type AnyTensor,
  type Matrix,
} from '../../workers/nn/tensors.ts';
import { checkLayers, checkSums, worstOfAdam, worstOfMany, type Check } from './layers.ts';
import { seededRng } from '../../workers/random/rng.ts';
import { blockSoftmax, rowsOf } from '../unit/nn/reference.ts';

/** Sizes above any threshold under which a backend computes on the processor, and no multiple of a tile. */
const rows = 67;
const inner = 45;
const columns = 53;
const blockWidths = [1, 20, 2, 30];

const rng = seededRng('operations');
const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => rng.normal());
const a = values(rows * inner);
const b = values(inner * columns);
const c = values(rows * columns);
const bias = values(columns);
const positive = c.map((value) => Math.abs(value) + 0.1);

/** Plain loops: sum over k of left(i, k) right(k, j). */
const product = (
  n: number,
  m: number,
  depth: number,
  left: (i: number, k: number) => number,
  right: (k: number, j: number) => number,
): number[] => {
  const out: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += left(i, k) * right(k, j);
      out.push(sum);
    }
  }
  return out;
};

const atA = (i: number, k: number): number => a[i * inner + k];
const atB = (k: number, j: number): number => b[k * columns + j];
const atC = (i: number, j: number): number => c[i * columns + j];
const map = (of: ArrayLike<number>, work: (value: number, i: number) => number): number[] =>
  Array.from(of, work);

type Case = readonly [name: string, tensor: () => AnyTensor, expected: readonly number[]];

const cases = (A: Matrix, B: Matrix, C: Matrix, P: Matrix): Case[] => {
  const ab = product(rows, columns, inner, atA, atB);
  const withBias = map(ab, (value, i) => value + bias[i % columns]);
  const softmaxed = rowsOf(c, columns).flatMap((row) => blockSoftmax(row, [columns]));
  return [
    ['multiply', () => multiply(A, B), ab],
    ['affine', () => affine(A, B, vectorFrom(bias), 'linear'), withBias],
    [
      'affine leaky relu',
      () => affine(A, B, vectorFrom(bias), 'leakyRelu'),
      withBias.map((v) => (v > 0 ? v : 0.2 * v)),
    ],
    ['affine relu', () => affine(A, B, vectorFrom(bias), 'relu'), withBias.map((v) => Math.max(0, v))],
    [
      'multiplyLeftTransposed',
      () => multiplyLeftTransposed(A, C),
      product(inner, columns, rows, (i, k) => atA(k, i), atC),
    ],
    [
      'multiplyRightTransposed',
      () => multiplyRightTransposed(C, B),
      product(rows, inner, columns, atC, (k, j) => atB(j, k)),
    ],
    ['columnSums', () => columnSums(C), product(1, columns, rows, () => 1, atC)],
    [
      'sumOfAll',
      () => sumOfAll(C),
      product(
        1,
        1,
        c.length,
        () => 1,
        (k) => c[k],
      ),
    ],
    ['reluGradient', () => reluGradient(P, C), map(c, (v, i) => (v > 0 ? positive[i] : 0))],
    ['rectified', () => rectified(C), map(c, (v) => Math.max(0, v))],
    [
      'leakyReluGradient',
      () => leakyReluGradient(P, C),
      map(c, (v, i) => (v > 0 ? positive[i] : 0.2 * positive[i])),
    ],
    ['logisticError', () => logisticError(C, 1, 0.5), map(c, (v) => (1 / (1 + Math.exp(-v)) - 1) / 2)],
    ['softPlus', () => softPlus(C, 1), map(c, (v) => Math.log1p(Math.exp(v)))],
    ['softPlus of the negative', () => softPlus(C, -1), map(c, (v) => Math.log1p(Math.exp(-v)))],
    ['timesPlus', () => timesPlus(C, P, C), map(c, (v, i) => v * positive[i] + v)],
    ['plusScaled', () => plusScaled(C, P, -3), map(c, (v, i) => v - 3 * positive[i])],
    ['plus', () => plus(C, P), map(c, (v, i) => v + positive[i])],
    ['times', () => times(C, P), map(c, (v, i) => v * positive[i])],
    ['over', () => over(C, P), map(c, (v, i) => v / positive[i])],
    ['squareRoot', () => squareRoot(P), map(positive, Math.sqrt)],
    ['exponential', () => exponential(C), map(c, Math.exp)],
    ['logarithm', () => logarithm(P), map(positive, Math.log)],
    ['clipped', () => clipped(C, -0.5, 0.25), map(c, (v) => Math.min(0.25, Math.max(-0.5, v)))],
    ['rowSoftmax', () => rowSoftmax(C), softmaxed],
    ['flattened', () => flattened([A, C]), [...a, ...c]],
    ['matrixAt', () => matrixAt(flattened([A, C]), a.length, rows, columns), [...c]],
    ['vectorAt', () => vectorAt(flattened([A, C]), 100, 1500), [...a, ...c].slice(100, 1600)],
  ];
};

const relativeError = (found: Float32Array, expected: readonly number[]): number =>
  found.length === expected.length
    ? expected.reduce(
        (most, value, i) => Math.max(most, Math.abs(found[i] - value) / Math.max(1, Math.abs(value))),
        0,
      )
    : Infinity;

/** Errors by name, and what finds them. */
interface Errors {
  readonly found: Record<string, number>;
  readonly check: Check;
}

/** Relative to values above 1. NaN counts as infinite, and so do tensors that are left behind. */
function errorsFound(): Errors {
  const found: Record<string, number> = {};
  const check: Check = async (name, tensor, expected) => {
    const before = tensorCount();
    const result = scope(tensor);
    const error = relativeError(await valuesOf(result), expected);
    result.dispose();
    found[name] = Number.isNaN(error) || tensorCount() !== before ? Infinity : error;
  };
  return { found, check };
}

/** Largest error of each operation against plain loops. */
export async function operationErrors(): Promise<Record<string, number>> {
  const A = matrixFrom(a, rows, inner);
  const B = matrixFrom(b, inner, columns);
  const C = matrixFrom(c, rows, columns);
  const P = matrixFrom(positive, rows, columns);
  const { found, check } = errorsFound();
  for (const [name, tensor, expected] of cases(A, B, C, P)) await check(name, tensor, expected);
  await checkBlocks(C, check);
  for (const tensor of [A, B, C, P]) tensor.dispose();
  return found;
}

/** The same for layers of odd shapes, blocks, long sums and the optimiser. */
export async function layerErrors(): Promise<Record<string, number>> {
  const { found, check } = errorsFound();
  await checkLayers(check);
  await checkOddBlocks(check);
  await checkSums(check);
  found['a formula over many numbers'] = await worstOfMany();
  found.adam = await worstOfAdam();
  return found;
}

/** Block softmax, also where one block's logits lie so far below another's that they would underflow. */
async function checkBlocks(C: Matrix, check: Check): Promise<void> {
  const blocks = new SoftmaxBlocks(blockWidths);
  const expected = rowsOf(c, columns).flatMap((row) => blockSoftmax(row, blockWidths));
  await check('block softmax', () => blocks.probabilities(C), expected);
  const powers = rowsOf(c, columns).flatMap((row) =>
    blockSoftmax(
      row.map((value) => 64 * value),
      blockWidths,
    ),
  );
  await check('block softmax, sharpened', () => blocks.sharpened(blocks.probabilities(C)), powers);
  const apart = c.map((value, i) => (i % columns < 21 ? value : value + 300));
  const L = matrixFrom(apart, rows, columns);
  await check('block softmax far apart', () => blocks.probabilities(L), expected);
  const targets = new Float32Array(c.length);
  for (let row = 0; row < rows; row++) for (const k of [0, 5, 21, 40]) targets[row * columns + k] = 1;
  const T = matrixFrom(targets, rows, columns);
  const gradient = map(expected, (p, i) => p - targets[i]);
  await check('cross-entropy gradient far apart', () => blocks.crossEntropy(L, T).gradient, gradient);
  const loss = expected.reduce((sum, p, i) => sum - targets[i] * Math.log(p), 0);
  await check('cross-entropy far apart', () => sumOfAll(blocks.crossEntropy(L, T).losses), [loss]);
  const weights = Float32Array.from({ length: rows * blockWidths.length }, (_, i) => (i % 3) / 2);
  const W = matrixFrom(weights, rows, blockWidths.length);
  const blockOf = blockWidths.flatMap((width, block) => new Array<number>(width).fill(block));
  const weightAt = (i: number): number =>
    weights[Math.floor(i / columns) * blockWidths.length + blockOf[i % columns]];
  const weighted = gradient.map((value, i) => value * weightAt(i));
  await check('weighted gradient', () => blocks.crossEntropyGradient(L, T, W), weighted);
  await check(
    'weighted cross-entropy gradient',
    () => blocks.crossEntropy(L, T, { weights: W, rowWeight: 0.25 }).gradient,
    weighted.map((value) => value / 4),
  );
  const weightedLoss = expected.reduce((sum, p, i) => sum - weightAt(i) * targets[i] * Math.log(p), 0);
  await check('weighted cross-entropy', () => sumOfAll(blocks.crossEntropy(L, T, { weights: W }).losses), [
    weightedLoss,
  ]);
  for (const tensor of [L, T, W]) tensor.dispose();
  blocks.dispose();
}

/** Blocks of single rows and columns, weighed, and all that else is done by blocks. */
async function checkOddBlocks(check: Check): Promise<void> {
  for (const [count, widths] of [
    [1, [1]],
    [1, [5, 1]],
    [131, [1, 1, 70]],
  ] as const) {
    const name = `${count} rows of ${widths.join(', ')}`;
    const width = widths.reduce((sum, each) => sum + each, 0);
    const blockOf = widths.flatMap((each, block) => new Array<number>(each).fill(block));
    const [logits, more, pull] = [1, 2, 3].map(() => values(count * width));
    const free = pull.map((_, i) => (i % 3 === 0 ? 0 : 1));
    const factors = values(count * widths.length);
    const soft = rowsOf(logits, width).flatMap((row, r) =>
      blockSoftmax(
        row.map((value, c) => 2 * (value + more[r * width + c])),
        widths,
      ),
    );
    const [L, M, G, F] = [logits, more, pull, free].map((each) => matrixFrom(each, count, width));
    const K = matrixFrom(factors, count, widths.length);
    const S = matrixFrom(Float32Array.from(soft), count, width);
    const blocks = new SoftmaxBlocks(widths);
    const probabilities = (): Matrix => blocks.probabilities(L, { more: M, factor: 2 });
    await check(`probabilities, ${name}`, probabilities, soft);
    await check(
      `scaled blocks, ${name}`,
      () => blocks.scaled(G, K),
      map(pull, (value, i) => value * factors[Math.floor(i / width) * widths.length + blockOf[i % width]]),
    );
    const pulls = (row: number, block: number): number =>
      blockOf.reduce((sum, own, c) => {
        const at = row * width + c;
        return own === block ? sum + soft[at] * pull[at] * free[at] : sum;
      }, 0);
    await check(
      `through softmax, ${name}`,
      () => blocks.throughSoftmax(S, G, F, 3),
      map(soft, (share, i) => {
        const total = pulls(Math.floor(i / width), blockOf[i % width]);
        return 3 * share * (pull[i] * free[i] - total);
      }),
    );
    for (const tensor of [L, M, G, F, K, S]) tensor.dispose();
    blocks.dispose();
  }
}
