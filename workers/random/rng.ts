/**
 * Source of randomness passed to everything below `pipeline.ts`.
 * Seeded generators serve initialisation and post-processing only: nothing that protects real rows may draw from one
 * (see `privacy/csprng.ts`).
 */
export interface Rng {
  /** Uniform on [0, 1) with 32 random bits or more. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, bound). */
  int(bound: number): number;
  /** An independent generator for a named purpose, so that adding a consumer shifts no other stream. */
  fork(purpose: string): Rng;
}

/** 32-bit FNV-1a of a string: mixes a purpose or a seed into generator state. */
export function hash32(text: string, basis = 0x811c9dc5): number {
  let hash = basis >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, period at least 2^32, fast in 32-bit integers. */
class Sfc32 implements Rng {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal = NaN;

  constructor(seed: string) {
    this.#seed = seed;
    this.#a = hash32(seed);
    this.#b = hash32(seed, this.#a ^ 0x9e3779b9);
    this.#c = hash32(seed, this.#b ^ 0x85ebca6b);
    for (let i = 0; i < 15; i++) this.#next();
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  uniform(): number {
    return this.#next() / 4294967296;
  }

  int(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Marsaglia polar method. */
  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal;
      this.#spareNormal = NaN;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  fork(purpose: string): Rng {
    return new Sfc32(`${this.#seed}/${purpose}`);
  }
}

/** A reproducible generator. Equal seeds give equal streams on every machine. */
export function seededRng(seed: number | string): Rng {
  return new Sfc32(String(seed));
}

/** Fisher-Yates shuffle of the integers 0..count-1. */
export function permutation(count: number, rng: Rng): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const j = rng.int(i + 1);
    order[i] = order[j];
    order[j] = i;
  }
  return order;
}
