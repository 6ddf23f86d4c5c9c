import { hasOwn, runOwn } from './ownKernels.ts';
import { Part } from './parts.ts';
import {
  affine,
  leakyReluGradient,
  multiply,
  multiplyRightTransposed,
  plus,
  reluGradient,
  type Activation,
  type Matrix,
} from './tensors.ts';

/** weights: inputs x outputs; bias: one row of outputs. */
export interface DenseParameters {
  readonly weights: Part;
  readonly bias: Part;
}

/**
 * What a dense layer leaves behind on the way back, one row an example: all that its gradient is made of. `delta` is the
 * gradient of the loss before the activation. The gradient of one example is input x delta for the weights and delta
 * for the bias, so its squared norm is |delta|² (|input|² + 1), without any per-example gradient.
 */
export interface LayerUse {
  readonly input: Matrix;
  readonly delta: Matrix;
}

/** An activation that a gradient goes through, by its output. */
export interface Passage {
  readonly activation: Activation;
  readonly output: Matrix;
}

/** n x inputs -> n x outputs. */
export function denseForward(
  { weights, bias }: DenseParameters,
  activation: Activation,
  input: Matrix,
): Matrix {
  return hasOwn('product')
    ? product(Part.of(input), weights, { bias, activation })
    : affine(input, weights.whole(), bias.line(), activation);
}

/** input x weights, without bias, then the way a gradient goes through an activation. */
export function linearForward({ weights }: DenseParameters, input: Matrix, through: Passage): Matrix {
  if (hasOwn('product')) return product(Part.of(input), weights, { through });
  return beforeActivation(through.activation, through.output, multiply(input, weights.whole()));
}

const gradientThrough: Readonly<Record<Activation, (gradient: Matrix, output: Matrix) => Matrix>> = {
  relu: reluGradient,
  leakyRelu: leakyReluGradient,
  linear: (gradient) => gradient,
};

/** Gradient of the loss before the activation, from its gradient after it and the layer's output. */
export const beforeActivation = (activation: Activation, output: Matrix, gradient: Matrix): Matrix =>
  gradientThrough[activation](gradient, output);

export interface InputGradientOptions {
  /** Added to it: the gradient by another way. */
  readonly more?: Matrix;
  /** The activation that made the input, to go through as well. */
  readonly through?: Passage;
}

/** Gradient of the layer's input, n x inputs. */
export function inputGradient(
  { weights }: DenseParameters,
  delta: Matrix,
  { more, through }: InputGradientOptions = {},
): Matrix {
  if (hasOwn('product')) {
    return product(Part.of(delta), weights, { turned: true, more: more && Part.of(more), through });
  }
  const own = multiplyRightTransposed(delta, weights.whole());
  const all = more ? plus(own, more) : own;
  return through ? beforeActivation(through.activation, through.output, all) : all;
}

/** left x right, added to `more`. */
export function partsProduct(left: Part, right: Part, more?: Part): Matrix {
  if (hasOwn('product')) return product(left, right, { more });
  const own = multiply(left.whole(), right.whole());
  return more ? plus(own, more.whole()) : own;
}

interface ProductOptions {
  readonly bias?: Part;
  readonly activation?: Activation;
  /** The right side is transposed. */
  readonly turned?: boolean;
  readonly more?: Part;
  readonly through?: Passage;
}

/** activation(left x right + bias + more), then the way a gradient goes through an activation. */
function product(
  left: Part,
  right: Part,
  { bias, activation = 'linear', turned = false, more, through }: ProductOptions,
): Matrix {
  const gate = through?.activation === 'linear' ? undefined : through;
  return runOwn<Matrix>(
    'product',
    { left: left.tensor, right: right.tensor, bias: bias?.tensor, more: more?.tensor, gate: gate?.output },
    {
      rows: left.rows,
      inner: left.columns,
      columns: turned ? right.rows : right.columns,
      leftAt: left.offset,
      rightAt: right.offset,
      biasAt: bias?.offset ?? 0,
      moreAt: more?.offset ?? 0,
      turned,
      activation,
      through: gate?.activation ?? 'linear',
    },
  );
}
