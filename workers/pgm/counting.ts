import type { RunControl } from '../control.ts';
import { cellsOf, checkClique } from './cliques.ts';
import type { Clique, Codes } from './types.ts';

/** Rows whose codes are widened at a time: they stay in the processor's cache while all cliques are counted. */
const blockRows = 16_384;
/** Rows at a time at least: fewer would spend their time between the loops. */
const fewestRows = 512;
/** Counts between two looks at the event loop: about ten milliseconds. */
const countsAStretch = 4e6;

interface Counter {
  readonly clique: Clique;
  readonly cells: Int32Array;
}

/** Codes of the columns in use, one block of rows at a time, as 32-bit integers: one kind of array in the inner loops. */
class Blocks {
  readonly #columns: readonly Codes[];
  readonly #used: readonly number[];
  readonly blocks: readonly Int32Array[];

  constructor(columns: readonly Codes[], cliques: readonly Clique[]) {
    this.#columns = columns;
    this.#used = [...new Set(cliques.flat())];
    const used = new Set(this.#used);
    this.blocks = columns.map((_, column) => new Int32Array(used.has(column) ? blockRows : 0));
  }

  load(from: number, to: number): void {
    for (const column of this.#used) this.blocks[column].set(this.#columns[column].subarray(from, to));
  }
}

function countOne(cells: Int32Array, a: Int32Array, rows: number): void {
  for (let row = 0; row < rows; row++) cells[a[row]]++;
}

function countPair(cells: Int32Array, a: Int32Array, b: Int32Array, sizeB: number, rows: number): void {
  for (let row = 0; row < rows; row++) cells[a[row] * sizeB + b[row]]++;
}

function countTriple(
  cells: Int32Array,
  [a, b, c]: readonly Int32Array[],
  sizeB: number,
  sizeC: number,
  rows: number,
): void {
  for (let row = 0; row < rows; row++) cells[(a[row] * sizeB + b[row]) * sizeC + c[row]]++;
}

function countMany(
  cells: Int32Array,
  columns: readonly Int32Array[],
  sizes: readonly number[],
  rows: number,
  index: Int32Array,
): void {
  index.fill(0, 0, rows);
  columns.forEach((codes, i) => {
    const size = sizes[i];
    for (let row = 0; row < rows; row++) index[row] = index[row] * size + codes[row];
  });
  countOne(cells, index, rows);
}

class CliqueCounts {
  readonly #sizes: readonly number[];
  readonly #counters: readonly Counter[];
  readonly #blocks: Blocks;
  readonly #index = new Int32Array(blockRows);

  constructor(columns: readonly Codes[], sizes: readonly number[], cliques: readonly Clique[]) {
    for (const clique of cliques) checkClique(sizes, clique);
    this.#sizes = sizes;
    this.#counters = cliques.map((clique) => ({ clique, cells: new Int32Array(cellsOf(sizes, clique)) }));
    this.#blocks = new Blocks(columns, cliques);
  }

  add(from: number, to: number): void {
    this.#blocks.load(from, to);
    for (const counter of this.#counters) this.#addTo(counter, to - from);
  }

  #addTo({ clique, cells }: Counter, rows: number): void {
    const { blocks } = this.#blocks;
    const [a, b, c] = clique;
    if (clique.length === 1) countOne(cells, blocks[a], rows);
    else if (clique.length === 2) countPair(cells, blocks[a], blocks[b], this.#sizes[b], rows);
    else if (clique.length === 3) {
      countTriple(cells, [blocks[a], blocks[b], blocks[c]], this.#sizes[b], this.#sizes[c], rows);
    } else {
      const [columns, sizes] = [clique.map((i) => blocks[i]), clique.map((i) => this.#sizes[i])];
      countMany(cells, columns, sizes, rows, this.#index);
    }
  }

  tables(): Float64Array[] {
    return this.#counters.map(({ cells }) => Float64Array.from(cells));
  }
}

/**
 * Exact counts of the rows `from .. to` by clique: one table a clique, row-major in its order. Codes outside their
 * size are not looked for: they are counted in another cell or in none.
 */
export function countCliques(
  columns: readonly Codes[],
  sizes: readonly number[],
  cliques: readonly Clique[],
  from = 0,
  to = columns[0]?.length ?? 0,
): Float64Array[] {
  const counts = new CliqueCounts(columns, sizes, cliques);
  for (let start = from; start < to; start += blockRows) counts.add(start, Math.min(to, start + blockRows));
  return counts.tables();
}

/** The same over all rows, letting messages in every few milliseconds. Throws `stopped` when the run was cancelled. */
export async function countCliquesPaced(
  columns: readonly Codes[],
  sizes: readonly number[],
  cliques: readonly Clique[],
  control: RunControl,
  onProgress?: (done: number) => void,
): Promise<Float64Array[]> {
  const rows = columns[0]?.length ?? 0;
  const counts = new CliqueCounts(columns, sizes, cliques);
  // With thousands of cliques one full block would already be a long stretch.
  const step = Math.max(fewestRows, Math.min(blockRows, Math.ceil(countsAStretch / (cliques.length + 1))));
  let pending = 0;
  for (let start = 0; start < rows; start += step) {
    const end = Math.min(rows, start + step);
    counts.add(start, end);
    pending += (end - start) * (cliques.length + 1);
    if (pending < countsAStretch) continue;
    pending = 0;
    onProgress?.(end / rows);
    await control.checkpoint();
  }
  onProgress?.(1);
  return counts.tables();
}
