import type { DenseParameters } from './dense.ts';
import { flattened, matrixAt, vectorAt, type Vector } from './tensors.ts';

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

  /** The layers' parameters, cut from the vector. */
  layers(flat: Vector): DenseParameters[] {
    const layers: DenseParameters[] = [];
    for (let i = 0; i < this.#shapes.length; i += 2) {
      const { rows, columns } = this.#shapes[i];
      layers.push({
        weights: matrixAt(flat, this.#offsets[i], rows, columns),
        bias: vectorAt(flat, this.#offsets[i + 1], columns),
      });
    }
    return layers;
  }

  /** Gradients of the layers, in order, as one vector of the same layout. */
  flatten(gradients: readonly DenseParameters[]): Vector {
    return flattened(gradients.flatMap(({ weights, bias }) => [weights, bias]));
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
