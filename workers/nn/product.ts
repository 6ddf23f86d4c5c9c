/**
 * Product of two row-major matrices, rows x inner and inner x columns, in plain JavaScript. Works on tiles of two rows
 * by four columns, whose eight sums stay in registers, over four packed columns of `b`, which stay in the cache.
 */
export function product(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  inner: number,
  columns: number,
): Float32Array {
  const out = new Float32Array(rows * columns);
  const packed = new Float32Array(inner * 4);
  const tiled = columns - (columns % 4);
  for (let j = 0; j < tiled; j += 4) {
    for (let p = 0; p < inner; p++) {
      for (let c = 0; c < 4; c++) packed[p * 4 + c] = b[p * columns + j + c];
    }
    for (let i = 0; i + 1 < rows; i += 2) twoRows(a, packed, out, i, inner, columns, j);
    if (rows % 2 === 1) oneRow(a, packed, out, rows - 1, inner, columns, j);
  }
  for (let j = tiled; j < columns; j++) oneColumn(a, b, out, rows, inner, columns, j);
  return out;
}

function twoRows(
  a: Float32Array,
  packed: Float32Array,
  out: Float32Array,
  i: number,
  inner: number,
  columns: number,
  j: number,
): void {
  const upper = i * inner;
  const lower = upper + inner;
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0; // prettier-ignore
  for (let p = 0, q = 0; p < inner; p++, q += 4) {
    const x = a[upper + p];
    const y = a[lower + p];
    const b0 = packed[q];
    const b1 = packed[q + 1];
    const b2 = packed[q + 2];
    const b3 = packed[q + 3];
    s0 += x * b0;
    s1 += x * b1;
    s2 += x * b2;
    s3 += x * b3;
    t0 += y * b0;
    t1 += y * b1;
    t2 += y * b2;
    t3 += y * b3;
  }
  const at = i * columns + j;
  out[at] = s0;
  out[at + 1] = s1;
  out[at + 2] = s2;
  out[at + 3] = s3;
  out[at + columns] = t0;
  out[at + columns + 1] = t1;
  out[at + columns + 2] = t2;
  out[at + columns + 3] = t3;
}

function oneRow(
  a: Float32Array,
  packed: Float32Array,
  out: Float32Array,
  i: number,
  inner: number,
  columns: number,
  j: number,
): void {
  for (let c = 0; c < 4; c++) {
    let sum = 0;
    for (let p = 0; p < inner; p++) sum += a[i * inner + p] * packed[p * 4 + c];
    out[i * columns + j + c] = sum;
  }
}

function oneColumn(
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  rows: number,
  inner: number,
  columns: number,
  j: number,
): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let p = 0; p < inner; p++) sum += a[i * inner + p] * b[p * columns + j];
    out[i * columns + j] = sum;
  }
}
