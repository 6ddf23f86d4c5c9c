import type { Clique } from './types.ts';

/**
 * Greedy elimination over the graph in which the attributes of a clique are joined: the attribute whose clique (itself
 * and its neighbours) has fewest cells goes next, and its neighbours become joined (Koller and Friedman 2009, 9.4.3).
 */
class EliminationGraph {
  readonly #sizes: readonly number[];
  readonly #logSizes: Float64Array;
  readonly #words: number;
  /** Row v holds the bits of the neighbours of v; of an eliminated v, those it had at that moment. */
  readonly #rows: Int32Array;
  /** Row v holds the bits of the eliminated attributes that had v as a neighbour. */
  readonly #holders: Int32Array;
  /** ln of the cells of each attribute's clique: in logarithms, because a hub may have hundreds of neighbours. */
  readonly #costs: Float64Array;
  readonly #gone: Uint8Array;

  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
    this.#logSizes = Float64Array.from(sizes, Math.log);
    this.#words = (sizes.length + 31) >> 5;
    this.#rows = new Int32Array(sizes.length * this.#words);
    this.#holders = new Int32Array(this.#rows.length);
    this.#costs = this.#logSizes.slice();
    this.#gone = new Uint8Array(sizes.length);
  }

  copyFrom(other: EliminationGraph): void {
    this.#rows.set(other.#rows);
    this.#costs.set(other.#costs);
    this.#holders.fill(0);
    this.#gone.fill(0);
  }

  join(clique: readonly number[]): void {
    for (let i = 1; i < clique.length; i++) for (let j = 0; j < i; j++) this.#link(clique[i], clique[j]);
  }

  #link(a: number, b: number): void {
    const [words, rows] = [this.#words, this.#rows];
    if ((rows[a * words + (b >> 5)] & (1 << (b & 31))) !== 0) return;
    rows[a * words + (b >> 5)] |= 1 << (b & 31);
    rows[b * words + (a >> 5)] |= 1 << (a & 31);
    this.#costs[a] += this.#logSizes[b];
    this.#costs[b] += this.#logSizes[a];
  }

  #cheapest(): number {
    const [costs, gone] = [this.#costs, this.#gone];
    let best = -1;
    for (let v = 0; v < gone.length; v++) {
      if (gone[v] === 0 && (best < 0 || costs[v] < costs[best] - 1e-9)) best = v;
    }
    return best;
  }

  #neighboursOf(v: number): number[] {
    return bitsOf(this.#rows, v * this.#words, this.#words);
  }

  /** True when an attribute that went earlier had all of these as neighbours. */
  #covered(v: number): boolean {
    const [words, rows] = [this.#words, this.#rows];
    return bitsOf(this.#holders, v * words, words).some((u) => {
      for (let word = 0; word < words; word++) {
        if ((rows[v * words + word] & ~rows[u * words + word]) !== 0) return false;
      }
      return true;
    });
  }

  /** Eliminates one attribute and returns its clique, itself first; null when an earlier clique contains it. */
  eliminateNext(): number[] | null {
    const v = this.#cheapest();
    const around = this.#neighboursOf(v);
    const covered = this.#covered(v);
    this.#gone[v] = 1;
    this.join(around);
    for (const n of around) {
      this.#rows[n * this.#words + (v >> 5)] &= ~(1 << (v & 31));
      this.#holders[n * this.#words + (v >> 5)] |= 1 << (v & 31);
      this.#costs[n] -= this.#logSizes[v];
    }
    return covered ? null : [v, ...around];
  }

  /** Maximal cliques of the triangulated graph. */
  cliques(): number[][] {
    return this.#sizes.flatMap(() => {
      const clique = this.eliminateNext();
      return clique === null ? [] : [clique];
    });
  }

  /** Cells of all of them; once that is above `most`, some number above it. */
  cells(most = Infinity): number {
    let cells = 0;
    for (let left = this.#sizes.length; left > 0 && cells <= most; left--) {
      const clique = this.eliminateNext();
      if (clique !== null) cells += clique.reduce((product, a) => product * this.#sizes[a], 1);
    }
    return cells;
  }
}

/** Positions of the bits that are set in `words` words from `start`. */
function bitsOf(bits: Int32Array, start: number, words: number): number[] {
  const found: number[] = [];
  for (let word = 0; word < words; word++) {
    for (let left = bits[start + word]; left !== 0; left &= left - 1) {
      found.push((word << 5) + 31 - Math.clz32(left & -left));
    }
  }
  return found;
}

function graphOf(sizes: readonly number[], cliques: readonly Clique[]): EliminationGraph {
  const graph = new EliminationGraph(sizes);
  for (const clique of cliques) graph.join(clique);
  return graph;
}

/** Maximal cliques, ascending, of a triangulation of the graph of `cliques`. Every attribute is in one. */
export function triangulate(sizes: readonly number[], cliques: readonly Clique[]): Clique[] {
  return graphOf(sizes, cliques)
    .cliques()
    .map((clique) => clique.sort((a, b) => a - b));
}

/** Cells of all cliques of the junction tree that `cliques` would give. */
export function treeCells(sizes: readonly number[], cliques: readonly Clique[]): number {
  return graphOf(sizes, cliques).cells();
}

/**
 * Answers how many cells the junction tree would have with one more clique; made once, asked for many candidates. Above
 * `most` it stops counting: the answer is then some number above it.
 */
export function treeSizer(
  sizes: readonly number[],
  cliques: readonly Clique[],
): (candidate: Clique, most?: number) => number {
  const base = graphOf(sizes, cliques);
  const scratch = new EliminationGraph(sizes);
  return (candidate, most) => {
    scratch.copyFrom(base);
    scratch.join(candidate);
    return scratch.cells(most);
  };
}
