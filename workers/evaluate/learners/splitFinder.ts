import { mostBins } from './binFeatures.ts';

/** Entries of a histogram for each code: summed gradients, summed hessians, rows. */
export const histogramStride = 3;

export interface SplitRules {
  /** Rows a leaf must have at least. */
  readonly minLeafRows: number;
  /** Summed hessians a leaf must have at least. */
  readonly minLeafHessian: number;
  /** Added to the summed hessians of a leaf. */
  readonly l2: number;
}

/** Rows of a category in a node below which it is not ordered by its mean: too few to say where it belongs. */
const fewCategoryRows = 10;
/** Pulls the mean gradient of a category towards 0 for the order alone (as LightGBM's cat_smooth). */
const orderSmoothing = 10;
const leastGain = 1e-9;

const setWord = (word: number, code: number): number => word | (1 << (code & 31));

/**
 * Best split of a node, kept over the features offered to it: ordered codes are cut in two with missing on either
 * side, categories are ordered by their mean gradient and cut in two, which is best for a convex loss (Fisher 1958).
 */
export class SplitFinder {
  gain = 0;
  feature = -1;
  lowCodes = 0;
  highCodes = 0;
  readonly #rules: SplitRules;
  readonly #order = new Int32Array(mostBins);
  readonly #keys = new Float64Array(mostBins);
  #gradients = 0;
  #hessians = 0;
  #rows = 0;
  #parentScore = 0;

  constructor(rules: SplitRules) {
    this.#rules = rules;
  }

  /** Forgets the last node and takes the sums of a new one. */
  start(gradients: number, hessians: number, rows: number): void {
    this.gain = leastGain;
    this.feature = -1;
    this.#gradients = gradients;
    this.#hessians = hessians;
    this.#rows = rows;
    this.#parentScore = (gradients * gradients) / (hessians + this.#rules.l2);
  }

  /** Offers a feature whose histogram starts at `at`. */
  offer(histogram: Float64Array, at: number, size: number, ordered: boolean, feature: number): void {
    if (!ordered) {
      this.#offerCategories(histogram, at, size, feature);
      return;
    }
    const missing = at + (size - 1) * histogramStride;
    this.#offerCuts(histogram, at, size, feature, false);
    if (histogram[missing + 2] > 0) this.#offerCuts(histogram, at, size, feature, true);
  }

  /** Gain of a left part with these sums, or 0 where it breaks a rule. */
  #gainOf(gradients: number, hessians: number, rows: number): number {
    const { minLeafRows, minLeafHessian, l2 } = this.#rules;
    const otherHessians = this.#hessians - hessians;
    if (rows < minLeafRows || this.#rows - rows < minLeafRows) return 0;
    if (hessians < minLeafHessian || otherHessians < minLeafHessian) return 0;
    const other = this.#gradients - gradients;
    return (
      (gradients * gradients) / (hessians + l2) + (other * other) / (otherHessians + l2) - this.#parentScore
    );
  }

  #offerCuts(histogram: Float64Array, at: number, size: number, feature: number, missingLeft: boolean): void {
    const missing = at + (size - 1) * histogramStride;
    let gradients = missingLeft ? histogram[missing] : 0;
    let hessians = missingLeft ? histogram[missing + 1] : 0;
    let rows = missingLeft ? histogram[missing + 2] : 0;
    let [best, bestCode, bestRows] = [this.gain, -1, 0];
    // Missing on the left and everything else too is no split; missing against everything else is one.
    const codes = missingLeft ? size - 2 : size - 1;
    for (let code = 0, cell = at; code < codes; code++, cell += histogramStride) {
      gradients += histogram[cell];
      hessians += histogram[cell + 1];
      rows += histogram[cell + 2];
      const gain = this.#gainOf(gradients, hessians, rows);
      if (gain > best) [best, bestCode, bestRows] = [gain, code, rows];
    }
    if (bestCode < 0) return;
    this.#take(best, feature);
    for (let code = 0; code <= bestCode; code++) this.#sendLeft(code);
    // Missing that no training row had goes with the more.
    const unseenLeft = histogram[missing + 2] === 0 && 2 * bestRows > this.#rows;
    if (missingLeft || unseenLeft) this.#sendLeft(size - 1);
  }

  #offerCategories(histogram: Float64Array, at: number, size: number, feature: number): void {
    const known = this.#orderCategories(histogram, at, size);
    let [gradients, hessians, rows] = [0, 0, 0];
    let [best, bestLast, bestRows] = [this.gain, -1, 0];
    for (let i = 0; i < known; i++) {
      const cell = at + this.#order[i] * histogramStride;
      gradients += histogram[cell];
      hessians += histogram[cell + 1];
      rows += histogram[cell + 2];
      const gain = this.#gainOf(gradients, hessians, rows);
      if (gain > best) [best, bestLast, bestRows] = [gain, i, rows];
    }
    if (bestLast < 0) return;
    this.#take(best, feature);
    for (let i = 0; i <= bestLast; i++) this.#sendLeft(this.#order[i]);
    if (2 * bestRows <= this.#rows) return;
    for (let code = 0; code < size; code++) {
      if (histogram[at + code * histogramStride + 2] === 0) this.#sendLeft(code);
    }
  }

  /** Fills the order with the categories that have rows enough and gives their number; all others go to the right. */
  #orderCategories(histogram: Float64Array, at: number, size: number): number {
    const [order, keys] = [this.#order, this.#keys];
    const fewest = Math.min(fewCategoryRows, this.#rules.minLeafRows);
    let known = 0;
    for (let code = 0, cell = at; code < size; code++, cell += histogramStride) {
      if (histogram[cell + 2] < fewest || histogram[cell + 2] === 0) continue;
      const key = histogram[cell] / (histogram[cell + 1] + orderSmoothing);
      let place = known++;
      while (place > 0 && keys[place - 1] > key) {
        keys[place] = keys[place - 1];
        order[place] = order[place - 1];
        place--;
      }
      keys[place] = key;
      order[place] = code;
    }
    return known;
  }

  #take(gain: number, feature: number): void {
    this.gain = gain;
    this.feature = feature;
    this.lowCodes = 0;
    this.highCodes = 0;
  }

  #sendLeft(code: number): void {
    if (code < 32) this.lowCodes = setWord(this.lowCodes, code);
    else this.highCodes = setWord(this.highCodes, code);
  }
}
