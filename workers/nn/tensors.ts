/**
 * The tensor operations the neural methods are written in. Everything is float32 and at most two-dimensional.
 *
 * An operation is one kernel call where that can be: a dispatch costs more than its arithmetic on a GPU, and a wrong
 * one costs a lot on WASM, where `matMul` with a transpose flag, `maximum`, `gather` and `sum` over rows run an order
 * of magnitude slower than the forms used here. Backends have kernels of our own for some of them (ownKernels.ts),
 * without any caller knowing.
 */
import {
  add,
  clipByValue,
  concat1d,
  div,
  exp,
  fused,
  keep,
  log,
  matMul,
  memory,
  mul,
  neg,
  ones,
  relu,
  reshape,
  scalar,
  sigmoid,
  slice1d,
  softmax,
  softplus,
  sqrt,
  square,
  step,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  transpose,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type TensorContainer,
} from '@tensorflow/tfjs-core';
import { combined } from './elementwise.ts';
import { hasOwn, runOwn } from './ownKernels.ts';

/** Rows x columns. */
export type Matrix = Tensor2D;
export type Vector = Tensor1D;
/** A single number on the device. */
export type DeviceScalar = Scalar;
export type AnyTensor = Tensor;

export type Activation = 'relu' | 'leakyRelu' | 'linear';

/** Slope of the leaky relu below zero. */
export const leak = 0.2;
const kernelNames = { relu: 'relu', leakyRelu: 'leakyrelu', linear: 'linear' } as const;

/** Copies row-major values to the device. The array must not be changed before the first operation has used it. */
export const matrixFrom = (values: Float32Array, rows: number, columns: number): Matrix =>
  tensor2d(values, [rows, columns]);
export const vectorFrom = (values: Float32Array): Vector => tensor1d(values, 'float32');
export const scalarFrom = (value: number): DeviceScalar => scalar(value, 'float32');

/** Copies to the host. Waits for everything asked of the device before: a round trip on a GPU. */
export const valuesOf = async (tensor: Tensor): Promise<Float32Array> =>
  (await tensor.data<'float32'>()).slice();

/** Computes a tensor, copies it to the host and frees it. */
export async function readOut(compute: () => Tensor): Promise<Float32Array> {
  const result = scope(compute);
  try {
    return await valuesOf(result);
  } finally {
    result.dispose();
  }
}

/** Frees what `work` made, except what it returns and what it `held`. `work` must not be async. */
export const scope = <T extends TensorContainer>(work: () => T): T => tidy(work);
export const hold = <T extends Tensor>(tensor: T): T => keep(tensor);
export const tensorCount = (): number => memory().numTensors;

const isMatrix = (tensor: Tensor): tensor is Matrix => tensor.rank === 2;

/** activation(input x weights + bias): n x in, in x out, out -> n x out. */
export function affine(input: Matrix, weights: Matrix, bias: Vector, activation: Activation): Matrix {
  const output = fused.matMul({
    a: input,
    b: weights,
    bias,
    activation: kernelNames[activation],
    leakyreluAlpha: leak,
  });
  if (!isMatrix(output)) throw new Error(`Expected a matrix, but got ${output.rank} dimensions.`);
  return output;
}
/** a x b. */
export const multiply = (a: Matrix, b: Matrix): Matrix => matMul(a, b);
/** aᵀ x b: sums over rows. */
export const multiplyLeftTransposed = (a: Matrix, b: Matrix): Matrix =>
  hasOwn('product') ? matMul(a, b, true) : matMul(transpose(a), b);
/** a x bᵀ. */
export const multiplyRightTransposed = (a: Matrix, b: Matrix): Matrix =>
  hasOwn('product') ? matMul(a, b, false, true) : matMul(a, transpose(b));

/** Sum of each column, each row times its factor where there are some; `factors` is one column. */
export const columnSums = (matrix: Matrix, factors?: Matrix): Vector => {
  const rows = matrix.shape[0];
  const weights: Matrix = factors ? reshape(factors, [1, rows]) : ones([1, rows]);
  return reshape(matMul(weights, matrix), [matrix.shape[1]]);
};
/** Sum of each row, as one column. */
export const rowSums = (matrix: Matrix): Matrix => matMul(matrix, ones([matrix.shape[1], 1]));
export const sumOfAll = (tensor: Tensor): DeviceScalar => sum(tensor);

/** Some values and what each of them counts. */
export interface Weighted {
  readonly values: Tensor;
  readonly weight: number;
}

/** Sum over all values of one to three tensors, each times its weight. */
export function weightedSum(terms: readonly Weighted[]): DeviceScalar {
  if (hasOwn('weightedSum')) {
    const inputs = Object.fromEntries(terms.map(({ values }, i) => [`values${i}`, values]));
    return runOwn<DeviceScalar>('weightedSum', inputs, { weights: terms.map(({ weight }) => weight) });
  }
  return terms
    .map(({ values, weight }): DeviceScalar => mul(sum(values), weight))
    .reduce((total, each) => add(total, each));
}
/** The larger of each value and 0. */
export const rectified = <T extends Tensor>(tensor: T): T => relu(tensor);
/** Gradient through relu, from its output: 0 where the output is 0. */
export const reluGradient = (delta: Matrix, output: Matrix): Matrix =>
  combined('gated', [delta, output], [0], () => mul(delta, step(output)));

/** Gradient through the leaky relu, from its output, whose sign is that of its input. */
export const leakyReluGradient = (delta: Matrix, output: Matrix): Matrix =>
  combined('gated', [delta, output], [leak], () => mul(delta, step(output, leak)));

/** Each row times its factor; `factors` is one column. */
export const scaledRows = (matrix: Matrix, factors: Matrix): Matrix => mul(matrix, factors);

/** a x b + c, element by element. */
export const timesPlus = <T extends Tensor>(a: T, b: T, c: T): T =>
  combined('timesPlus', [a, b, c], [], () => add(mul(a, b), c));
/** weight x a x b - c, element by element. */
export const scaledTimesMinus = <T extends Tensor>(a: T, b: T, c: T, weight: number): T =>
  combined('scaledTimesMinus', [a, b, c], [weight], () => sub(mul(mul(a, b), weight), c));
/** weight x (a - share x b). */
export const scaledMinus = <T extends Tensor>(a: T, b: T, share: number, weight: number): T =>
  combined('scaledMinus', [a, b], [weight, share], () => mul(sub(a, mul(b, share)), weight));
/** a + weight x b. */
export const plusScaled = <T extends Tensor>(a: T, b: T, weight: number): T =>
  combined('plusScaled', [a, b], [weight], () => add(a, mul(b, weight)));

export const plus = <T extends Tensor>(a: T, b: T): T => add(a, b);
export const minus = <T extends Tensor>(a: T, b: T): T => sub(a, b);
export const times = <T extends Tensor>(a: T, b: T): T => mul(a, b);
export const over = <T extends Tensor>(a: T, b: T): T => div(a, b);
export const scaled = <T extends Tensor>(tensor: T, factor: number): T => mul(tensor, factor);
export const shifted = <T extends Tensor>(tensor: T, offset: number): T => add(tensor, offset);
export const squared = <T extends Tensor>(tensor: T): T => square(tensor);
export const squareRoot = <T extends Tensor>(tensor: T): T => sqrt(tensor);
export const exponential = <T extends Tensor>(tensor: T): T => exp(tensor);
export const logarithm = <T extends Tensor>(tensor: T): T => log(tensor);
/** log(1 + exp(factor x)), without overflow. */
export const softPlus = <T extends Tensor>(tensor: T, factor: 1 | -1): T =>
  combined('softPlus', [tensor], [factor], () => softplus(factor === 1 ? tensor : neg(tensor)));
/** weight x (1 / (1 + exp(-x)) - target): how wrong log odds are. */
export const logisticError = <T extends Tensor>(odds: T, target: number, weight: number): T =>
  combined('logisticError', [odds], [weight, target], () => mul(sub(sigmoid(odds), target), weight));
export const negated = <T extends Tensor>(tensor: T): T => neg(tensor);
export const clipped = <T extends Tensor>(tensor: T, low: number, high: number): T =>
  clipByValue(tensor, low, high);
/** Softmax over each row. */
export const rowSoftmax = (matrix: Matrix): Matrix => softmax(matrix);

/** Joins tensors into one vector, row-major, in order. */
export const flattened = (tensors: readonly Tensor[]): Vector =>
  concat1d(tensors.map((tensor): Vector => reshape(tensor, [tensor.size])));
/** The same values in one line. */
export const reshaped = (tensor: Tensor, length: number): Vector => reshape(tensor, [length]);
/** `rows` x `columns` values of a vector from `offset` on. */
export const matrixAt = (flat: Vector, offset: number, rows: number, columns: number): Matrix =>
  reshape(slice1d(flat, offset, rows * columns), [rows, columns]);
export const vectorAt = (flat: Vector, offset: number, length: number): Vector =>
  slice1d(flat, offset, length);
