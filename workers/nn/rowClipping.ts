/*
 * Clipping of per-row gradients on the host, and what f32 arithmetic adds to the sensitivity of their sum.
 *
 * A row's squared norm is sum over layers |delta|² (|input|² + 1) (Goodfellow 2015, arXiv 1510.01799): the device gives
 * |delta|² and |input|² of each layer, the rest is done here in doubles.
 */

/**
 * A row with a squared length beyond these, or with NaN, adds nothing. The bounds keep every product of a clipped row
 * finite, and squares that underflow in f32 (below 2^-126 each) from hiding a gradient that matters: 2^40 times as much
 * is still nothing.
 */
const largestInput = 2 ** 40;
const largestDelta = 2 ** 100;

/**
 * min(1, clipNorm / norm) of each place, and NaN where the row must not count at all. `squares` holds |delta|² of each
 * layer and then |input|² of each layer, each a run of `places` values.
 */
export function clipFactors(squares: Float32Array, places: number, clipNorm: number): Float64Array {
  const factors = new Float64Array(places);
  const inputs = squares.length / 2;
  for (let place = 0; place < places; place++) {
    let norm = 0;
    let usable = true;
    for (let at = place; at < inputs; at += places) {
      const [delta, input] = [squares[at], squares[inputs + at]];
      usable &&= delta <= largestDelta && input <= largestInput;
      norm += delta * (input + 1);
    }
    factors[place] = usable ? Math.min(1, clipNorm / Math.sqrt(norm)) : NaN;
  }
  return factors;
}

/** Rounding unit of f32. */
const unit = 2 ** -24;

/** Relative error of a sum of n products in f32, in any order (Higham 2002, section 3.1): n u / (1 - n u). */
const gamma = (n: number): number => (n * unit) / (1 - n * unit);

/** For doubles, underflow and the like: far above all of them. */
const slack = 1e-6;

/**
 * How much more than clipNorm one unit can change a computed sum of clipped gradients, as a share of clipNorm.
 * Neighbours (zero-out) have the same places in the same micro-batches, one of them empty, so that all other
 * micro-batches agree to the bit. What is left:
 *  - The norm: |delta|² and |input|² are sums of at most `widest` squares, each low by gamma(widest) at most, so a
 *    clipped row is at most 1 / (1 - gamma(widest)) too long; rounding the factor and the scaled delta adds (1 + u)².
 *  - The sum over a micro-batch of m rows: in whatever order, it is a binary tree of additions, each off by u times what
 *    it adds up to, which over k rows is at most k clipNorm long. These k sum to m² / 2 + m / 2 at most (one row after
 *    the other), and m products are rounded too: u (m² / 2 + 3 m / 2) clipNorm, in either of the two worlds.
 *  - Micro-batches are added in doubles. Rounding that total to f32 moves it by u x its norm in either world.
 * For m = 500 rows this is 1.5 %, for 100 rows 0.06 %.
 */
export function sensitivityMargin(places: number, atOnce: number, widest: number): number {
  const row = (1 + unit) ** 2 / (1 - gamma(widest));
  const sums = 1 + unit * (atOnce ** 2 + 3 * atOnce) * (1 + gamma(atOnce));
  const total = 2 * unit * places * (1 + gamma(atOnce));
  return row * (sums + total) - 1 + slack;
}
