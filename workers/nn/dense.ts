import {
  affine,
  columnSums,
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
 * What a dense layer leaves behind on the way back. `delta` is the gradient before the activation, one row an example:
 * with the layer's input it gives per-example gradient norms, |delta|² (|input|² + 1), without per-example gradients.
 */
export interface DenseGradient extends DenseParameters {
  readonly delta: Matrix;
}

/** n x inputs -> n x outputs. */
export const denseForward = (
  { weights, bias }: DenseParameters,
  activation: Activation,
  input: Matrix,
): Matrix => affine(input, weights, bias, activation);

/** Gradient of the loss before the activation, from its gradient after it and the layer's output. */
export const beforeActivation = (activation: Activation, output: Matrix, gradient: Matrix): Matrix =>
  activation === 'relu' ? reluGradient(gradient, output) : gradient;

/** Gradient of the parameters, summed over rows. */
export const denseGradient = (input: Matrix, delta: Matrix): DenseGradient => ({
  weights: multiplyLeftTransposed(input, delta),
  bias: columnSums(delta),
  delta,
});

/** Gradient of the layer's input. */
export const inputGradient = ({ weights }: DenseParameters, delta: Matrix): Matrix =>
  multiplyRightTransposed(delta, weights);
