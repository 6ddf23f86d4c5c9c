import {
  affine,
  columnSums,
  leakyReluGradient,
  multiplyLeftTransposed,
  multiplyRightTransposed,
  reluGradient,
  type Activation,
  type Matrix,
  type Vector,
} from './tensors.ts';

/** weights: inputs x outputs; bias: outputs. */
export interface DenseParameters {
  readonly weights: Matrix;
  readonly bias: Vector;
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

/** n x inputs -> n x outputs. */
export const denseForward = (
  { weights, bias }: DenseParameters,
  activation: Activation,
  input: Matrix,
): Matrix => affine(input, weights, bias, activation);

const gradientThrough: Readonly<Record<Activation, (gradient: Matrix, output: Matrix) => Matrix>> = {
  relu: reluGradient,
  leakyRelu: leakyReluGradient,
  linear: (gradient) => gradient,
};

/** Gradient of the loss before the activation, from its gradient after it and the layer's output. */
export const beforeActivation = (activation: Activation, output: Matrix, gradient: Matrix): Matrix =>
  gradientThrough[activation](gradient, output);

/** Gradient of the parameters, summed over rows. */
export const denseGradient = ({ input, delta }: LayerUse): DenseParameters => ({
  weights: multiplyLeftTransposed(input, delta),
  bias: columnSums(delta),
});

/** Gradients of many layers, each summed over rows. */
export const summedGradients = (uses: readonly LayerUse[]): DenseParameters[] => uses.map(denseGradient);

/** Gradient of the layer's input. */
export const inputGradient = ({ weights }: DenseParameters, delta: Matrix): Matrix =>
  multiplyRightTransposed(delta, weights);
