/** Symmetric matrices, row-major in one array of size x size. */
export interface Matrix {
  readonly size: number;
  readonly values: Float64Array;
}

export const zeros = (size: number): Matrix => ({ size, values: new Float64Array(size * size) });

export function identity(size: number): Matrix {
  const matrix = zeros(size);
  for (let i = 0; i < size; i++) matrix.values[i * size + i] = 1;
  return matrix;
}

export const copyOf = ({ size, values }: Matrix): Matrix => ({ size, values: values.slice() });

/** Sets an entry and its mirror image. */
export function setPair({ size, values }: Matrix, i: number, j: number, value: number): void {
  values[i * size + j] = values[j * size + i] = value;
}

/** Lower triangle L with L L^T = the matrix; undefined where a pivot is not above `least`. */
export function cholesky({ size, values }: Matrix, least = 0): Matrix | undefined {
  const lower = zeros(size);
  const l = lower.values;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = values[i * size + j];
      for (let k = 0; k < j; k++) sum -= l[i * size + k] * l[j * size + k];
      if (j < i) l[i * size + j] = sum / l[j * size + j];
      else if (sum > least) l[i * size + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

export interface Eigen {
  readonly values: Float64Array;
  /** Row i is the unit eigenvector of value i. */
  readonly vectors: Matrix;
}

/** Off-diagonal part, relative to the whole, at which a matrix counts as diagonal. */
const diagonalShare = 1e-11;
const mostSweeps = 40;

/** Cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5). O(size^3) a sweep, about eight sweeps. */
export function eigen(matrix: Matrix): Eigen {
  const { size } = matrix;
  const a = copyOf(matrix).values;
  const vectors = identity(size);
  const whole = Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let off = 0;
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) off += a[i * size + j] ** 2;
    if (Math.sqrt(2 * off) <= diagonalShare * whole) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, vectors.values, size, p, q);
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors };
}

/** Turns columns and rows p and q such that their common entry becomes zero. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const [rowP, rowQ] = [p * size, q * size];
  const common = a[rowP + q];
  if (common === 0) return;
  const theta = (a[rowQ + q] - a[rowP + p]) / (2 * common);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  a[rowP + p] -= t * common;
  a[rowQ + q] += t * common;
  a[rowP + q] = a[rowQ + p] = 0;
  for (let i = 0; i < size; i++) {
    const [vp, vq] = [v[rowP + i], v[rowQ + i]];
    v[rowP + i] = c * vp - s * vq;
    v[rowQ + i] = s * vp + c * vq;
    if (i === p || i === q) continue;
    const [ap, aq] = [a[rowP + i], a[rowQ + i]];
    a[rowP + i] = a[i * size + p] = c * ap - s * aq;
    a[rowQ + i] = a[i * size + q] = s * ap + c * aq;
  }
}
