import { hash32 } from '../random/rng.ts';

/** Distinct values counted exactly up to here; beyond it a count is a lower bound unless all values differ. */
export const DISTINCT_LIMIT = 100_000;

const mix = (low: number, high: number): number => {
  let h = Math.imul(low ^ (high * 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h ^ high, 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
};

/** Distinct values of a column and how many rows have each. */
export interface Distinct {
  /** Ascending. */
  readonly values: Float64Array;
  readonly counts: Int32Array;
  /** No value stands in two rows. */
  readonly unique: boolean;
  /** Some values were not taken in: there are more than `values` holds. */
  readonly capped: boolean;
}

/**
 * Distinct finite numbers by open addressing over typed arrays.
 * Beyond `DISTINCT_LIMIT` values new ones are taken in only while the question is whether all differ.
 */
class NumberTally {
  #keys = new Float64Array(4096);
  #counts = new Int32Array(4096);
  readonly #asks: boolean;
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);
  size = 0;
  unique = true;
  capped = false;

  constructor(asksUnique: boolean) {
    this.#asks = asksUnique;
  }

  add(value: number): void {
    const slot = this.#find(value);
    if (this.#counts[slot] > 0) {
      this.#counts[slot]++;
      this.unique = false;
    } else if (this.size >= DISTINCT_LIMIT && !(this.#asks && this.unique)) {
      this.capped = true;
    } else {
      this.#keys[slot] = value;
      this.#counts[slot] = 1;
      if (++this.size * 2 > this.#keys.length) this.#grow();
    }
  }

  #find(value: number): number {
    // Adding 0 turns -0 into 0, which is the same number with other bits.
    this.#double[0] = value + 0;
    const mask = this.#keys.length - 1;
    let slot = mix(this.#words[0], this.#words[1]) & mask;
    while (this.#counts[slot] > 0 && this.#keys[slot] !== value) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const counts = this.#counts;
    this.#keys = new Float64Array(keys.length * 4);
    this.#counts = new Int32Array(keys.length * 4);
    for (let i = 0; i < keys.length; i++) {
      if (counts[i] === 0) continue;
      const slot = this.#find(keys[i]);
      this.#keys[slot] = keys[i];
      this.#counts[slot] = counts[i];
    }
  }

  distinct(): Distinct {
    const values = new Float64Array(this.size);
    let at = 0;
    for (let i = 0; i < this.#keys.length; i++) if (this.#counts[i] > 0) values[at++] = this.#keys[i];
    values.sort();
    const counts = new Int32Array(this.size);
    for (let i = 0; i < values.length; i++) counts[i] = this.#counts[this.#find(values[i])];
    return { values, counts, unique: this.unique, capped: this.capped };
  }
}

/** Bounds of some numbers and the grid they stand on: all are whole multiples of `1 / scale`. */
export interface Grid {
  readonly min: number;
  readonly max: number;
  readonly scale: number;
}

/** A grid of more points than this, or of far more than there are rows, is not counted point by point. */
const MOST_POINTS = 2 ** 22;

/** True when counting by grid point is exact and takes little room. */
function isDense({ min, max, scale }: Grid, rows: number): boolean {
  const points = (max - min) * scale;
  const exact = Math.max(Math.abs(min), Math.abs(max)) * scale < 1e15;
  return exact && points < Math.min(MOST_POINTS, 65_536 + rows * 8);
}

function countPoints(values: Float64Array, grid: Grid): Distinct {
  const { min, scale } = grid;
  const first = Math.round(min * scale);
  const points = new Int32Array(Math.round(grid.max * scale) - first + 1);
  for (const value of values) if (value === value) points[Math.round(value * scale) - first]++;
  let size = 0;
  let unique = true;
  for (const count of points) {
    if (count > 0) size++;
    if (count > 1) unique = false;
  }
  const distinct = new Float64Array(size);
  const counts = new Int32Array(size);
  let at = 0;
  for (let i = 0; i < points.length; i++) {
    if (points[i] === 0) continue;
    distinct[at] = (first + i) / scale;
    counts[at++] = points[i];
  }
  return { values: distinct, counts, unique, capped: false };
}

/**
 * Distinct numbers with their rows; NaN is skipped.
 * @param grid what is known of the numbers; counting is faster where they stand densely on it
 * @param asksUnique keep counting beyond `DISTINCT_LIMIT` as long as no number has stood twice
 */
export function distinctNumbers(values: Float64Array, grid: Grid, asksUnique: boolean): Distinct {
  if (grid.min > grid.max)
    return { values: new Float64Array(), counts: new Int32Array(), unique: true, capped: false };
  if (isDense(grid, values.length)) return countPoints(values, grid);
  const tally = new NumberTally(asksUnique);
  for (const value of values) if (value === value) tally.add(value);
  return tally.distinct();
}

/**
 * For each entry of a dictionary the index of the first entry with the same text.
 * Texts are compared on equal hashes, so the answer is exact.
 */
export function firstOccurrences(dictionary: readonly string[]): Int32Array {
  let capacity = 16;
  while (capacity < dictionary.length * 2) capacity *= 2;
  const slots = new Int32Array(capacity).fill(-1);
  const hashes = new Uint32Array(dictionary.length);
  const first = new Int32Array(dictionary.length);
  for (let i = 0; i < dictionary.length; i++) {
    hashes[i] = hash32(dictionary[i]);
    let slot = hashes[i] & (capacity - 1);
    while (
      slots[slot] >= 0 &&
      (hashes[slots[slot]] !== hashes[i] || dictionary[slots[slot]] !== dictionary[i])
    ) {
      slot = (slot + 1) & (capacity - 1);
    }
    if (slots[slot] < 0) slots[slot] = i;
    first[i] = slots[slot];
  }
  return first;
}
