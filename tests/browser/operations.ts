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
  times,
  timesPlus,
  valuesOf,
  vectorAt,
  vectorFrom,
  type AnyTensor,
  type Matrix,
} from '../../workers/nn/tensors.ts';
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
    [
      'logisticError',
      () => logisticError(C, 1, 0.5),
      map(c, (v) => (1 / (1 + Math.exp(-v)) - 1) / 2),
    ],
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

/** Largest error of each operation against plain loops, relative to values above 1. NaN counts as infinite. */
export async function operationErrors(): Promise<Record<string, number>> {
  const A = matrixFrom(a, rows, inner);
  const B = matrixFrom(b, inner, columns);
  const C = matrixFrom(c, rows, columns);
  const P = matrixFrom(positive, rows, columns);
  const errors: Record<string, number> = {};
  const check = async (name: string, tensor: () => AnyTensor, expected: readonly number[]): Promise<void> => {
    const result = scope(tensor);
    const error = relativeError(await valuesOf(result), expected);
    errors[name] = Number.isNaN(error) ? Infinity : error;
    result.dispose();
  };
  for (const [name, tensor, expected] of cases(A, B, C, P)) await check(name, tensor, expected);
  await checkBlocks(C, check);
  for (const tensor of [A, B, C, P]) tensor.dispose();
  return errors;
}

/** Block softmax, also where one block's logits lie so far below another's that they would underflow. */
async function checkBlocks(
  C: Matrix,
  check: (name: string, tensor: () => AnyTensor, expected: readonly number[]) => Promise<void>,
): Promise<void> {
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
  await check('weighted cross-entropy', () => sumOfAll(blocks.crossEntropy(L, T, { weights: W }).losses), [weightedLoss]);
  for (const tensor of [L, T, W]) tensor.dispose();
  blocks.dispose();
}
