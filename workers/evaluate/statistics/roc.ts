import { standardError } from '../prediction/estimate.ts';
import { rocAucEstimate } from '../prediction/rocAuc.ts';

/** Scores of the two groups that a ranking should tell apart. */
export interface Ranking {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

export interface Auc {
  readonly auc: number;
  readonly standardError: number;
}

/** Area under the ROC curve with the standard error of DeLong, DeLong and Clarke-Pearson (1988). */
export function rocAuc({ positive, negative }: Ranking): Auc {
  const scores = new Float64Array(positive.length + negative.length);
  scores.set(positive);
  scores.set(negative, positive.length);
  const labels = new Uint8Array(scores.length).fill(1, 0, positive.length);
  const estimate = rocAucEstimate(scores, labels);
  return { auc: estimate.value, standardError: standardError(estimate) };
}

/** Standard error of an AUC from the AUC alone (Hanley and McNeil 1982). */
export function hanleyMcNeil(auc: number, positives: number, negatives: number): number {
  const first = auc / (2 - auc);
  const second = (2 * auc * auc) / (1 + auc);
  return Math.sqrt(
    (auc * (1 - auc) + (positives - 1) * (first - auc * auc) + (negatives - 1) * (second - auc * auc)) /
      (positives * negatives),
  );
}

/** The lowest threshold that at most a share `falsePositives` of the negatives exceeds. */
export function thresholdAt(negative: Float64Array, falsePositives: number): number {
  const ascending = negative.slice().sort();
  const allowed = Math.floor(falsePositives * ascending.length);
  return allowed >= ascending.length ? -Infinity : ascending[ascending.length - 1 - allowed];
}

export const countAbove = (scores: Float64Array, threshold: number): number => {
  let count = 0;
  for (const score of scores) if (score > threshold) count++;
  return count;
};
