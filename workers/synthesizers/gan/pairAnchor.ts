import type { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import {
  matrixFrom,
  multiply,
  multiplyLeftTransposed,
  scaledMinus,
  scaledTimesMinus,
  squared,
  times,
  timesPlus,
  type Matrix,
} from '../../nn/tensors.ts';
import type { MadeRows } from './duel.ts';
import { offsetsOf } from './noise.ts';
import type { PairTargets } from './pairs.ts';

/**
 * Pulls a generator to known shares of pairs of tokens, as in generative networks with the exponential mechanism (Liu
 * et al. 2021, arXiv 2106.07153): half the squared distance between made and wanted shares, summed over all cells. Made
 * shares are averages of products of probabilities, because given its input a row's columns are drawn apart.
 * Keeps its tensors on the device until it is disposed of, or the scope it was made in ends.
 */
export class PairAnchor {
  readonly #wanted: Matrix;
  /** 1 where the two tokens are of a known pair of columns; width x width, symmetric. */
  readonly #known: Matrix;
  /** The same for columns: columns x columns. */
  readonly #knownColumns: Matrix;
  readonly #emphasis: Matrix | undefined;

  /** `emphasis`, one a token: the error of a pair's share is multiplied by that of both tokens before it is squared. */
  constructor({ widths, pairs, shares }: PairTargets, emphasis?: Float32Array) {
    const offsets = offsetsOf(widths);
    const width = widths.reduce((sum, each) => sum + each, 0);
    const wanted = new Float32Array(width * width);
    const known = new Float32Array(width * width);
    const columns = new Float32Array(widths.length ** 2);
    pairs.forEach(([first, second], p) => {
      columns[first * widths.length + second] = columns[second * widths.length + first] = 1;
      shares[p].forEach((share, cell) => {
        const a = offsets[first] + Math.floor(cell / widths[second]);
        const b = offsets[second] + (cell % widths[second]);
        const emphasised = emphasis ? share * emphasis[a] * emphasis[b] : share;
        wanted[a * width + b] = wanted[b * width + a] = emphasised;
        known[a * width + b] = known[b * width + a] = 1;
      });
    });
    this.#wanted = matrixFrom(wanted, width, width);
    this.#known = matrixFrom(known, width, width);
    this.#knownColumns = matrixFrom(columns, widths.length, widths.length);
    this.#emphasis = emphasis && matrixFrom(emphasis, 1, width);
  }

  /** Gradient by the logits of made rows, n x width, times `weight`. Call within a scope. */
  toLogits({ trace, noise }: MadeRows, blocks: SoftmaxBlocks, weight: number): Matrix {
    const soft = blocks.probabilities(trace[trace.length - 1]);
    const shares = this.#emphasised(timesPlus(soft, noise.free, noise.given));
    const gradient = this.#emphasised(this.#gradient(shares, blocks, weight));
    return blocks.throughSoftmax(soft, gradient, noise.free);
  }

  /**
   * Gradient by the probabilities, n x width. Products of a row with itself are left out of the square, whose mean they
   * would raise most for rows that are sure of their tokens.
   */
  #gradient(probabilities: Matrix, blocks: SoftmaxBlocks, weight: number): Matrix {
    const rows = probabilities.shape[0];
    const others = 1 / Math.max(1, rows - 1);
    const together = multiplyLeftTransposed(probabilities, probabilities);
    const toShares = scaledTimesMinus(together, this.#known, this.#wanted, others);
    const lengths = multiply(blocks.sums(squared(probabilities)), this.#knownColumns);
    const own = blocks.scaled(probabilities, lengths);
    return scaledMinus(multiply(probabilities, toShares), own, others, (2 * weight) / rows);
  }

  #emphasised(matrix: Matrix): Matrix {
    return this.#emphasis ? times(matrix, this.#emphasis) : matrix;
  }

  dispose(): void {
    this.#emphasis?.dispose();
    this.#wanted.dispose();
    this.#known.dispose();
    this.#knownColumns.dispose();
  }
}
