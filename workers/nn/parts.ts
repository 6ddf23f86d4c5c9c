import { matrixAt, reshaped, type AnyTensor, type Matrix, type Vector } from './tensors.ts';

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
    return reshaped(this.whole(), this.rows * this.columns);
  }
}
