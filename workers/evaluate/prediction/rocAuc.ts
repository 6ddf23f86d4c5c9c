import type { Estimate } from './estimate.ts';
import { midranks } from './ranks.ts';

const countOf = (positive: Uint8Array): number => positive.reduce((sum, is) => sum + is, 0);

/**
 * Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half
 * (Mann-Whitney U). NaN where one of the two kinds has no row.
 * @param positive 1 for positive rows, else 0.
 */
export function rocAuc(scores: Float64Array, positive: Uint8Array): number {
  const ranks = midranks(scores);
  const positives = countOf(positive);
  const sum = ranks.reduce((total, rank, row) => total + positive[row] * rank, 0);
  return (sum - (positives * (positives + 1)) / 2) / (positives * (scores.length - positives));
}

/**
 * The AUC with DeLong's parts, by ranks (Sun and Xu 2014): how far the share of the other kind that each row is on the
 * right side of lies from the mean.
 */
export function rocAucEstimate(scores: Float64Array, positive: Uint8Array): Estimate {
  const positives = countOf(positive);
  const negatives = scores.length - positives;
  const among = midranks(scores);
  const ownRanks = [0, 1].map((kind) => midranks(scores.filter((_, row) => positive[row] === kind)));
  const others = [positives, negatives];
  const seen = [0, 0];
  const right = scores.map((_, row) => {
    const kind = positive[row];
    const below = (among[row] - ownRanks[kind][seen[kind]++]) / others[kind];
    return kind === 1 ? below : 1 - below;
  });
  const value = right.reduce((sum, share, row) => sum + positive[row] * share, 0) / positives;
  const scales = [negatives, positives].map((rows) => 1 / Math.sqrt(rows * Math.max(1, rows - 1)));
  return { value, parts: right.map((share, row) => (share - value) * scales[positive[row]]) };
}
