import type { SecureRandom } from './csprng.ts';

/*
 * Exact coins (Canonne, Kamath and Steinke 2020, arXiv 2004.00010, Algorithm 1): no floating point decides anything, so
 * the probabilities are the stated ones and not nearby ones.
 */

/** True with probability exactly numerator / denominator, integers with 0 <= numerator <= denominator <= 2^53. */
export function bernoulli(numerator: number, denominator: number, random: SecureRandom): boolean {
  return random.below(denominator) < numerator;
}

/** True with probability exactly e^-1. */
function bernoulliInverseE(random: SecureRandom): boolean {
  let k = 2; // the first coin of the sequence, 1 / 1, always lands
  while (random.below(k) === 0) k++;
  return k % 2 === 1;
}

/** True with probability exactly exp(-numerator / denominator); non-negative integers up to 2^53, denominator >= 1. */
export function bernoulliExp(numerator: number, denominator: number, random: SecureRandom): boolean {
  const rest = numerator % denominator;
  for (let whole = (numerator - rest) / denominator; whole > 0; whole--) {
    if (!bernoulliInverseE(random)) return false;
  }
  if (rest === 0) return true;
  // The coin rest / (denominator k) is two coins in a row, which keeps every number within 2^53.
  let k = 1;
  while (random.below(k) === 0 && bernoulli(rest, denominator, random)) k++;
  return k % 2 === 1;
}

/** `bernoulliExp` for integers of any size. */
export function bernoulliExpBig(numerator: bigint, denominator: bigint, random: SecureRandom): boolean {
  const rest = numerator % denominator;
  for (let whole = numerator / denominator; whole > 0n; whole--) {
    if (!bernoulliInverseE(random)) return false;
  }
  if (rest === 0n) return true;
  let k = 1;
  while (random.below(k) === 0 && random.belowBig(denominator) < rest) k++;
  return k % 2 === 1;
}

/** How often an e^-1 coin lands before it first fails: P(v) = e^-v (1 - e^-1). */
export function geometricInverseE(random: SecureRandom): number {
  let successes = 0;
  while (bernoulliInverseE(random)) successes++;
  return successes;
}
