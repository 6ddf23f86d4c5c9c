/** Beyond this many steps from zero, neighbouring values of a double can no longer be told apart reliably. */
const mostSteps = 2 ** 50;

/** Smallest power of ten that makes `step` whole; 1 for whole steps. */
const decimalScale = (step: number): number => {
  let scale = 1;
  while (scale < 1e20 && Math.abs(step * scale - Math.round(step * scale)) > 1e-6 * step * scale) scale *= 10;
  return scale;
};

/**
 * Values that are multiples of a step, addressed by whole numbers.
 * `value(index)` is the double nearest to the decimal number meant (0.15, not 0.15000000000000002).
 */
export class Grid {
  readonly step: number;
  readonly #units: number;
  readonly #scale: number;

  /** `step` > 0 with at most 20 decimals. */
  constructor(step: number) {
    this.step = step;
    this.#scale = decimalScale(step);
    this.#units = Math.round(step * this.#scale);
  }

  /** Index of the grid value nearest to `value`. */
  index(value: number): number {
    return Math.round((value * this.#scale) / this.#units);
  }

  /** First and last index whose values lie in [min, max]; equal when no grid value does. */
  indicesWithin(min: number, max: number): [number, number] {
    const slack = 1e-6;
    const first = Math.ceil((min * this.#scale) / this.#units - slack);
    const last = Math.floor((max * this.#scale) / this.#units + slack);
    return first <= last ? [first, last] : [this.index(min), this.index(min)];
  }

  value(index: number): number {
    // Adding zero turns -0 into 0.
    return (index * this.#units) / this.#scale + 0;
  }

  /** This grid, `factor` times coarser. */
  coarser(factor: number): Grid {
    return factor > 1 ? new Grid((this.#units * factor) / this.#scale) : this;
  }
}

/** The grid of `step`, made coarser by tens until `largest` lies within what a double can tell apart. */
export function representableGrid(step: number, largest: number): Grid {
  let coarse = step;
  while (Math.abs(largest) / coarse > mostSteps) coarse *= 10;
  return new Grid(coarse);
}
