import {
  logarithm,
  matrixFrom,
  minus,
  multiply,
  negated,
  over,
  rowSoftmax,
  scaled,
  shifted,
  squared,
  sumOfAll,
  times,
  type DeviceScalar,
  type Matrix,
} from './tensors.ts';

/** Keeps the logarithm of an impossible token finite: it counts as 69 nats. */
const smallestShare = 1e-30;
/** Flattens logits for the first pass, so that blocks up to 80 times this many nats apart can be told from zero. */
const flattening = 8;
/** Squarings after which the second of two shares, 10 % below the first, has a thousandth of it left. */
const sharpenings = 6;

/**
 * Softmax and cross-entropy over adjoining blocks of columns (one block a category column), all blocks at once: block
 * sums and their way back to the columns are products with a 0/1 matrix.
 *
 * A softmax must not underflow, so each block has to be measured from its own largest logit; but there is no maximum
 * over blocks in one operation. Instead a first pass takes flattening x log(sum(exp(logit / flattening))), which lies
 * between a block's maximum and flattening x log(width) above it. Measured from there, no block is lost beside another.
 */
export class SoftmaxBlocks {
  /** width x blocks and its transpose: 1 where the column lies in the block. */
  readonly #members: Matrix;
  readonly #spread: Matrix;

  constructor(widths: readonly number[]) {
    const width = widths.reduce((sum, each) => sum + each, 0);
    const members = new Float32Array(width * widths.length);
    const spread = new Float32Array(width * widths.length);
    let column = 0;
    widths.forEach((each, block) => {
      for (const end = column + each; column < end; column++) {
        members[column * widths.length + block] = 1;
        spread[block * width + column] = 1;
      }
    });
    this.#members = matrixFrom(members, width, widths.length);
    this.#spread = matrixFrom(spread, widths.length, width);
  }

  /** Probabilities, n x width: each block of each row sums to 1. */
  probabilities(logits: Matrix): Matrix {
    const flat = multiply(rowSoftmax(scaled(logits, 1 / flattening)), this.#members);
    const tops = multiply(scaled(logarithm(flat), flattening), this.#spread);
    const wholeRow = rowSoftmax(minus(logits, tops));
    return over(wholeRow, this.totals(wholeRow));
  }

  /**
   * Cross-entropy with one-hot targets, summed over blocks and rows, and its gradient by the logits.
   */
  crossEntropy(logits: Matrix, targets: Matrix): { loss: DeviceScalar; gradient: Matrix } {
    const probabilities = this.probabilities(logits);
    const hits = multiply(times(probabilities, targets), this.#members);
    const loss = negated(sumOfAll(logarithm(shifted(hits, smallestShare))));
    return { loss, gradient: minus(probabilities, targets) };
  }

  /** The gradient alone: row by row, with nothing summed over rows. */
  crossEntropyGradient(logits: Matrix, targets: Matrix): Matrix {
    return minus(this.probabilities(logits), targets);
  }

  /** The sum of each block, in each of its columns. */
  totals(matrix: Matrix): Matrix {
    return this.spread(this.sums(matrix));
  }

  /** The sum of each block in one column a block, n x blocks. */
  sums(matrix: Matrix): Matrix {
    return multiply(matrix, this.#members);
  }

  /**
   * Shares of each block, n x width, drawn together at the largest: as good as one-hot. By squaring and dividing over
   * and over, because no backend has a maximum over blocks.
   */
  sharpened(shares: Matrix): Matrix {
    let sharp = shares;
    for (let round = 0; round < sharpenings; round++) {
      const square = squared(sharp);
      sharp = over(square, this.totals(square));
    }
    return sharp;
  }

  /** One value a block, n x blocks, repeated over the columns of its block: n x width. */
  spread(values: Matrix): Matrix {
    return multiply(values, this.#spread);
  }

  /** As `crossEntropy`, with a weight for each block of each row, n x blocks. */
  weightedCrossEntropy(
    logits: Matrix,
    targets: Matrix,
    weights: Matrix,
  ): { loss: DeviceScalar; gradient: Matrix } {
    const probabilities = this.probabilities(logits);
    const hits = multiply(times(probabilities, targets), this.#members);
    const loss = negated(sumOfAll(times(logarithm(shifted(hits, smallestShare)), weights)));
    return { loss, gradient: times(minus(probabilities, targets), this.spread(weights)) };
  }

  /** The gradient of `weightedCrossEntropy` alone: row by row, with nothing summed over rows. */
  weightedGradient(logits: Matrix, targets: Matrix, weights: Matrix): Matrix {
    return times(minus(this.probabilities(logits), targets), this.spread(weights));
  }

  dispose(): void {
    this.#members.dispose();
    this.#spread.dispose();
  }
}

/** Mean squared error summed over columns, averaged over rows, and its gradient by the outputs. */
export const squaredError = (outputs: Matrix, targets: Matrix): { loss: DeviceScalar; gradient: Matrix } => {
  const error = minus(outputs, targets);
  const rows = outputs.shape[0];
  return { loss: scaled(sumOfAll(times(error, error)), 1 / rows), gradient: scaled(error, 2 / rows) };
};
