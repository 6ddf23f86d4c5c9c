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

export const scaled = (probabilities: Float64Array, total: number): Float64Array =>
  probabilities.map((probability) => probability * total);

/** Potential of a single column added to a model, as plain data. */
export function withColumnPotential(state: ModelState, column: number, potential: Float64Array): ModelState {
  checkClique(state.sizes, [column]);
  return { ...state, cliques: [...state.cliques, [column]], potentials: [...state.potentials, potential] };
}
