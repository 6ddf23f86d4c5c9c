/** Writes rows as one-hot blocks side by side, one block a column: row-major, rows.length x sum of widths. */
export function oneHot(
  codes: readonly ArrayLike<number>[],
  widths: readonly number[],
  rows: ArrayLike<number>,
): Float32Array {
  const width = widths.reduce((sum, each) => sum + each, 0);
  const values = new Float32Array(rows.length * width);
  let offset = 0;
  codes.forEach((column, c) => {
    for (let i = 0; i < rows.length; i++) values[i * width + offset + column[rows[i]]] = 1;
    offset += widths[c];
  });
  return values;
}
