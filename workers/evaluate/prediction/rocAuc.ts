import { midranks } from './ranks.ts';

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half
 * (Mann-Whitney U). NaN where one of the two kinds has no row.
 * @param positive 1 for positive rows, else 0.
 */
export function rocAuc(scores: Float64Array, positive: Uint8Array): number {
  const ranks = midranks(scores);
  let [positives, sum] = [0, 0];
  for (let row = 0; row < ranks.length; row++) {
    positives += positive[row];
    sum += positive[row] * ranks[row];
  }
  const negatives = ranks.length - positives;
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
