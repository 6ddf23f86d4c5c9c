import type { Clique } from './types.ts';

/** Cells of a table over the attributes. */
export function cellsOf(sizes: readonly number[], attributes: Clique): number {
  let cells = 1;
  for (const attribute of attributes) cells *= sizes[attribute];
  return cells;
}

/** Both must be ascending. */
export function isSubset(inner: Clique, outer: Clique): boolean {
  if (inner.length > outer.length) return false;
  let at = 0;
  for (const attribute of inner) {
    while (at < outer.length && outer[at] < attribute) at++;
    if (at === outer.length || outer[at++] !== attribute) return false;
  }
  return true;
}

export const cliqueKey = (clique: Clique): string => clique.join(',');

export const sortedClique = (attributes: Iterable<number>): Clique =>
  [...new Set(attributes)].sort((a, b) => a - b);

/** Every clique once, in order of first appearance. */
export function distinctCliques(cliques: Iterable<Clique>): Clique[] {
  const found = new Map<string, Clique>();
  for (const clique of cliques) if (!found.has(cliqueKey(clique))) found.set(cliqueKey(clique), clique);
  return [...found.values()];
}

/** All pairs of attributes 0 .. count - 1, as (0,1), (0,2) .. */
export function allPairs(count: number): Clique[] {
  const pairs: Clique[] = [];
  for (let a = 0; a < count; a++) for (let b = a + 1; b < count; b++) pairs.push([a, b]);
  return pairs;
}

/** Throws a RangeError unless the clique is ascending, within the domain, and not repeated. */
export function checkClique(sizes: readonly number[], clique: Clique): void {
  for (let i = 0; i < clique.length; i++) {
    const fits = Number.isInteger(clique[i]) && clique[i] >= 0 && clique[i] < sizes.length;
    if (!fits || (i > 0 && clique[i] <= clique[i - 1])) {
      throw new RangeError(
        `Clique [${cliqueKey(clique)}] must be ascending numbers of ${sizes.length} columns.`,
      );
    }
  }
}
