import type { RunControl } from '../../control.ts';
import { cholesky, copyOf, eigen, setPair, type Matrix } from './matrix.ts';

/** Least eigenvalue of a repaired matrix, and least pivot of one that needs no repair. */
const leastEigenvalue = 1e-6;
/** Above this size eigenvectors take too long in a tab. */
const mostEigen = 256;
/** Projections at most, and multiply-adds for them all: some seconds. */
const mostProjections = 40;
const mostWork = 3e9;
/** Change of an entry at which the projections have come to rest. */
const still = 1e-6;
/** How exactly a large matrix is moved as little as needed. */
const shrinkStep = 1 / 1024;

/**
 * A correlation matrix with an inverse near `matrix` (symmetric, ones on the diagonal); the same one where it is one
 * already. Alternating projections on positive matrices and on unit diagonals find the nearest (Higham 2002, IMA J.
 * Numerical Analysis 22, Algorithm 3.3); a last clipping makes up for the projections left out. Large matrices are
 * moved towards the identity instead.
 */
export async function nearestCorrelation(matrix: Matrix, control: RunControl): Promise<Matrix> {
  const { size } = matrix;
  if (cholesky(matrix, leastEigenvalue)) return matrix;
  if (size > mostEigen) return shrunk(matrix, control);
  // About eight sweeps of six multiply-adds an entry and rotation.
  const limit = Math.max(2, Math.min(mostProjections, Math.floor(mostWork / (24 * size ** 3))));
  let current = copyOf(matrix);
  const correction = new Float64Array(size * size);
  for (let step = 0; step < limit; step++) {
    await control.checkpoint();
    const shifted = { size, values: current.values.map((value, i) => value - correction[i]) };
    const positive = clipped(shifted);
    let change = 0;
    for (let i = 0; i < correction.length; i++) correction[i] = positive.values[i] - shifted.values[i];
    for (let i = 0; i < size; i++) positive.values[i * size + i] = 1;
    for (let i = 0; i < correction.length; i++) {
      change = Math.max(change, Math.abs(positive.values[i] - current.values[i]));
    }
    current = positive;
    if (change < still) break;
  }
  return withUnitDiagonal(clipped(current));
}

/** Eigenvalues raised to the least allowed. */
function clipped(matrix: Matrix): Matrix {
  const { size } = matrix;
  const { values, vectors } = eigen(matrix);
  const out = copyOf(matrix);
  for (let e = 0; e < size; e++) {
    const lift = leastEigenvalue - values[e];
    if (lift <= 0) continue;
    const vector = vectors.values.subarray(e * size, (e + 1) * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++)
        setPair(out, i, j, out.values[i * size + j] + lift * vector[i] * vector[j]);
    }
  }
  return out;
}

function withUnitDiagonal({ size, values }: Matrix): Matrix {
  const out = { size, values: values.slice() };
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      setPair(out, i, j, values[i * size + j] / Math.sqrt(values[i * size + i] * values[j * size + j]));
    }
    out.values[i * size + i] = 1;
  }
  return out;
}

/** (1 - t) of the matrix and t of the identity, for about the least t that gives an inverse. */
async function shrunk(matrix: Matrix, control: RunControl): Promise<Matrix> {
  const at = (t: number): Matrix => ({
    size: matrix.size,
    values: matrix.values.map((value, i) => (i % (matrix.size + 1) === 0 ? 1 : (1 - t) * value)),
  });
  let [low, high] = [0, 1];
  while (high - low > shrinkStep) {
    await control.checkpoint();
    const middle = (low + high) / 2;
    if (cholesky(at(middle), leastEigenvalue)) high = middle;
    else low = middle;
  }
  return at(high);
}
