import type { DenseParameters, LayerUse } from '../../nn/dense.ts';
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
import type { Matrix } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';

export interface GeneratorSizes {
  /** Tokens of each column. */
  readonly widths: readonly number[];
  readonly hidden: number;
  readonly latent: number;
}

/** Keeps the first logit of a token nobody has finite. */
const smallestShare = 1e-4;

/**
 * Makes logits of rows from noise and one given cell: latent + width -> hidden -> hidden -> width. There are no batch
 * statistics in it, so a row is made alone as it is among others.
 */
export class Generator {
  readonly sizes: GeneratorSizes;
  readonly width: number;
  readonly layout: ParameterLayout;
  readonly #shapes: readonly DenseShape[];

  constructor(sizes: GeneratorSizes) {
    const { widths, hidden } = sizes;
    this.sizes = sizes;
    this.width = widths.reduce((sum, each) => sum + each, 0);
    this.#shapes = stackOf([this.inputs, hidden, hidden, this.width], 'linear');
    this.layout = new ParameterLayout(bareShapes(this.#shapes));
  }

  /** Columns of the input: latent noise, then the given cell, one-hot. */
  get inputs(): number {
    return this.sizes.latent + this.width;
  }

  /** All parameters with their first values: it starts at the columns' own shares. */
  initial(shares: readonly Float64Array[], rng: Rng): ParameterShape[] {
    const shapes = this.#shapes.flatMap((shape) => denseShapes(shape, rng));
    const logits = shares.flatMap((block) => Array.from(block, (share) => Math.log(share + smallestShare)));
    shapes[shapes.length - 1] = { ...shapes[shapes.length - 1], initial: new Float32Array(logits) };
    return shapes;
  }

  /** The last of the trace are the logits, n x width. `input` is n x inputs. */
  forward(layers: readonly DenseParameters[], input: Matrix): Trace {
    return stackForward(this.#shapes, layers, input);
  }

  /** From the gradient by the logits. */
  backward(layers: readonly DenseParameters[], trace: Trace, gradient: Matrix): LayerUse[] {
    return stackBackward(this.#shapes, layers, trace, gradient);
  }
}
