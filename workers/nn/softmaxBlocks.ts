import { hasOwn, runOwn, type OwnKernel } from './ownKernels.ts';
import {
  logarithm,
  matrixFrom,
  minus,
  multiply,
  negated,
  over,
  plus,
  rowSoftmax,
  scaled,
  shifted,
  squared,
  times,
  vectorFrom,
  type AnyTensor,
  type Matrix,
  type Vector,
} from './tensors.ts';

/** Keeps the logarithm of an impossible token finite: it counts as 69 nats. */
export const smallestShare = 1e-30;
/** What 1 does not feel in single precision: kernels draw shares below it to 0, which tells rows of them as sparse. */
export const unfelt = 2 ** -25;
/** Flattens logits for the first pass, so that blocks up to 80 times this many nats apart can be told from zero. */
const flattening = 8;
/** Squarings after which the second of two shares, 10 % below the first, has a thousandth of it left. */
const sharpenings = 6;

/** What a head learns by. */
export interface CrossEntropy {
  /** Of each block of each row, n x blocks. */
  readonly losses: Matrix;
  /** By the logits, n x width. */
  readonly gradient: Matrix;
}

export interface CrossEntropyOptions {
  /** Of each block of each row, n x blocks. */
  readonly weights?: Matrix;
  /** Of the gradient, not of the losses: how much each row counts. */
  readonly rowWeight?: number;
}

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
  /** Where each block starts, and the end. */
  readonly #starts: Vector;

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
    const starts = new Float32Array(widths.length + 1);
    widths.forEach((each, block) => (starts[block + 1] = starts[block] + each));
    this.#starts = vectorFrom(starts);
  }

  /**
   * Probabilities, n x width: each block of each row sums to 1. `factor` times the logits counts, with `more` added to
   * them before.
   */
  probabilities(logits: Matrix, { more, factor = 1 }: { more?: Matrix; factor?: number } = {}): Matrix {
    if (hasOwn('blockSoftmax')) return this.#run('blockSoftmax', { logits, more }, { factor });
    const all = more ? plus(logits, more) : logits;
    const own = factor === 1 ? all : scaled(all, factor);
    const flat = multiply(rowSoftmax(scaled(own, 1 / flattening)), this.#members);
    const tops = multiply(scaled(logarithm(flat), flattening), this.#spread);
    const wholeRow = rowSoftmax(minus(own, tops));
    return over(wholeRow, this.totals(wholeRow));
  }

  /** Cross-entropy with one-hot targets, and its gradient. */
  crossEntropy(
    logits: Matrix,
    targets: Matrix,
    { weights, rowWeight = 1 }: CrossEntropyOptions = {},
  ): CrossEntropy {
    if (hasOwn('blockCrossEntropy')) {
      const [gradient, losses] = runOwn<Matrix[]>(
        'blockCrossEntropy',
        { logits, targets, weights, starts: this.#starts },
        { rowWeight, losses: true },
      );
      return { losses, gradient };
    }
    const probabilities = this.probabilities(logits);
    const hits = multiply(times(probabilities, targets), this.#members);
    const losses = negated(logarithm(shifted(hits, smallestShare)));
    return {
      losses: weights ? times(losses, weights) : losses,
      gradient: this.#error(probabilities, targets, weights, rowWeight),
    };
  }

  /** The gradient alone: row by row, with nothing summed over rows. */
  crossEntropyGradient(logits: Matrix, targets: Matrix, weights?: Matrix): Matrix {
    if (hasOwn('blockCrossEntropy')) {
      const [gradient] = runOwn<Matrix[]>(
        'blockCrossEntropy',
        { logits, targets, weights, starts: this.#starts },
        { rowWeight: 1, losses: false },
      );
      return gradient;
    }
    return this.#error(this.probabilities(logits), targets, weights, 1);
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
    if (hasOwn('blockSharpen')) return this.#run('blockSharpen', { shares }, {});
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

  /** A matrix, n x width, each block of each row times its own of `factors`, n x blocks. */
  scaled(matrix: Matrix, factors: Matrix): Matrix {
    return hasOwn('blockScaled')
      ? this.#run('blockScaled', { matrix, factors }, {})
      : times(matrix, this.spread(factors));
  }

  /**
   * `factor` x the gradient by the logits, from that by their block softmax `soft`, of which only what `free` says
   * counts: n x width, 0 or 1.
   */
  throughSoftmax(soft: Matrix, gradient: Matrix, free: Matrix, factor = 1): Matrix {
    if (hasOwn('throughSoftmax')) return this.#run('throughSoftmax', { soft, gradient, free }, { factor });
    const weighted = times(times(gradient, free), soft);
    const through = minus(weighted, times(soft, this.totals(weighted)));
    return factor === 1 ? through : scaled(through, factor);
  }

  dispose(): void {
    this.#members.dispose();
    this.#spread.dispose();
    this.#starts.dispose();
  }

  #error(probabilities: Matrix, targets: Matrix, weights: Matrix | undefined, rowWeight: number): Matrix {
    const error = minus(probabilities, targets);
    const weighted = weights ? times(error, this.spread(weights)) : error;
    return rowWeight === 1 ? weighted : scaled(weighted, rowWeight);
  }

  #run(
    kernel: OwnKernel,
    inputs: Readonly<Record<string, AnyTensor | undefined>>,
    attributes: Readonly<Record<string, number>>,
  ): Matrix {
    return runOwn<Matrix>(kernel, { ...inputs, starts: this.#starts }, attributes);
  }
}
