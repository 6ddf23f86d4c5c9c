import type { DenseParameters } from './dense.ts';
import { Part } from './parts.ts';
import type { Vector } from './tensors.ts';

/** One parameter tensor: its shape and first values (row-major). A bias has one row. */
export interface ParameterShape {
  readonly rows: number;
  readonly columns: number;
  readonly initial: Float32Array;
}

/**
 * All parameters of a model as one vector, so that the optimiser, averaging, noise and checkpoints each take one
 * operation over one tensor instead of one a layer.
 */
export class ParameterLayout {
  readonly length: number;
  readonly #shapes: readonly Omit<ParameterShape, 'initial'>[];
  readonly #offsets: readonly number[];

  /** `shapes` alternate weights and bias, layer by layer. */
  constructor(shapes: readonly Omit<ParameterShape, 'initial'>[]) {
    let offset = 0;
    this.#shapes = shapes;
    this.#offsets = shapes.map(({ rows, columns }) => {
      const at = offset;
      offset += rows * columns;
      return at;
    });
    this.length = offset;
  }

  /** The layers' parameters, or gradients, as parts of a vector that begins with them. Call within a scope. */
  layers(flat: Vector): DenseParameters[] {
    const layers: DenseParameters[] = [];
    for (let i = 0; i < this.#shapes.length; i += 2) {
      layers.push({ weights: this.#part(flat, i), bias: this.#part(flat, i + 1) });
    }
    return layers;
  }

  #part(flat: Vector, i: number): Part {
    const { rows, columns } = this.#shapes[i];
    return new Part(flat, this.#offsets[i], rows, columns);
  }
}

/** First values of all parameters, in layout order. */
export function initialValues(shapes: readonly ParameterShape[]): Float32Array {
  const values = new Float32Array(shapes.reduce((sum, { initial }) => sum + initial.length, 0));
  let offset = 0;
  for (const { initial } of shapes) {
    values.set(initial, offset);
    offset += initial.length;
  }
  return values;
}
