import type { LayerUse } from './dense.ts';
import { hasOwn, runOwn } from './ownKernels.ts';
import {
  columnSums,
  flattened,
  multiplyLeftTransposed,
  plus,
  scaledRows,
  type AnyTensor,
  type Matrix,
  type Vector,
} from './tensors.ts';

/** A layer's use with what its rows count. */
export interface WeightedUse extends LayerUse {
  /** Of each row, one column; 1 where left out. */
  readonly factors?: Matrix;
  /** The bias gets no gradient from it. */
  readonly withoutBias?: boolean;
}

/** One backward pass: a use of each layer, in the order of the parameters. */
export type Pass = readonly WeightedUse[];

/**
 * Gradient of all parameters, summed over the rows of all passes: weights, then bias, layer after layer. The first pass
 * has biases.
 */
export const parameterGradient = (passes: readonly Pass[]): Vector =>
  hasOwn('gradients') ? inPlace(passes) : flattened(passes[0].flatMap((_, layer) => ofLayer(passes, layer)));

function inPlace(passes: readonly Pass[]): Vector {
  const inputs: Record<string, AnyTensor | undefined> = {};
  const offsets: number[] = [];
  const withBias: boolean[] = [];
  let at = 0;
  passes[0].forEach((first, layer) => {
    for (const pass of passes) {
      const { input, delta, factors, withoutBias = false } = pass[layer];
      const i = offsets.length;
      inputs[`input${i}`] = input;
      inputs[`delta${i}`] = delta;
      inputs[`factors${i}`] = factors;
      offsets.push(at);
      withBias.push(!withoutBias);
    }
    at += (first.input.shape[1] + 1) * first.delta.shape[1];
  });
  return runOwn<Vector>('gradients', inputs, { offsets, withBias, length: at });
}

function ofLayer(passes: readonly Pass[], layer: number): [Matrix, Vector] {
  const uses = passes.map((pass) => pass[layer]);
  const scaled = uses.map(({ input, delta, factors, withoutBias }) => ({
    input,
    delta: factors ? scaledRows(delta, factors) : delta,
    withoutBias,
  }));
  const weights = scaled
    .map(({ input, delta }) => multiplyLeftTransposed(input, delta))
    .reduce((sum, each) => plus(sum, each));
  const bias = scaled
    .filter(({ withoutBias }) => !withoutBias)
    .map(({ delta }) => columnSums(delta))
    .reduce((sum, each) => plus(sum, each));
  return [weights, bias];
}
