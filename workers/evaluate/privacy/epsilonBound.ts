import { clopperPearson } from '../statistics/proportions.ts';
import { countAbove, rocAuc, thresholdAt } from '../statistics/roc.ts';
import type { Attack } from './membership.ts';

/**
 * Lower bound of epsilon from the true and false positives of one attack with a threshold fixed beforehand:
 * ln((TPR - delta) / FPR) with the bounds of Clopper and Pearson, 97.5 % each (Nasr and others 2021). At least 0.
 */
export function epsilonLowerBound(
  truePositives: number,
  members: number,
  falsePositives: number,
  others: number,
  delta: number,
): number {
  const [least] = clopperPearson(truePositives, members);
  const [, most] = clopperPearson(falsePositives, others);
  return least > delta ? Math.max(0, Math.log((least - delta) / most)) : 0;
}

const thresholds = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5];

/** Every second score: rows that choose the attack and its threshold must not judge it. */
const half = (scores: Float64Array, which: 0 | 1): Float64Array => scores.filter((_, i) => i % 2 === which);
const halfOf = ({ name, positive, negative }: Attack, which: 0 | 1): Attack => ({
  name,
  positive: half(positive, which),
  negative: half(negative, which),
});

const boundAt = ({ positive, negative }: Attack, threshold: number, delta: number): number =>
  epsilonLowerBound(
    countAbove(positive, threshold),
    positive.length,
    countAbove(negative, threshold),
    negative.length,
    delta,
  );

/** Lower bound of epsilon, 95 %: half of the rows choose attack and threshold, the other half give the bound. */
export function auditedEpsilon(attacks: readonly Attack[], delta: number): number {
  let chosen = { bound: -1, auc: 0, attack: attacks[0], threshold: Infinity };
  for (const attack of attacks) {
    const first = halfOf(attack, 0);
    const { auc } = rocAuc(first);
    for (const share of thresholds) {
      const threshold = thresholdAt(first.negative, share);
      const bound = boundAt(first, threshold, delta);
      if (bound > chosen.bound || (bound === chosen.bound && auc > chosen.auc))
        chosen = { bound, auc, attack, threshold };
    }
  }
  return boundAt(halfOf(chosen.attack, 1), chosen.threshold, delta);
}
