/** A column as small codes 0..size-1 with missing as one of them; the arrays of one table have one length. */
export interface Coded {
  readonly codes: Uint8Array;
  readonly size: number;
}

/** The codes of the rows named by `index`, in that order. A loop: `Uint8Array.from` with a function takes ten times as long. */
export function takeCodes(codes: Uint8Array, index: Int32Array): Uint8Array {
  const taken = new Uint8Array(index.length);
  for (let i = 0; i < index.length; i++) taken[i] = codes[index[i]];
  return taken;
}

/** Rows in each pair of codes, row-major a.size x b.size. */
export function jointCounts(a: Coded, b: Coded): Int32Array {
  const counts = new Int32Array(a.size * b.size);
  const [first, second] = [a.codes, b.codes];
  for (let row = 0; row < first.length; row++) counts[first[row] * b.size + second[row]]++;
  return counts;
}
