import { addMarginal, addSpread, multiplySpread, spread } from './blockMap.ts';
import { cellsOf, cliqueKey, isSubset, sortedClique } from './cliques.ts';
import type { JunctionTree, TreeNode } from './junctionTree.ts';
import { loadScope, planScopes, readScope, type Placed, type Scope } from './scopes.ts';
import type { Clique } from './types.ts';
import { emptyWeights, findRange, scaleRows, sumLogRows, sumRows, toLogs, toNumbers } from './weights.ts';

/** Largest range of logarithms whose products stay inside the normal doubles: e^-650 is 1e-282. */
const safeRange = 650;

/** A clique of the tree at work. */
interface Station {
  readonly table: Float64Array;
  /** Of each row (state of the separator), before it is scaled to its marginal. */
  readonly rowSums: Float64Array;
  /** What it tells its parent; its marginal is that of the separator. */
  readonly toParent: Scope;
  readonly scopes: readonly Placed[];
  /** True when a scope has as many cells as the table: logarithms then cost no more exponentials than numbers. */
  readonly full: boolean;
}

const leafScope = (attributes: readonly number[], cells: number, factor: number): Scope => ({
  attributes,
  weights: emptyWeights(cells),
  marginal: new Float64Array(cells),
  inputs: [],
  factor,
  message: factor < 0,
});

/** The smallest clique of the tree that holds all attributes. */
function homeOf(nodes: readonly TreeNode[], clique: Clique): number {
  let home = -1;
  nodes.forEach(({ attributes, cells }, i) => {
    if ((home < 0 || cells < nodes[home].cells) && isSubset(clique, sortedClique(attributes))) home = i;
  });
  if (home < 0) throw new RangeError(`No clique of the tree contains [${cliqueKey(clique)}].`);
  return home;
}

/**
 * Sum-product over a junction tree (Shafer-Shenoy collecting, Hugin distributing) with all tables allocated once.
 * Collecting, each clique's table becomes proportional to the conditional of its residual by state of the separator,
 * and its message is the sums; distributing, the rows are scaled to the separator's marginal. Tables are products of
 * numbers where their logarithms range little enough, else sums of logarithms with each row scaled by its largest, so
 * no potential is too steep.
 */
export class Propagation {
  readonly tree: JunctionTree;
  readonly cliques: readonly Clique[];
  readonly #factors: readonly Scope[];
  readonly #stations: readonly Station[];

  /** Each clique must be ascending, distinct, and inside a clique of the tree. */
  constructor(tree: JunctionTree, cliques: readonly Clique[]) {
    this.tree = tree;
    this.cliques = cliques;
    this.#factors = cliques.map((clique, i) => leafScope(clique, cellsOf(tree.sizes, clique), i));
    const leaves: Scope[][] = tree.nodes.map(() => []);
    for (const factor of this.#factors) leaves[homeOf(tree.nodes, factor.attributes)].push(factor);
    const messages = tree.nodes.map(({ separator, separatorCells, parent }) => {
      const message = leafScope(separator, separatorCells, -1);
      if (parent >= 0) leaves[parent].push(message);
      return message;
    });
    this.#stations = tree.nodes.map((node, i) => this.#station(node, messages[i], leaves[i]));
  }

  #station({ attributes, cells, separatorCells }: TreeNode, toParent: Scope, leaves: Scope[]): Station {
    const scopes = planScopes(this.tree.sizes, attributes, leaves);
    return {
      table: new Float64Array(cells),
      rowSums: new Float64Array(separatorCells),
      toParent,
      scopes,
      full: scopes.some(({ scope }) => scope.marginal.length === cells),
    };
  }

  /**
   * Computes all marginals under potentials in the order of `cliques`, as probabilities, and returns ln of the sum of
   * exp(potentials) over all combinations (-Infinity where none is possible; the marginals are then all 0).
   */
  run(potentials: readonly Float64Array[]): number {
    for (let i = this.#stations.length - 1; i >= 0; i--) this.#collect(this.#stations[i], potentials);
    const root = this.#stations[0].toParent;
    root.marginal.fill(1);
    for (const station of this.#stations) this.#distribute(station);
    return root.weights.high;
  }

  /** Probabilities over the clique `cliques[factor]`, row-major, as of the last run. Overwritten by the next. */
  marginal(factor: number): Float64Array {
    return this.#factors[factor].marginal;
  }

  /** Probabilities over the attributes of a node of the tree, as of the last run. Overwritten by the next. */
  joint(node: number): Float64Array {
    return this.#stations[node].table;
  }

  #collect({ table, rowSums, toParent, scopes, full }: Station, potentials: readonly Float64Array[]): void {
    let range = 0;
    for (const { scope } of scopes) {
      loadScope(scope, potentials);
      if (full) continue;
      if (scope.weights.logs) findRange(scope.weights);
      range += scope.weights.high - scope.weights.low;
    }
    if (!full && range <= safeRange) {
      sumRows(table, rowSums, toParent.weights, multiplyScopes(table, scopes));
    } else {
      addScopes(table, scopes);
      sumLogRows(table, rowSums, toParent.weights);
    }
  }

  #distribute({ table, rowSums, toParent, scopes }: Station): void {
    scaleRows(table, rowSums, toParent.marginal);
    for (const { scope, map } of scopes) {
      scope.marginal.fill(0);
      addMarginal(scope.marginal, table, map);
      readScope(scope);
    }
  }
}

/** Returns ln of what the product is scaled by. */
function multiplyScopes(table: Float64Array, scopes: readonly Placed[]): number {
  let shift = 0;
  if (scopes.length === 0) table.fill(1);
  scopes.forEach(({ scope: { weights }, map }, i) => {
    toNumbers(weights);
    shift += weights.high;
    if (i === 0) spread(table, weights.values, map);
    else multiplySpread(table, weights.values, map);
  });
  return shift;
}

function addScopes(table: Float64Array, scopes: readonly Placed[]): void {
  scopes.forEach(({ scope: { weights }, map }, i) => {
    toLogs(weights);
    if (i === 0) spread(table, weights.values, map);
    else addSpread(table, weights.values, map);
  });
}
