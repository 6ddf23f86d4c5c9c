import { HomespunError } from '../errors.ts';
import { bernoulliExp, geometricInverseE } from './bernoulli.ts';
import type { SecureRandom } from './csprng.ts';
import { validatePositive } from './validate.ts';

/** A scale as a fraction of integers, so that sampling needs no rounding. */
export interface RationalScale {
  readonly numerator: number;
  readonly denominator: number;
}

const LARGEST_SCALE = 2 ** 31;

/** `scale` rounded up to a fraction with at most 21 significant bits: at least as much noise as asked for. */
export function rationalScale(scale: number): RationalScale {
  validatePositive(scale, 'scale');
  if (scale > LARGEST_SCALE) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `Expected scale of at most 2^31, got scale=${scale}.`,
      hint: 'So much noise hides everything: raise epsilon.',
    });
  }
  const denominator = 2 ** Math.max(0, Math.min(20, 20 - Math.floor(Math.log2(scale))));
  return { numerator: Math.ceil(scale * denominator), denominator };
}

/**
 * One draw of the discrete Laplace distribution P(k) ~ exp(-|k| / scale) over the integers, exactly
 * (Canonne, Kamath and Steinke 2020, arXiv 2004.00010, Algorithm 2). Added to an integer count of sensitivity D it is
 * (D / scale)-DP (Ghosh, Roughgarden and Sundararajan 2012).
 */
export function sampleDiscreteLaplace(scale: RationalScale, random: SecureRandom): number {
  for (;;) {
    const negative = random.below(2) === 1;
    const size = sampleGeometric(scale, random);
    if (!(negative && size === 0)) return negative ? -size : size; // zero is drawn with one sign only
  }
}

/** P(m) ~ exp(-m / scale) over m >= 0. */
function sampleGeometric({ numerator, denominator }: RationalScale, random: SecureRandom): number {
  let below = random.below(numerator);
  while (!bernoulliExp(below, numerator, random)) below = random.below(numerator);
  // The whole part exceeds 2^22, where the product would leave the safe integers, with probability e^-4194304.
  return Math.floor((geometricInverseE(random) * numerator + below) / denominator);
}

/** Adds independent discrete Laplace noise to integer counts: a new array. */
export function addDiscreteLaplace(counts: Float64Array, scale: number, random: SecureRandom): Float64Array {
  const rational = rationalScale(scale);
  return counts.map((count) => count + sampleDiscreteLaplace(rational, random));
}
