/** Rows in ascending order of their scores. */
export function ascendingOrder(scores: Float64Array): Int32Array {
  return Int32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
}

/** Rank of each score from 1, ties at the mean of their ranks. */
export function midranks(scores: Float64Array): Float64Array {
  const order = ascendingOrder(scores);
  const ranks = new Float64Array(scores.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    for (let at = start; at < end; at++) ranks[order[at]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
