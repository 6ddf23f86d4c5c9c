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

/**
 * A layer's use with what its rows count: `factors`, one column, 1 where left out. `also` is another input with the same
 * delta, for the weights alone, which takes no factors.
 */
export type WeightedUse = LayerUse &
  (
    | { readonly factors?: Matrix; readonly also?: undefined }
    | { readonly factors: Matrix; readonly also: Matrix }
  );

/** One backward pass: a use of each layer, in the order of the parameters. */
export type Pass = readonly WeightedUse[];

/**
 * Gradient of all parameters, summed over the rows of all passes: weights, then bias, layer after layer.
 */
export const parameterGradient = (passes: readonly Pass[]): Vector =>
  hasOwn('gradients') ? inPlace(passes) : flattened(passes[0].flatMap((_, layer) => ofLayer(passes, layer)));

function inPlace(passes: readonly Pass[]): Vector {
  const inputs: Record<string, AnyTensor | undefined> = {};
  const offsets: number[] = [];
  let at = 0;
  passes[0].forEach((first, layer) => {
    for (const pass of passes) {
      const { input, delta, factors, also } = pass[layer];
      const i = offsets.length;
      inputs[`input${i}`] = input;
      inputs[`delta${i}`] = delta;
      inputs[`factors${i}`] = factors;
      inputs[`also${i}`] = also;
      offsets.push(at);
    }
    at += (first.input.shape[1] + 1) * first.delta.shape[1];
  });
  return runOwn<Vector>('gradients', inputs, { offsets, length: at });
}

function ofLayer(passes: readonly Pass[], layer: number): [Matrix, Vector] {
  const all = passes.map((pass) => ofUse(pass[layer]));
  return [
    all.map(([weights]) => weights).reduce((sum, each) => plus(sum, each)),
    all.map(([, bias]) => bias).reduce((sum, each) => plus(sum, each)),
  ];
}

function ofUse({ input, delta, factors, also }: WeightedUse): [Matrix, Vector] {
  if (also) {
    const both = plus(scaledRows(input, factors), also);
    return [multiplyLeftTransposed(both, delta), columnSums(delta, factors)];
  }
  const scaled = factors ? scaledRows(delta, factors) : delta;
  return [multiplyLeftTransposed(input, scaled), columnSums(scaled)];
}
