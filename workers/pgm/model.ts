import { HomespunError } from '../errors.ts';
import { addMarginal, blockMap } from './blockMap.ts';
import { cellsOf, checkClique, isSubset, sortedClique } from './cliques.ts';
import { junctionTree, type JunctionTree } from './junctionTree.ts';
import { Propagation } from './propagation.ts';
import type { Clique, ModelState } from './types.ts';

/** A model whose marginals over the cliques of its junction tree have been computed. */
export interface CalibratedModel {
  readonly state: ModelState;
  readonly tree: JunctionTree;
  /** Probabilities over each node of the tree, in the order of its attributes. */
  readonly joints: readonly Float64Array[];
  /** ln of the sum of exp(potentials) over all combinations. */
  readonly logSum: number;
}

/**
 * Throws `bad-settings` where the potentials leave no possible row.
 * @param first column that the root of the tree holds first: samples follow its distribution most closely.
 */
export function calibrate(state: ModelState, first?: number): CalibratedModel {
  const tree = junctionTree(state.sizes, state.cliques, first);
  const propagation = new Propagation(tree, state.cliques);
  const logSum = propagation.run(state.potentials);
  if (logSum === -Infinity) {
    throw new HomespunError({
      code: 'bad-settings',
      message: 'The conditions cannot hold together in the model: their probability is zero.',
      hint: 'Drop one of the conditions, or allow more values.',
    });
  }
  return { state, tree, joints: tree.nodes.map((_, node) => propagation.joint(node)), logSum };
}

/** ln of the sum of exp(potentials) over all combinations; -Infinity where none is possible. */
export function logSumOf({ sizes, cliques, potentials }: ModelState): number {
  return new Propagation(junctionTree(sizes, cliques), cliques).run(potentials);
}

/** Probabilities over attributes inside one node of the tree, in the order given. */
export function nodeMarginal(
  { tree, joints }: CalibratedModel,
  node: number,
  attributes: readonly number[],
): Float64Array {
  const marginal = new Float64Array(cellsOf(tree.sizes, attributes));
  addMarginal(marginal, joints[node], blockMap(tree.nodes[node].attributes, attributes, tree.sizes));
  return marginal;
}

/** Smallest node that holds the clique; -1 where none does. */
export function nodeWith({ nodes }: JunctionTree, clique: Clique): number {
  let found = -1;
  nodes.forEach(({ attributes, cells }, i) => {
    if ((found < 0 || cells < nodes[found].cells) && isSubset(clique, sortedClique(attributes))) found = i;
  });
  return found;
}

/** Distribution of one column, by code. */
export function columnMarginal(model: CalibratedModel, column: number): Float64Array {
  return nodeMarginal(model, nodeWith(model.tree, [column]), [column]);
}

/** The same model with a further potential on one column, as plain data. */
export function withColumnPotential(state: ModelState, column: number, potential: Float64Array): ModelState {
  checkClique(state.sizes, [column]);
  return { ...state, cliques: [...state.cliques, [column]], potentials: [...state.potentials, potential] };
}

/** Throws `bad-file` unless a state read from outside is whole: every table as long as its clique has cells, no NaN. */
export function checkState({ sizes, total, cliques, potentials }: ModelState): void {
  const whole =
    sizes.every((size) => Number.isInteger(size) && size > 0) &&
    Number.isFinite(total) &&
    cliques.length === potentials.length &&
    cliques.every((clique, i) => fits(sizes, clique, potentials[i]));
  if (whole) return;
  throw new HomespunError({
    code: 'bad-file',
    message: 'The saved model is damaged: its tables do not fit its columns.',
    hint: 'Fit the model again.',
  });
}

function fits(sizes: readonly number[], clique: Clique, potential: Float64Array): boolean {
  const known = clique.every((a, i) => a in sizes && (i === 0 || a > clique[i - 1]));
  return known && potential.length === cellsOf(sizes, clique) && potential.every((value) => value < Infinity);
}
