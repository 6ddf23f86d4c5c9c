/** 32-bit mixer of the two halves of a double (finaliser of MurmurHash3, Austin Appleby). */
function mixed(low: number, high: number): number {
  let hash = Math.imul(low, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Numbers distinct doubles 0, 1, 2, … in order of first appearance: a hash table without objects. */
export class Numbering {
  #keys = new Float64Array(1024);
  /** Number + 1 at each slot, 0 where free. */
  #numbers = new Int32Array(1024);
  #count = 0;
  readonly #bits = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#bits.buffer);

  get count(): number {
    return this.#count;
  }

  /** Number of a key; -0 counts as 0. A key must not be NaN. */
  of(key: number): number {
    if (this.#count * 2 >= this.#keys.length) this.#grow();
    const plain = key + 0; // turns -0 into 0, whose bits differ
    const slot = this.#slot(plain);
    if (this.#numbers[slot] === 0) {
      this.#keys[slot] = plain;
      this.#numbers[slot] = ++this.#count;
    }
    return this.#numbers[slot] - 1;
  }

  /** The slot that holds a key, or the free one where it belongs. */
  #slot(key: number): number {
    this.#bits[0] = key;
    const mask = this.#keys.length - 1;
    let slot = mixed(this.#halves[0], this.#halves[1]) & mask;
    while (this.#numbers[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    this.#keys = new Float64Array(keys.length * 2);
    this.#numbers = new Int32Array(keys.length * 2);
    for (let old = 0; old < keys.length; old++) {
      if (numbers[old] === 0) continue;
      const slot = this.#slot(keys[old]);
      this.#keys[slot] = keys[old];
      this.#numbers[slot] = numbers[old];
    }
  }
}
