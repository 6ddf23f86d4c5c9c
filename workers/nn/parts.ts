import { matrixAt, reshaped, vectorAt, type AnyTensor, type Matrix, type Vector } from './tensors.ts';

/**
 * A matrix that lies in a longer tensor, row-major from `offset` on, so that kernels can read it in place. Cut out only
 * where one cannot; the cut belongs to the scope it is first asked for in, and must be used in that scope.
 */
export class Part {
  readonly tensor: AnyTensor;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  #whole: Matrix | undefined;

  constructor(tensor: AnyTensor, offset: number, rows: number, columns: number, whole?: Matrix) {
    this.tensor = tensor;
    this.offset = offset;
    this.rows = rows;
    this.columns = columns;
    this.#whole = whole;
  }

  /** All of a matrix. */
  static of(matrix: Matrix): Part {
    return new Part(matrix, 0, matrix.shape[0], matrix.shape[1], matrix);
  }

  /**
   * All of a vector, as one row. A bias is to begin as a vector: the WASM backend looks at the shape that its values were
   * made with, whatever they were reshaped to.
   */
  static ofLine(vector: Vector): Part {
    return new Part(vector, 0, 1, vector.size);
  }

  /** On its own. */
  whole(): Matrix {
    return (this.#whole ??= matrixAt(
      reshaped(this.tensor, this.tensor.size),
      this.offset,
      this.rows,
      this.columns,
    ));
  }

  /** On its own, row-major in one line. */
  line(): Vector {
    const { tensor, offset } = this;
    const size = this.rows * this.columns;
    return tensor.rank === 1
      ? vectorAt(reshaped(tensor, tensor.size), offset, size)
      : reshaped(this.whole(), size);
  }
}
