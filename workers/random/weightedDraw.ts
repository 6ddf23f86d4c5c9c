import type { Rng } from './rng.ts';

/**
 * Draws places with chances in proportion to their weights, of 0 or more. A weight of 0 is never drawn, but the last
 * where all are 0.
 */
export class WeightedDraw {
  readonly #cumulative: Float64Array;
  readonly #last: number;

  constructor(weights: ArrayLike<number>) {
    let sum = 0;
    this.#cumulative = Float64Array.from(weights, (weight) => (sum += weight));
    // Where rounding takes a level to the sum itself.
    this.#last = sum > 0 ? this.#cumulative.indexOf(sum) : this.#cumulative.length - 1;
  }

  draw(rng: Rng): number {
    const level = rng.uniform() * this.#cumulative[this.#last];
    const found = this.#cumulative.findIndex((reached) => reached > level);
    return found < 0 ? this.#last : found;
  }
}
