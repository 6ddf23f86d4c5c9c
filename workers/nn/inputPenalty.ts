import { inputGradient, linearForward, type DenseParameters, type LayerUse } from './dense.ts';
import type { DenseShape, Trace } from './stack.ts';
import { scaled, squared, type Matrix, type Weighted } from './tensors.ts';

/** A penalty on how steep a stack is, and what its gradient is made of, layer by layer. Biases get none. */
export interface InputPenalty {
  /** Its sum. */
  readonly loss: Weighted;
  /** What each layer gets in the linear network: its weights' gradient is that times the layer's delta in `back`. */
  readonly signals: readonly Matrix[];
}

/**
 * weight / 2 x sum over rows of |gradient of the output by the input|², for a stack with one output and straight
 * activations (relu, leaky relu, linear), and its gradient by the weights.
 *
 * With straight activations the slopes on the way back are constants, so the input gradient is itself the output of a
 * linear network: the stack run backwards from 1. Its own gradient is one more pass, forwards this time; no second
 * derivative is needed. `back` are the uses of the layers for an output gradient of 1 in each row.
 */
export function inputPenalty(
  shapes: readonly DenseShape[],
  parameters: readonly DenseParameters[],
  trace: Trace,
  back: readonly LayerUse[],
  weight: number,
): InputPenalty {
  const steepness = inputGradient(parameters[0], back[0].delta);
  const signals: Matrix[] = [scaled(steepness, weight)];
  for (let layer = 0; layer < back.length - 1; layer++) {
    const through = { activation: shapes[layer].activation, output: trace[layer + 1] };
    signals.push(linearForward(parameters[layer], signals[layer], through));
  }
  return { loss: { values: squared(steepness), weight: weight / 2 }, signals };
}
