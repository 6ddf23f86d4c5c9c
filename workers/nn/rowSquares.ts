import { hasOwn, runOwn } from './ownKernels.ts';
import { flattened, rowSums, squared, type AnyTensor, type Matrix, type Vector } from './tensors.ts';

/** Squared length of each row of each matrix, matrix after matrix; all have the same rows. One may come up twice. */
export function rowSquares(matrices: readonly Matrix[]): Vector {
  const distinct = [...new Set(matrices)];
  const places = matrices.map((matrix) => distinct.indexOf(matrix));
  if (hasOwn('rowSquares')) {
    const inputs: Record<string, AnyTensor> = {};
    matrices.forEach((matrix, i) => (inputs[`matrix${i}`] = matrix));
    return runOwn<Vector>('rowSquares', inputs, { rows: matrices[0].shape[0] });
  }
  const squares = distinct.map((matrix) => rowSums(squared(matrix)));
  return flattened(places.map((place) => squares[place]));
}
