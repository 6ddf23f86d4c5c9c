import { ascendingOrder } from './ranks.ts';

/** Calls `at` for each distinct score from the highest down, with the rows and positive rows that reach it. */
const walkDown = (
  scores: Float64Array,
  positive: Uint8Array,
  at: (score: number, taken: number, found: number) => void,
): void => {
  const order = ascendingOrder(scores);
  let [taken, found] = [0, 0];
  for (let end = order.length - 1; end >= 0;) {
    const score = scores[order[end]];
    do {
      taken++;
      found += positive[order[end]];
      end--;
    } while (end >= 0 && scores[order[end]] === score);
    at(score, taken, found);
  }
};

/** The lowest score that counts as positive where F1 is best. Infinity without a positive row. */
export function bestF1Threshold(scores: Float64Array, positive: Uint8Array): number {
  const positives = positive.reduce((sum, is) => sum + is, 0);
  let [best, threshold] = [0, Infinity];
  walkDown(scores, positive, (score, taken, found) => {
    const f1 = (2 * found) / (taken + positives);
    if (f1 > best) [best, threshold] = [f1, score];
  });
  return threshold;
}

/** The most positive rows that are found, as a share, where at least `precision` of the rows taken are positive. */
export function recallAtPrecision(scores: Float64Array, positive: Uint8Array, precision: number): number {
  const positives = positive.reduce((sum, is) => sum + is, 0);
  let most = 0;
  walkDown(scores, positive, (_, taken, found) => {
    if (found >= precision * taken) most = Math.max(most, found);
  });
  return most / positives;
}
