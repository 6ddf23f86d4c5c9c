import type { Rng } from '../random/rng.ts';
import {
  beforeActivation,
  denseForward,
  inputGradient,
  type DenseParameters,
  type LayerUse,
} from './dense.ts';
import { glorotWeights, heWeights } from './initialise.ts';
import type { ParameterShape } from './parameters.ts';
import type { Activation, Matrix } from './tensors.ts';

/** A dense layer by its sizes. */
export interface DenseShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
}

/** Layers of these widths: `between` after each but the last, `last` at the end. */
export const stackOf = (
  widths: readonly number[],
  last: Activation,
  between: Activation = 'relu',
): DenseShape[] =>
  widths.slice(1).map((outputs, i) => ({
    inputs: widths[i],
    outputs,
    activation: i === widths.length - 2 ? last : between,
  }));

/** A layer's parameters as shapes with seeded first values: Glorot before a linear end, He else, biases 0. */
export const denseShapes = ({ inputs, outputs, activation }: DenseShape, rng: Rng): ParameterShape[] => [
  {
    rows: inputs,
    columns: outputs,
    initial: activation === 'linear' ? glorotWeights(inputs, outputs, rng) : heWeights(inputs, outputs, rng),
  },
  { rows: 1, columns: outputs, initial: new Float32Array(outputs) },
];

/** Shapes of the layers' parameters, weights and bias in turn. */
export const bareShapes = (shapes: readonly DenseShape[]): Omit<ParameterShape, 'initial'>[] =>
  shapes.flatMap(({ inputs, outputs }) => [
    { rows: inputs, columns: outputs },
    { rows: 1, columns: outputs },
  ]);

/** Input of the first layer, then the output of each layer. */
export type Trace = readonly Matrix[];

export function stackForward(
  shapes: readonly DenseShape[],
  parameters: readonly DenseParameters[],
  input: Matrix,
): Trace {
  const trace: Matrix[] = [input];
  shapes.forEach(({ activation }, i) => trace.push(denseForward(parameters[i], activation, trace[i])));
  return trace;
}

/**
 * Backpropagation written out: the use of each layer, from the gradient of the stack's output. No parameter gradient is
 * computed yet: `parameterGradient` does that, `clippedSum` after clipping each row. The gradient of the stack's input,
 * where it is wanted, is `inputGradient(parameters[0], uses[0].delta)`.
 */
export function stackBackward(
  shapes: readonly DenseShape[],
  parameters: readonly DenseParameters[],
  trace: Trace,
  gradient: Matrix,
): LayerUse[] {
  const last = shapes.length - 1;
  let delta = beforeActivation(shapes[last].activation, trace[last + 1], gradient);
  const uses: LayerUse[] = [{ input: trace[last], delta }];
  for (let i = last; i > 0; i--) {
    const through = { activation: shapes[i - 1].activation, output: trace[i] };
    delta = inputGradient(parameters[i], delta, { through });
    uses.unshift({ input: trace[i - 1], delta });
  }
  return uses;
}
