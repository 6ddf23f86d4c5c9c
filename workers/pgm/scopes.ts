import { addMarginal, addSpread, blockMap, type BlockMap } from './blockMap.ts';
import { cellsOf } from './cliques.ts';
import { emptyWeights, toLogs, type Weights } from './weights.ts';

/**
 * A table that enters a clique of the tree, over some of its attributes. Small ones are multiplied together before
 * they meet the clique's table, which has many more cells: each pass over that one counts.
 */
export interface Scope {
  readonly attributes: readonly number[];
  /** The product of what is its own and of its inputs. */
  readonly weights: Weights;
  /** Receives the marginal over its attributes. */
  readonly marginal: Float64Array;
  readonly inputs: Placed[];
  /** Number of the potential that is its own; -1 for a product of others, or a message that comes filled. */
  readonly factor: number;
  readonly message: boolean;
}

export interface Placed {
  readonly scope: Scope;
  readonly map: BlockMap;
}

/** Products of scopes are formed only where they have at most this share of the clique's cells. */
const productShare = 1 / 8;
/** A message from a child this large is used as it comes: turning it into logarithms would cost more than a pass. */
const messageShare = 1 / 16;

const unionOf = (order: readonly number[], a: Scope, b: Scope): number[] =>
  order.filter((axis) => a.attributes.includes(axis) || b.attributes.includes(axis));

interface Merge {
  readonly a: number;
  readonly b: number;
  readonly union: readonly number[];
  readonly cells: number;
}

/** The pair of scopes whose product is smallest: inside one of them, or small beside the clique. */
function cheapestMerge(
  sizes: readonly number[],
  order: readonly number[],
  open: readonly Scope[],
): Merge | null {
  const limit = cellsOf(sizes, order) * productShare;
  const leastCells = Math.min(...open.map(({ marginal }) => marginal.length));
  let best: Merge | null = null;
  for (let a = 1; a < open.length; a++) {
    for (let b = 0; b < a; b++) {
      const union = unionOf(order, open[a], open[b]);
      const cells = cellsOf(sizes, union);
      const inside = union.length === Math.max(open[a].attributes.length, open[b].attributes.length);
      if ((inside || cells <= limit) && (best === null || cells < best.cells)) best = { a, b, union, cells };
      if (best?.cells === leastCells) return best;
    }
  }
  return best;
}

function productOf(sizes: readonly number[], a: Scope, b: Scope, union: readonly number[]): Scope {
  const [large, small] = a.attributes.length >= b.attributes.length ? [a, b] : [b, a];
  const place = (scope: Scope, host: Scope) => ({
    scope,
    map: blockMap(host.attributes, scope.attributes, sizes),
  });
  if (large.attributes.length === union.length) {
    large.inputs.push(place(small, large));
    return large;
  }
  const cells = cellsOf(sizes, union);
  const product: Scope = {
    attributes: union,
    weights: emptyWeights(cells),
    marginal: new Float64Array(cells),
    inputs: [],
    factor: -1,
    message: false,
  };
  product.inputs.push(place(a, product), place(b, product));
  return product;
}

/** Decides in which order the scopes of a clique are multiplied; returns those that meet its table. */
export function planScopes(
  sizes: readonly number[],
  order: readonly number[],
  leaves: readonly Scope[],
): Placed[] {
  const largest = cellsOf(sizes, order) * messageShare;
  const alone = leaves.filter(({ message, marginal }) => message && marginal.length > largest);
  const open = leaves.filter((leaf) => !alone.includes(leaf));
  for (let merge = cheapestMerge(sizes, order, open); merge; merge = cheapestMerge(sizes, order, open)) {
    const { a, b, union } = merge;
    const product = productOf(sizes, open[a], open[b], union);
    open.splice(a, 1);
    open[b] = product;
  }
  return [...open, ...alone].map((scope) => ({ scope, map: blockMap(order, scope.attributes, sizes) }));
}

/** Fills the weights of a scope from the potentials and from what its inputs hold. */
export function loadScope(scope: Scope, potentials: readonly Float64Array[]): void {
  const { weights, inputs, factor, message } = scope;
  if (factor >= 0) weights.values.set(potentials[factor]);
  else if (!message) weights.values.fill(0);
  if (!message) weights.logs = true;
  else if (inputs.length > 0) toLogs(weights);
  for (const { scope: input, map } of inputs) {
    loadScope(input, potentials);
    toLogs(input.weights);
    addSpread(weights.values, input.weights.values, map);
  }
}

/** Hands the marginal of a scope on to its inputs. */
export function readScope({ marginal, inputs }: Scope): void {
  for (const { scope: input, map } of inputs) {
    input.marginal.fill(0);
    addMarginal(input.marginal, marginal, map);
    readScope(input);
  }
}
