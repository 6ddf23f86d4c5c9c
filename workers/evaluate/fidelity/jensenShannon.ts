import type { Metric } from '../metric.ts';

/** Sum of p log2(p / m) over cells, m the mean of p and q; 0 log 0 is 0. */
const bitsToMean = (p: ArrayLike<number>, pRows: number, q: ArrayLike<number>, qRows: number): number => {
  let bits = 0;
  for (let cell = 0; cell < p.length; cell++) {
    if (p[cell] === 0) continue;
    const share = p[cell] / pRows;
    bits += share * Math.log2((2 * share) / (share + q[cell] / qRows));
  }
  return bits;
};

const sumOf = (counts: ArrayLike<number>): number =>
  Array.from(counts).reduce((sum, count) => sum + count, 0);

/** Jensen-Shannon divergence of two lists of counts or shares of equal length, in bits (Lin 1991). */
export const jensenShannon: Metric<ArrayLike<number>> = {
  name: 'Jensen-Shannon divergence',
  goal: 'smallest',
  range: [0, 1],
  compute(real, other) {
    const [realRows, otherRows] = [sumOf(real), sumOf(other)];
    if (realRows === 0 || otherRows === 0) return NaN;
    const bits =
      (bitsToMean(real, realRows, other, otherRows) + bitsToMean(other, otherRows, real, realRows)) / 2;
    return Math.max(0, Math.min(1, bits));
  },
};

/** Weighted rows of each code. */
export function codeCounts(codes: Uint8Array, size: number, weights: Uint8Array | null): Float64Array {
  const counts = new Float64Array(size);
  for (let row = 0; row < codes.length; row++) counts[codes[row]] += weights ? weights[row] : 1;
  return counts;
}
