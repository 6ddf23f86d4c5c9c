/** A column as a combination of others: `column` is the sum over `terms` of coefficient times column, by their places. */
export interface Relation {
  readonly column: number;
  readonly terms: readonly { readonly column: number; readonly coefficient: number }[];
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let row = 0; row < a.length; row++) sum += a[row] * b[row];
  return sum;
};

/** Residual, beside the column itself, that counts as none. */
const relativeNoise = 1e-7;

/**
 * Columns that are linear combinations of others, by modified Gram-Schmidt with column pivoting (Golub and Van Loan,
 * Matrix Computations, 5.2.8 and 5.4.2). The basis is chosen by what is left of each column beside its size.
 * @param columns one array of values a column, equally long, without NaN
 * @param noises root mean square residual of each column that counts as none, in its unit
 */
export function linearRelations(columns: readonly Float64Array[], noises: readonly number[]): Relation[] {
  const rows = columns[0]?.length ?? 0;
  const left = columns.map((column) => column.slice());
  const sizes = columns.map((column) => Math.sqrt(dot(column, column)));
  const open = new Set(sizes.flatMap((size, c) => (size > 0 ? [c] : [])));
  const basis: number[] = [];
  /** Projections on each direction of the basis, by column. */
  const projections: Float64Array[] = [];
  const residual = (c: number): number => Math.sqrt(dot(left[c], left[c]));
  while (open.size > 0) {
    const sizesLeft = [...open].map((c) => ({ c, share: residual(c) / sizes[c] }));
    const most = sizesLeft.reduce((best, each) => (each.share > best.share ? each : best));
    if (isNone(residual(most.c), sizes[most.c], noises[most.c], rows)) break;
    open.delete(most.c);
    basis.push(most.c);
    projections.push(projectOut(left, most.c, residual(most.c), open, columns.length));
  }
  return [...open]
    .filter((c) => isNone(residual(c), sizes[c], noises[c], rows))
    .map((c) => ({ column: c, terms: solve(basis, projections, c) }));
}

const isNone = (residual: number, size: number, noise: number, rows: number): boolean =>
  residual <= Math.max(relativeNoise * size, noise * Math.sqrt(rows));

/** Takes the direction of column `pivot` out of the open columns; returns what was taken, by column. */
function projectOut(
  left: readonly Float64Array[],
  pivot: number,
  size: number,
  open: ReadonlySet<number>,
  count: number,
): Float64Array {
  const direction = left[pivot].map((value) => value / size);
  const taken = new Float64Array(count);
  taken[pivot] = size;
  for (const c of open) {
    taken[c] = dot(direction, left[c]);
    const values = left[c];
    for (let row = 0; row < values.length; row++) values[row] -= taken[c] * direction[row];
  }
  return taken;
}

/** Coefficients of a column in the columns of the basis, by back substitution. */
function solve(
  basis: readonly number[],
  projections: readonly Float64Array[],
  column: number,
): Relation['terms'] {
  const coefficients = new Float64Array(basis.length);
  for (let k = basis.length - 1; k >= 0; k--) {
    let value = projections[k][column];
    for (let j = k + 1; j < basis.length; j++) value -= projections[k][basis[j]] * coefficients[j];
    coefficients[k] = value / projections[k][basis[k]];
  }
  return basis.map((c, k) => ({ column: c, coefficient: coefficients[k] }));
}
