import type { Interval } from '../assessment.ts';
import { z95 } from '../statistics/normal.ts';

/**
 * A score and the part of its error that each test row stands for: the variance of the score is the sum of their
 * squares, and the covariance of two scores on the same rows the sum of their products. For an AUC this is DeLong's
 * estimate (DeLong, DeLong and Clarke-Pearson 1988).
 */
export interface Estimate {
  readonly value: number;
  readonly parts: Float64Array;
}

/** Parts of a mean of `amounts` over the rows that count, in a list over all rows. */
export function meanEstimate(amounts: Float64Array, counts: (row: number) => boolean): Estimate {
  let [rows, sum] = [0, 0];
  for (let row = 0; row < amounts.length; row++) {
    if (!counts(row)) continue;
    rows++;
    sum += amounts[row];
  }
  const value = sum / rows;
  const scale = 1 / Math.sqrt(rows * Math.max(1, rows - 1));
  return { value, parts: amounts.map((amount, row) => (counts(row) ? (amount - value) * scale : 0)) };
}

/** A score made of others, by its value and its derivative in each of them (the delta method). */
export function combined(value: number, terms: readonly (readonly [Estimate, number])[]): Estimate {
  const parts = new Float64Array(terms.length > 0 ? terms[0][0].parts.length : 0);
  for (const [estimate, slope] of terms) {
    for (let row = 0; row < parts.length; row++) parts[row] += slope * estimate.parts[row];
  }
  return { value, parts };
}

export function meanOfEstimates(estimates: readonly Estimate[]): Estimate {
  const share = 1 / estimates.length;
  const value = estimates.reduce((sum, estimate) => sum + share * estimate.value, 0);
  return combined(
    value,
    estimates.map((estimate) => [estimate, share] as const),
  );
}

/** Share of a score that is lost: 1 - kept / whole. */
export function relativeLoss(whole: Estimate, kept: Estimate): Estimate {
  return combined(1 - kept.value / whole.value, [
    [kept, -1 / whole.value],
    [whole, kept.value / whole.value ** 2],
  ]);
}

export const standardError = ({ parts }: Estimate): number =>
  Math.sqrt(parts.reduce((sum, part) => sum + part * part, 0));

/** 95 %. */
export function intervalOf(estimate: Estimate): Interval {
  const reach = z95 * standardError(estimate);
  return [estimate.value - reach, estimate.value + reach];
}

/** Difference of two scores on rows of their own (unpaired). */
export function unpairedDifference(first: Estimate, second: Estimate): { value: number; interval: Interval } {
  const value = first.value - second.value;
  const reach = z95 * Math.hypot(standardError(first), standardError(second));
  return { value, interval: [value - reach, value + reach] };
}
