import { SecureRandom } from '../../../workers/privacy/csprng.ts';

/**
 * Chance that a test below fails on a correct sampler, were it run on fresh randomness. The keys are fixed, so a test
 * that passes once passes always.
 */
export const FALSE_ALARM = 1e-6;
/** Upper normal quantile of `FALSE_ALARM`, and of half of it for two-sided tests. */
export const ONE_SIDED = 4.7534;
export const TWO_SIDED = 4.8916;

/** A generator under a fixed key; different `stream` numbers are independent. */
export const testRandom = (stream: number): SecureRandom =>
  SecureRandom.expanding(Uint32Array.of(0x686f6d65, 0x7370756e, stream, 4, 5, 6, 7, 8));

/** Upper chi-square quantile at `FALSE_ALARM` (Wilson and Hilferty 1931; within 1 % from 3 degrees on). */
export function chiSquareLimit(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + ONE_SIDED * Math.sqrt(spread)) ** 3;
}

/**
 * G statistic 2 sum o ln(o / e) of counts against probabilities, with neighbouring cells pooled until each expects 20,
 * and its limit at `FALSE_ALARM`.
 */
export function gTest(
  counts: readonly number[],
  probabilities: readonly number[],
): { statistic: number; limit: number; cells: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pooled: { observed: number; expected: number }[] = [];
  let open = { observed: 0, expected: 0 };
  counts.forEach((count, i) => {
    open = { observed: open.observed + count, expected: open.expected + total * probabilities[i] };
    if (open.expected >= 20) {
      pooled.push(open);
      open = { observed: 0, expected: 0 };
    }
  });
  const last = pooled[pooled.length - 1];
  last.observed += open.observed;
  last.expected += open.expected;
  const statistic = pooled.reduce(
    (sum, { observed, expected }) =>
      sum + (observed === 0 ? 0 : 2 * observed * Math.log(observed / expected)),
    0,
  );
  return { statistic, limit: chiSquareLimit(pooled.length - 1), cells: pooled.length };
}

/** Counts of integer draws from -reach to reach, everything beyond in the end cells. */
export function histogram(draws: number, reach: number, draw: () => number): number[] {
  const counts = new Array<number>(2 * reach + 1).fill(0);
  for (let i = 0; i < draws; i++) counts[Math.max(-reach, Math.min(reach, draw())) + reach]++;
  return counts;
}

/** Probabilities of the integers -reach .. reach under a weight, with what lies beyond added to the ends. */
export function integerProbabilities(reach: number, weight: (k: number) => number): number[] {
  const far = 4 * reach + 200;
  const cells = new Array<number>(2 * reach + 1).fill(0);
  let total = 0;
  for (let k = -far; k <= far; k++) {
    cells[Math.max(-reach, Math.min(reach, k)) + reach] += weight(k);
    total += weight(k);
  }
  return cells.map((cell) => cell / total);
}
