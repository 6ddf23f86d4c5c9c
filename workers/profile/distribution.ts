import { Grid } from './grid.ts';
import type { NumericProfile } from './types.ts';

/** Position of the last entry of an ascending array that is at most `value`, -1 when there is none. */
const lastAtMost = (ascending: Float64Array, value: number): number => {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/**
 * The distribution that a numeric profile describes, over the values of its grid. A value off the grid stands for the
 * nearest grid value. Masses need not sum to 1: they are taken relative to their sum.
 */
export class NumericDistribution {
  readonly profile: NumericProfile;
  /** Mass before each piece; the last entry is 1. Length pieces + 1. */
  readonly cumulative: Float64Array;
  readonly #grid: Grid;
  readonly #first: Float64Array;
  readonly #cells: Float64Array;

  constructor(profile: NumericProfile) {
    const { low, high, mass, step } = profile;
    const grid = new Grid(step);
    this.profile = profile;
    this.#grid = grid;
    this.#first = low.map((value) => grid.index(value));
    this.#cells = high.map((value, p) => Math.max(1, grid.index(value) - grid.index(low[p])));
    const total = mass.reduce((sum, share) => sum + share, 0);
    this.cumulative = new Float64Array(mass.length + 1);
    let before = 0;
    mass.forEach((share, p) => (this.cumulative[p + 1] = (before += share) / total));
    this.cumulative[mass.length] = 1;
  }

  /** Number of pieces; 0 when every row is missing. */
  get pieces(): number {
    return this.#first.length;
  }

  /** Smallest and largest value it can give. NaN without pieces. */
  get range(): readonly [number, number] {
    const last = this.pieces - 1;
    if (last < 0) return [NaN, NaN];
    return [this.#grid.value(this.#first[0]), this.#grid.value(this.#first[last] + this.#cells[last] - 1)];
  }

  /** Piece that holds `value`, or the one before it when it lies in a gap; -1 when it lies before all. */
  pieceOf(value: number): number {
    return lastAtMost(this.#first, this.#grid.index(value));
  }

  /** P(X <= value). */
  cdf(value: number): number {
    return this.rank(value, 1);
  }

  /** P(X < value). */
  cdfBelow(value: number): number {
    return this.rank(value, 0);
  }

  /** P(X < value) and `part` (0..1) of P(X = value). */
  rank(value: number, part: number): number {
    const index = this.#grid.index(value);
    const piece = lastAtMost(this.#first, index);
    if (piece < 0) return 0;
    const share = Math.min(1, (index - this.#first[piece] + part) / this.#cells[piece]);
    const before = this.cumulative[piece];
    return before + share * (this.cumulative[piece + 1] - before);
  }

  /** Smallest grid value whose `cdf` exceeds `u` in [0, 1). Non-decreasing in `u`; NaN without pieces. */
  inverseCdf(u: number): number {
    if (this.pieces === 0) return NaN;
    // Pieces without mass share their start with the next one, so the last start at most `u` has mass behind it.
    let piece = Math.min(this.pieces - 1, Math.max(0, lastAtMost(this.cumulative, u)));
    while (piece > 0 && this.cumulative[piece] === 1) piece--;
    const before = this.cumulative[piece];
    const share = (u - before) / (this.cumulative[piece + 1] - before);
    const cells = this.#cells[piece];
    const cell = Math.max(0, Math.min(cells - 1, Math.floor(share * cells)));
    return this.#grid.value(this.#first[piece] + cell);
  }
}

/** P(X <= value) under a numeric profile. Build a `NumericDistribution` to ask more than once. */
export function cdf(profile: NumericProfile, value: number): number {
  return new NumericDistribution(profile).cdf(value);
}

/** Value at the quantile `u` in [0, 1] of a numeric profile. Build a `NumericDistribution` to ask more than once. */
export function inverseCdf(profile: NumericProfile, u: number): number {
  return new NumericDistribution(profile).inverseCdf(u);
}
