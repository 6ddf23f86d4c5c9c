import { cellsOf, checkClique } from './cliques.ts';
import { triangulate } from './elimination.ts';
import type { Clique } from './types.ts';

/** A clique of the tree. Its table is row-major over `attributes`: the separator first, then the residual. */
export interface TreeNode {
  readonly attributes: readonly number[];
  /** Attributes shared with the parent, as many as lead `attributes`. */
  readonly separator: readonly number[];
  readonly residual: readonly number[];
  /** Number of the parent node, which comes earlier; -1 for the root. */
  readonly parent: number;
  readonly children: readonly number[];
  readonly cells: number;
  readonly separatorCells: number;
}

/**
 * Cliques joined so that those holding an attribute are connected (running intersection). Parts without a common
 * attribute are joined by empty separators, so there is one root, and it comes first.
 */
export interface JunctionTree {
  readonly sizes: readonly number[];
  /** Each after its parent. */
  readonly nodes: readonly TreeNode[];
  readonly cells: number;
}

interface Link {
  /** Position in the order of joining. */
  readonly parent: number;
  readonly clique: Clique;
}

const overlap = (a: Clique, b: ReadonlySet<number>): number => {
  let shared = 0;
  for (const attribute of a) if (b.has(attribute)) shared++;
  return shared;
};

/** Prim's algorithm: always the widest separator, which gives running intersection (Jensen and Jensen 1994). */
function spanningTree(cliques: readonly Clique[], root: number): Link[] {
  const sets = cliques.map((clique) => new Set(clique));
  const joined: Link[] = [];
  const best = cliques.map(() => ({ parent: -1, shared: -1 }));
  const open = new Set(cliques.keys());
  for (let next = root; open.size > 0; next = widest(best, open)) {
    open.delete(next);
    joined.push({ parent: best[next].parent, clique: cliques[next] });
    for (const other of open) {
      const shared = overlap(cliques[other], sets[next]);
      if (shared > best[other].shared) best[other] = { parent: joined.length - 1, shared };
    }
    if (open.size === 0) break;
  }
  return joined;
}

function widest(best: readonly { shared: number }[], open: ReadonlySet<number>): number {
  let found = -1;
  for (const i of open) if (found < 0 || best[i].shared > best[found].shared) found = i;
  return found;
}

/** The largest clique, which is sampled most exactly when it is the root; of those with `first`, where given. */
function rootOf(sizes: readonly number[], cliques: readonly Clique[], first: number | undefined): number {
  let root = -1;
  cliques.forEach((clique, i) => {
    if (first !== undefined && !clique.includes(first)) return;
    if (root < 0 || cellsOf(sizes, clique) > cellsOf(sizes, cliques[root])) root = i;
  });
  return root;
}

/** Largest attribute last: inner loops run along it. The root may be asked to lead with one attribute. */
function residualOrder(sizes: readonly number[], residual: Clique, first: number | undefined): number[] {
  return [...residual].sort(
    (a, b) => Number(b === first) - Number(a === first) || sizes[a] - sizes[b] || a - b,
  );
}

/**
 * A junction tree whose cliques cover `cliques` and all attributes.
 * @param first attribute that the root should hold, as its first.
 */
export function junctionTree(
  sizes: readonly number[],
  cliques: readonly Clique[],
  first?: number,
): JunctionTree {
  for (const clique of cliques) checkClique(sizes, clique);
  const maximal = triangulate(sizes, cliques);
  const links = spanningTree(maximal, rootOf(sizes, maximal, first));
  const children = links.map(() => new Array<number>());
  links.forEach(({ parent }, i) => parent >= 0 && children[parent].push(i));
  const nodes: TreeNode[] = [];
  links.forEach(({ parent, clique }, i) => {
    // In the parent's order, so that the separator's cells follow each other there as well.
    const separator = parent < 0 ? [] : nodes[parent].attributes.filter((a) => clique.includes(a));
    const residual = residualOrder(
      sizes,
      clique.filter((a) => !separator.includes(a)),
      first,
    );
    nodes.push({
      attributes: [...separator, ...residual],
      separator,
      residual,
      parent,
      children: children[i],
      cells: cellsOf(sizes, clique),
      separatorCells: cellsOf(sizes, separator),
    });
  });
  return { sizes, nodes, cells: nodes.reduce((sum, { cells }) => sum + cells, 0) };
}
