import { hash32 } from '../random/rng.ts';

/** Distinct values counted exactly up to here; beyond it a count is a lower bound unless all values differ. */
export const DISTINCT_LIMIT = 100_000;

const mix = (low: number, high: number): number => {
  let h = Math.imul(low ^ (high * 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h ^ high, 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
};

/**
 * Distinct finite numbers with their counts: open addressing over typed arrays, about 20 ns a value.
 * Once `DISTINCT_LIMIT` is passed and some value has stood twice, new values are no longer taken in.
 */
export class NumberTally {
  #keys = new Float64Array(1024).fill(NaN);
  #counts = new Int32Array(1024);
  readonly #double = new Float64Array(1);
  readonly #words = new Int32Array(this.#double.buffer);
  size = 0;
  /** No value was added twice. */
  unique = true;
  /** Some values were not taken in: `size` is a lower bound. */
  capped = false;

  add(value: number): void {
    const slot = this.#find(value);
    if (this.#counts[slot] > 0) {
      this.#counts[slot]++;
      this.unique = false;
    } else if (!this.unique && this.size >= DISTINCT_LIMIT) {
      this.capped = true;
    } else {
      this.#keys[slot] = value;
      this.#counts[slot] = 1;
      if (++this.size * 2 > this.#keys.length) this.#grow();
    }
  }

  #find(value: number): number {
    this.#double[0] = value === 0 ? 0 : value;
    const mask = this.#keys.length - 1;
    let slot = mix(this.#words[0], this.#words[1]) & mask;
    while (this.#counts[slot] > 0 && this.#keys[slot] !== value) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const counts = this.#counts;
    this.#keys = new Float64Array(keys.length * 2).fill(NaN);
    this.#counts = new Int32Array(keys.length * 2);
    for (let i = 0; i < keys.length; i++) {
      if (counts[i] === 0) continue;
      const slot = this.#find(keys[i]);
      this.#keys[slot] = keys[i];
      this.#counts[slot] = counts[i];
    }
  }

  /** Distinct values in ascending order with their counts. */
  sorted(): { values: Float64Array; counts: Int32Array } {
    const values = this.#keys.filter((_, i) => this.#counts[i] > 0).sort();
    const counts = new Int32Array(values.length);
    for (let i = 0; i < values.length; i++) counts[i] = this.#counts[this.#find(values[i])];
    return { values, counts };
  }
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
