/** Mean squared distance of the probability of the positive class from what happened; 0 best. */
export function brier(shares: Float64Array, positive: Uint8Array): number {
  return shares.reduce((sum, share, row) => sum + (share - positive[row]) ** 2, 0) / shares.length;
}
