/** The same numbers as shares of their sum; all 0 where the sum is. */
export function sharesOf(amounts: Float64Array): Float64Array {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  return sum > 0 ? amounts.map((amount) => amount / sum) : new Float64Array(amounts.length);
}

/** Makes each row of a rows x size matrix sum to 1, in place; a row of zeros becomes even. */
export function normaliseRows(matrix: Float64Array, size: number): void {
  for (let start = 0; start < matrix.length; start += size) {
    let sum = 0;
    for (let at = start; at < start + size; at++) sum += matrix[at];
    for (let at = start; at < start + size; at++) matrix[at] = sum > 0 ? matrix[at] / sum : 1 / size;
  }
}

/** Rows of each class. */
export function classCounts(codes: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const code of codes) counts[code]++;
  return counts;
}
