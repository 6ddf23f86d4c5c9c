import { solvePositive } from './cholesky.ts';
import { addPenalty, crossProduct, weightedGram } from './linearSystem.ts';
import type { Design } from './types.ts';

/** Ridge regression; weights of the design's columns, the intercept last and not penalised. */
export function fitRidge(design: Design, targets: Float64Array, l2 = 1): Float64Array {
  const gram = weightedGram(design, new Float64Array(design.rows).fill(1));
  addPenalty(gram, design.width, l2);
  return solvePositive(gram, crossProduct(design, targets));
}
