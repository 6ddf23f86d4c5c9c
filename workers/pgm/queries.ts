import type { RunControl } from '../control.ts';
import { allPairs, cellsOf, checkClique } from './cliques.ts';
import { contract, type Factor } from './contract.ts';
import type { JunctionTree } from './junctionTree.ts';
import { nodeMarginal, nodeWith, type CalibratedModel } from './model.ts';
import type { Clique } from './types.ts';

const union = (...parts: readonly (readonly number[])[]): number[] => [...new Set(parts.flat())];

/** Divides each row of a table by its sum: the conditional of the last attributes given the first. */
function toConditional(values: Float64Array, rows: number): Float64Array {
  const width = values.length / rows;
  for (let row = 0, start = 0; row < rows; row++, start += width) {
    let sum = 0;
    for (let cell = start; cell < start + width; cell++) sum += values[cell];
    if (sum > 0) for (let cell = start; cell < start + width; cell++) values[cell] /= sum;
  }
  return values;
}

/** p(target | given) over attributes of one node, as a factor over (given, target). */
function conditionalOf(
  model: CalibratedModel,
  node: number,
  given: readonly number[],
  target: readonly number[],
): Factor {
  const attributes = [...given, ...target];
  const values = nodeMarginal(model, node, attributes);
  return { attributes, values: toConditional(values, cellsOf(model.tree.sizes, given)) };
}

/** By node: which of the wanted attributes are residual in it or below it. */
function wantedBelow({ nodes }: JunctionTree, wanted: Clique): Set<number>[] {
  const below = nodes.map(({ residual }) => new Set(residual.filter((a) => wanted.includes(a))));
  for (let i = nodes.length - 1; i > 0; i--) for (const a of below[i]) below[nodes[i].parent].add(a);
  return below;
}

/** The deepest node that has all wanted attributes in itself or below itself. */
function topOf({ nodes }: JunctionTree, wanted: Clique, below: readonly ReadonlySet<number>[]): number {
  for (let i = nodes.length - 1; i > 0; i--) {
    if (wanted.every((a) => nodes[i].attributes.includes(a) || below[i].has(a))) return i;
  }
  return 0;
}

/** Variable elimination over the part of the tree between the nodes that hold the wanted attributes. */
function eliminate(model: CalibratedModel, wanted: Clique): Float64Array {
  const { nodes, sizes } = model.tree;
  const below = wantedBelow(model.tree, wanted);
  const top = topOf(model.tree, wanted, below);

  const visit = (node: number): Factor => {
    const { attributes, children } = nodes[node];
    const separator = node === top ? [] : nodes[node].separator;
    const branches = children.filter((child) => below[child].size > 0);
    const local = attributes.filter((a) => wanted.includes(a));
    const links = branches.map((child) => nodes[child].separator);
    const kept = union(...links, local).filter((a) => !separator.includes(a));
    let factor = conditionalOf(model, node, separator, kept);
    branches.forEach((child, i) => {
      const ahead = union(separator, local, ...links.slice(i + 1));
      const found = visit(child);
      const carried = [...factor.attributes, ...found.attributes].filter((a) => wanted.includes(a));
      factor = contract(factor, found, union(ahead, carried), sizes);
    });
    return factor;
  };
  const found = visit(top);
  return contract(found, { attributes: [], values: Float64Array.of(1) }, wanted, sizes).values;
}

/** Counts that the model expects for a clique, row-major; any clique, whether measured or not. */
export function marginalCounts(model: CalibratedModel, clique: Clique): Float64Array {
  checkClique(model.tree.sizes, clique);
  const node = nodeWith(model.tree, clique);
  const probabilities = node >= 0 ? nodeMarginal(model, node, clique) : eliminate(model, clique);
  return probabilities.map((probability) => probability * model.state.total);
}

interface Edge {
  readonly to: number;
  readonly separator: readonly number[];
}

/** All pairs from one source column at a time: its joint with each separator is carried outwards through the tree. */
class PairWalk {
  readonly #model: CalibratedModel;
  readonly #edges: readonly Edge[][];
  readonly #conditionals = new Map<string, Factor>();

  constructor(model: CalibratedModel) {
    this.#model = model;
    const edges: Edge[][] = model.tree.nodes.map(() => []);
    model.tree.nodes.forEach(({ parent, separator }, node) => {
      if (parent < 0) return;
      edges[parent].push({ to: node, separator });
      edges[node].push({ to: parent, separator });
    });
    this.#edges = edges;
  }

  #conditional(node: number, given: readonly number[], target: readonly number[]): Factor {
    const key = `${String(node)}|${given.join()}|${target.join()}`;
    const known = this.#conditionals.get(key);
    if (known) return known;
    const made = conditionalOf(this.#model, node, given, target);
    this.#conditionals.set(key, made);
    return made;
  }

  /** Probabilities with every later column that shares no node with the source, by column. */
  from(source: number): Map<number, Float64Array> {
    const { nodes } = this.#model.tree;
    const found = new Map<number, Float64Array>();
    nodes.forEach(({ attributes }, node) => {
      if (!attributes.includes(source)) return;
      for (const { to, separator } of this.#edges[node]) {
        if (nodes[to].attributes.includes(source)) continue;
        const values = nodeMarginal(this.#model, node, [source, ...separator]);
        this.#visit(to, node, separator, { attributes: [source, ...separator], values }, found);
      }
    });
    return found;
  }

  #visit(
    node: number,
    from: number,
    separator: readonly number[],
    joint: Factor,
    found: Map<number, Float64Array>,
  ): void {
    const { nodes, sizes } = this.#model.tree;
    const source = joint.attributes[0];
    for (const target of nodes[node].attributes) {
      if (target < source || separator.includes(target)) continue;
      const given = this.#conditional(node, separator, [target]);
      found.set(target, contract(joint, given, [source, target], sizes).values);
    }
    for (const { to, separator: next } of this.#edges[node]) {
      if (to === from || !this.#leadsBeyond(to, node, source)) continue;
      const given = this.#conditional(
        node,
        separator,
        next.filter((a) => !separator.includes(a)),
      );
      this.#visit(to, node, next, contract(joint, given, [source, ...next], sizes), found);
    }
  }

  /** True when a column after the source appears across an edge. */
  #leadsBeyond(node: number, from: number, source: number): boolean {
    const edge = this.#edges[node].find(({ to }) => to === from);
    const fresh = this.#model.tree.nodes[node].attributes.some(
      (a) => a > source && !edge?.separator.includes(a),
    );
    return fresh || this.#edges[node].some(({ to }) => to !== from && this.#leadsBeyond(to, node, source));
  }
}

/** Expected counts of all pairs of columns, in the order of `allPairs`, sharing the work of the way between them. */
export async function pairCounts(model: CalibratedModel, control?: RunControl): Promise<Float64Array[]> {
  const { tree, state } = model;
  const walk = new PairWalk(model);
  const tables: Float64Array[] = [];
  let far = new Map<number, Float64Array>();
  let source = -1;
  for (const pair of allPairs(tree.sizes.length)) {
    if (pair[0] !== source) {
      await control?.checkpoint();
      [source] = pair;
      far = walk.from(source);
    }
    const probabilities = far.get(pair[1]) ?? nodeMarginal(model, nodeWith(tree, pair), pair);
    tables.push(probabilities.map((probability) => probability * state.total));
  }
  return tables;
}
