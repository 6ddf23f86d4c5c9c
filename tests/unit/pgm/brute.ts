import * as fc from 'fast-check';
import { cellsOf, distinctCliques, sortedClique } from '../../../workers/pgm/cliques.ts';
import type { Clique, ModelState } from '../../../workers/pgm/types.ts';
import { seededRng, type Rng } from '../../../workers/random/rng.ts';

/** Codes of every combination, row-major. */
export function combinations(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (found, size) => found.flatMap((head) => Array.from({ length: size }, (_, value) => [...head, value])),
    [[]],
  );
}

export const cellOf = (sizes: readonly number[], clique: Clique, codes: readonly number[]): number =>
  clique.reduce((cell, attribute) => cell * sizes[attribute] + codes[attribute], 0);

/** Sums a table over all combinations to a clique's cells. */
export function project(sizes: readonly number[], joint: ArrayLike<number>, clique: Clique): Float64Array {
  const table = new Float64Array(cellsOf(sizes, clique));
  combinations(sizes).forEach((codes, i) => (table[cellOf(sizes, clique, codes)] += joint[i]));
  return table;
}

/** The model's distribution over all combinations; all zero where none is possible. */
export function bruteJoint({ sizes, cliques, potentials }: ModelState): Float64Array {
  const logs = combinations(sizes).map((codes) =>
    cliques.reduce((sum, clique, i) => sum + potentials[i][cellOf(sizes, clique, codes)], 0),
  );
  const top = Math.max(...logs);
  const weights = Float64Array.from(logs, (log) => (top === -Infinity ? 0 : Math.exp(log - top)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return sum === 0 ? weights : weights.map((weight) => weight / sum);
}

export const subset = (columns: number, most: number, rng: Rng): Clique =>
  sortedClique(Array.from({ length: 1 + rng.int(most) }, () => rng.int(columns)));

export interface Shape {
  readonly seed: number;
  readonly columns: number;
  readonly cliques: number;
  /** Standard deviation of the potentials. */
  readonly steepness: number;
  /** Share of structural zeros. */
  readonly zeros: number;
}

export function randomModel({ seed, columns, cliques, steepness, zeros }: Shape): ModelState {
  const rng = seededRng(seed);
  const sizes = Array.from({ length: columns }, () => 1 + rng.int(4));
  const chosen = distinctCliques(Array.from({ length: cliques }, () => subset(columns, 3, rng)));
  const potentials = chosen.map((clique) =>
    new Float64Array(cellsOf(sizes, clique)).map(() =>
      rng.uniform() < zeros ? -Infinity : steepness * rng.normal(),
    ),
  );
  return { sizes, total: 1000, cliques: chosen, potentials };
}

/** Random small models: disconnected, tree-like and with loops, flat and steep, with and without zeros. */
export const shapes = fc.record<Shape>({
  seed: fc.nat(),
  columns: fc.integer({ min: 1, max: 6 }),
  cliques: fc.integer({ min: 0, max: 8 }),
  steepness: fc.constantFrom(1, 3, 400),
  zeros: fc.constantFrom(0, 0, 0.2),
});

export const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let gap = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) gap = Math.max(gap, Math.abs(a[i] - b[i]));
  return gap;
};
