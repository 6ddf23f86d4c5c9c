import { matrixFrom, multiply, scaled, shifted, type Matrix } from '../../nn/tensors.ts';

/** What is rarer counts as this: a handful of rows is no ground to learn from. */
const smallestShare = 1e-3;
/** What a token adds to the weight of a row at most. */
const mostAdded = 19;

/** Squares of `tokenEmphasis`, column after column: mean 1 over a column's rows. */
function squares(shares: readonly Float64Array[]): number[] {
  return shares.flatMap((block) => {
    const inverse = Array.from(block, (share) => 1 / Math.max(share, smallestShare));
    const mean = inverse.reduce((sum, each, token) => sum + each * block[token], 0);
    return inverse.map((each) => each / mean);
  });
}

/**
 * How much an error in the share of each token counts, so that its square goes by what is expected, as in Pearson's
 * chi-squared: else a class of 5 % weighs 1 in 400 beside what is wrong elsewhere, and its rows come out like any
 * others. One a token; 1 where all of a column are equally common.
 */
export const tokenEmphasis = (shares: readonly Float64Array[]): Float32Array =>
  Float32Array.from(squares(shares), Math.sqrt);

/**
 * Weights of rows in the game, the larger the rarer their tokens: at given networks the best critic stays the same, as
 * real and made rows with the same cells weigh the same, but what it has to spare goes to the rare. Mean 1 over real
 * rows. Keeps a tensor on the device until it is disposed of.
 */
export class RowWeights {
  /** width x 1: what each token adds to 1. */
  readonly #added: Matrix;
  readonly #mean: number;

  constructor(shares: readonly Float64Array[]) {
    const added = squares(shares).map((square) => Math.min(mostAdded, Math.max(0, square - 1)));
    const all = shares.flatMap((block) => Array.from(block));
    this.#mean = 1 + added.reduce((sum, each, token) => sum + each * all[token], 0);
    this.#added = matrixFrom(Float32Array.from(added), added.length, 1);
  }

  /** Of one-hot rows, n x width: n x 1. */
  of(rows: Matrix): Matrix {
    return scaled(shifted(multiply(rows, this.#added), 1), 1 / this.#mean);
  }

  dispose(): void {
    this.#added.dispose();
  }
}
