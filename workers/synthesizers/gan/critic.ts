import { inputGradient, type DenseParameters, type LayerUse } from '../../nn/dense.ts';
import { inputPenalty, type InputPenalty } from '../../nn/inputPenalty.ts';
import { ParameterLayout, type ParameterShape } from '../../nn/parameters.ts';
import {
  bareShapes,
  denseShapes,
  stackBackward,
  stackForward,
  stackOf,
  type DenseShape,
  type Trace,
} from '../../nn/stack.ts';
import { matrixFrom, type Matrix } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';

/** Says how real a one-hot row looks, as log odds: width -> hidden -> hidden -> 1. Each row on its own. */
export class Critic {
  readonly width: number;
  readonly hidden: number;
  readonly layout: ParameterLayout;
  readonly #shapes: readonly DenseShape[];

  constructor(width: number, hidden: number) {
    this.width = width;
    this.hidden = hidden;
    this.#shapes = stackOf([width, hidden, hidden, 1], 'linear', 'leakyRelu');
    this.layout = new ParameterLayout(bareShapes(this.#shapes));
  }

  initial(rng: Rng): ParameterShape[] {
    return this.#shapes.flatMap((shape) => denseShapes(shape, rng));
  }

  /** The last of the trace are the log odds, n x 1. */
  forward(layers: readonly DenseParameters[], rows: Matrix): Trace {
    return stackForward(this.#shapes, layers, rows);
  }

  /**
   * Uses of the layers for a gradient of the log odds, n x 1; without one for 1 in each row: scaled, they serve any
   * loss.
   */
  backward(layers: readonly DenseParameters[], trace: Trace, toOdds?: Matrix): LayerUse[] {
    const rows = trace[0].shape[0];
    const gradient = toOdds ?? matrixFrom(new Float32Array(rows).fill(1), rows, 1);
    return stackBackward(this.#shapes, layers, trace, gradient);
  }

  /** Gradient of the log odds by the rows, n x width. */
  toRows(layers: readonly DenseParameters[], back: readonly LayerUse[]): Matrix {
    return inputGradient(layers[0], back[0].delta);
  }

  /** Penalty on steepness at the rows of `trace`: R1 (Mescheder et al. 2018, arXiv 1801.04406) where they are real. */
  penalty(
    layers: readonly DenseParameters[],
    trace: Trace,
    back: readonly LayerUse[],
    weight: number,
  ): InputPenalty {
    return inputPenalty(this.#shapes, layers, trace, back, weight);
  }
}
