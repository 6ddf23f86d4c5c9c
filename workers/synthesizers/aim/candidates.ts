import { allPairs, cellsOf } from '../../pgm/cliques.ts';
import type { Clique } from '../../pgm/types.ts';

/** Tables that may be counted, all pairs first, each with what it is worth. */
export interface Candidates {
  readonly cliques: readonly Clique[];
  /** 0..1: the share of an error that counts. */
  readonly weights: Float64Array;
  readonly pairs: number;
}

/** What a pair with the target is worth beside one without. */
const targetWeight = 2;
/** Triples are offered while there are not too many columns for their exact counts to be held. */
const mostColumnsForTriples = 40;

/** Tables there are to choose from, those with very many cells included: a matter of public facts alone. */
export function candidateCount(columns: number, target: number | undefined): number {
  const pairs = (columns * (columns - 1)) / 2;
  const triples =
    target === undefined || columns > mostColumnsForTriples ? 0 : ((columns - 1) * (columns - 2)) / 2;
  return pairs + triples;
}

/** A table with more cells than this holds noise only. */
const mostCells = 20_000;

/**
 * All pairs, and with a target all triples that hold it. Which there are depends on the sizes alone, which are public or
 * follow from the noisy profile.
 */
export function candidatesOf(sizes: readonly number[], target: number | undefined): Candidates {
  const pairs = allPairs(sizes.length);
  const triples =
    target === undefined || sizes.length > mostColumnsForTriples
      ? []
      : pairs
          .filter((pair) => !pair.includes(target))
          .map((pair) => [...pair, target].sort((a, b) => a - b))
          .filter((triple) => cellsOf(sizes, triple) <= mostCells);
  const weigh = (clique: Clique): number =>
    target !== undefined && clique.length === 2 && clique.includes(target) ? 1 : 1 / targetWeight;
  const cliques = [...pairs, ...triples];
  return { cliques, weights: Float64Array.from(cliques, weigh), pairs: pairs.length };
}
