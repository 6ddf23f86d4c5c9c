/** Distinct byte strings, numbered in order of first appearance. Open addressing over one arena: no string a cell. */
import { grownInt32, grownUint8 } from './growable.ts';

/** Decoding this much at a time is fast and far below the longest string a browser takes. */
const decodeBytes = 1 << 22;

export class ByteDictionary {
  #arena: Uint8Array = new Uint8Array(256);
  #offsets: Int32Array = new Int32Array(17);
  #hashes: Int32Array = new Int32Array(16);
  #slots: Int32Array = new Int32Array(32).fill(-1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Entry i is `arena[offsets[i]..offsets[i + 1]]`. Both are replaced when the dictionary grows. */
  get arena(): Uint8Array {
    return this.#arena;
  }

  get offsets(): Int32Array {
    return this.#offsets;
  }

  /** Number of `bytes[start..end]`, added if it is new. */
  code(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    // FNV leaves the low bits of short keys alike; one more mix spreads them.
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = this.#slots[slot];
      if (code < 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[code] === hash && this.#equals(code, bytes, start, end)) return code;
    }
  }

  #equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#offsets[code];
    const length = end - start;
    if (this.#offsets[code + 1] - from !== length) return false;
    const arena = this.#arena;
    for (let i = 0; i < length; i++) if (arena[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const code = this.#size++;
    const from = this.#offsets[code];
    const to = from + end - start;
    this.#arena = grownUint8(this.#arena, to);
    this.#offsets = grownInt32(this.#offsets, code + 2);
    this.#hashes = grownInt32(this.#hashes, code + 1);
    for (let i = from, j = start; i < to; i++, j++) this.#arena[i] = bytes[j];
    this.#offsets[code + 1] = to;
    this.#hashes[code] = hash;
    this.#slots[slot] = code;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return code;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#size; code++) {
      let slot = this.#hashes[code] & mask;
      while (slots[slot] >= 0) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.#slots = slots;
  }

  /** Entries `from` up to `to`. */
  texts(from = 0, to = this.#size): string[] {
    const texts: string[] = [];
    while (from < to) {
      let next = from + 1;
      while (next < to && this.#offsets[next + 1] - this.#offsets[from] <= decodeBytes) next++;
      this.#decode(from, next, texts);
      from = next;
    }
    return texts;
  }

  #decode(from: number, to: number, texts: string[]): void {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const base = this.#offsets[from];
    const bytes = this.#arena.subarray(base, this.#offsets[to]);
    const all = decoder.decode(bytes);
    const ascii = all.length === bytes.length;
    for (let code = from; code < to; code++) {
      const start = this.#offsets[code] - base;
      const end = this.#offsets[code + 1] - base;
      texts.push(ascii ? all.slice(start, end) : decoder.decode(bytes.subarray(start, end)));
    }
  }
}
