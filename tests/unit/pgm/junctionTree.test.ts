import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSubset, sortedClique } from '../../../workers/pgm/cliques.ts';
import { treeCells, treeSizer } from '../../../workers/pgm/elimination.ts';
import { junctionTree, type JunctionTree } from '../../../workers/pgm/junctionTree.ts';
import type { Clique } from '../../../workers/pgm/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { subset } from './brute.ts';

function randomGraph(seed: number, columns: number, count: number): { sizes: number[]; cliques: Clique[] } {
  const rng = seededRng(seed);
  const sizes = Array.from({ length: columns }, () => 1 + rng.int(9));
  return { sizes, cliques: Array.from({ length: count }, () => subset(columns, 3, rng)) };
}

const graphs = fc
  .tuple(fc.nat(), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 60 }))
  .map(([seed, columns, count]) => randomGraph(seed, columns, count));

/** Nodes that hold an attribute but whose parent does not: exactly one for each attribute. */
const topsOf = ({ nodes }: JunctionTree, attribute: number): number =>
  nodes.filter(
    ({ attributes, parent }) =>
      attributes.includes(attribute) && (parent < 0 || !nodes[parent].attributes.includes(attribute)),
  ).length;

test('every clique and attribute is covered, and those holding an attribute are connected', () => {
  fc.assert(
    fc.property(graphs, ({ sizes, cliques }) => {
      const tree = junctionTree(sizes, cliques);
      const nodes = tree.nodes.map(({ attributes }) => sortedClique(attributes));
      expect(cliques.filter((clique) => !nodes.some((node) => isSubset(clique, node)))).toEqual([]);
      expect(sizes.map((_, attribute) => topsOf(tree, attribute))).toEqual(sizes.map(() => 1));
    }),
  );
});

test('parents come first, and the separator is what a node shares with its parent', () => {
  fc.assert(
    fc.property(graphs, ({ sizes, cliques }) => {
      const { nodes, cells } = junctionTree(sizes, cliques);
      nodes.forEach(({ attributes, separator, residual, parent, children, ...node }, i) => {
        expect(parent < i && (parent >= 0 || i === 0)).toBe(true);
        expect(attributes).toEqual([...separator, ...residual]);
        expect(residual.length).toBeGreaterThan(0);
        expect(separator.every((a) => nodes[parent].attributes.includes(a))).toBe(true);
        for (const child of children) expect(nodes[child].parent).toBe(i);
        expect(node.cells).toBe(attributes.reduce((product, a) => product * sizes[a], 1));
      });
      expect(cells).toBe(nodes.reduce((sum, node) => sum + node.cells, 0));
    }),
  );
});

test('no node is inside another', () => {
  fc.assert(
    fc.property(graphs, ({ sizes, cliques }) => {
      const nodes = junctionTree(sizes, cliques).nodes.map(({ attributes }) => sortedClique(attributes));
      const inside = nodes.filter((a, i) => nodes.some((b, j) => i !== j && isSubset(a, b)));
      expect(inside).toEqual([]);
    }),
  );
});

test('the size asked for in advance is the size of the tree that is built', () => {
  fc.assert(
    fc.property(graphs, fc.nat(), ({ sizes, cliques }, seed) => {
      const sizer = treeSizer(sizes, cliques);
      const rng = seededRng(seed);
      for (let i = 0; i < 5; i++) {
        const candidate = subset(sizes.length, 4, rng);
        const cells = junctionTree(sizes, [...cliques, candidate]).cells;
        expect(sizer(candidate)).toBe(cells);
        expect(treeCells(sizes, [...cliques, candidate])).toBe(cells);
      }
    }),
    { numRuns: 50 },
  );
});

test('a tree of pairs keeps its pairs as cliques', () => {
  const sizes = Array.from({ length: 100 }, () => 20);
  const rng = seededRng(3);
  const pairs = sizes.slice(1).map((_, i) => sortedClique([rng.int(i + 1), i + 1]));
  expect(treeCells(sizes, pairs)).toBe(99 * 400);
});

test('a hub with hundreds of wide neighbours stays a tree of pairs', () => {
  const sizes = Array.from({ length: 400 }, () => 100);
  const pairs = sizes.slice(1).map((_, i) => [0, i + 1]);
  expect(treeCells(sizes, pairs)).toBe(399 * 10_000);
});

test('the root leads with the attribute that was asked for', () => {
  fc.assert(
    fc.property(graphs, ({ sizes, cliques }) => {
      sizes.forEach((_, first) => {
        expect(junctionTree(sizes, cliques, first).nodes[0].attributes[0]).toBe(first);
      });
    }),
    { numRuns: 20 },
  );
});
