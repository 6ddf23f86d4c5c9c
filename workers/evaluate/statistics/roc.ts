import { placeOf } from './sorted.ts';

/** Scores of the two groups that a ranking should tell apart. */
export interface Ranking {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

export interface Auc {
  readonly auc: number;
  readonly standardError: number;
}

/** For each score the share of `others` (ascending) that lies below it, ties counted half. */
const placements = (scores: Float64Array, others: Float64Array): Float64Array =>
  scores.map((score) => (placeOf(others, score) + placeOf(others, score, true)) / 2 / others.length);

const meanAndVariance = (values: Float64Array): readonly [mean: number, variance: number] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, squares / Math.max(1, values.length - 1)];
};

/** Area under the ROC curve with the standard error of DeLong, DeLong and Clarke-Pearson (1988). */
export function rocAuc({ positive, negative }: Ranking): Auc {
  const [auc, above] = meanAndVariance(placements(positive, negative.slice().sort()));
  const [, below] = meanAndVariance(placements(negative, positive.slice().sort()));
  return { auc, standardError: Math.sqrt(above / positive.length + below / negative.length) };
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
