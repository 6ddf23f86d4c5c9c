/**
 * The nearest non-negative counts (in L2) with a given sum: subtracts one amount from all and clips at zero (norm-sub,
 * Wang et al. 2020, arXiv 1905.08037; Duchi et al. 2008 for the projection). Post-processing: costs no budget.
 * With a total of 0 or less, all are 0.
 */
export function projected(noisy: ArrayLike<number>, total: number): Float64Array {
  const counts = Float64Array.from(noisy);
  if (!(total > 0)) return counts.fill(0);
  const descending = counts.slice().sort().reverse();
  let sum = 0;
  let shift = 0;
  for (let i = 0; i < descending.length; i++) {
    sum += descending[i];
    const next = (sum - total) / (i + 1);
    if (descending[i] - next <= 0) break;
    shift = next;
  }
  return counts.map((count) => Math.max(0, count - shift));
}
