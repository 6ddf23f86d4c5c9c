import { HomespunError } from '../errors.ts';
import { bernoulliExp, bernoulliExpBig } from './bernoulli.ts';
import type { SecureRandom } from './csprng.ts';
import { sampleDiscreteLaplace } from './discreteLaplace.ts';
import { validatePositive } from './validate.ts';

/** sigma^2 as a fraction of integers. */
interface RationalVariance {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const LARGEST_SIGMA = 1e9;

/**
 * sigma^2 rounded up to a fraction, never less noise than asked for: 20 bits after the point for small sigma, about 21
 * significant bits (a relative 5e-7) above, which keeps ordinary draws within safe integers.
 */
function rationalVariance(sigma: number): RationalVariance {
  const square = sigma * sigma * (1 + 2 ** -50); // above the true square in spite of rounding
  const bits = Math.max(0, Math.min(20, 20 - Math.floor(Math.log2(square))));
  return { numerator: BigInt(Math.ceil(square * 2 ** bits)), denominator: 1n << BigInt(bits) };
}

/**
 * The discrete Gaussian P(k) ~ exp(-k^2 / (2 sigma^2)) over the integers, sampled exactly
 * (Canonne, Kamath and Steinke 2020, arXiv 2004.00010, Algorithm 3): no floating point, so none of the attacks on the
 * low bits of noise apply. Added to integer counts of L2 sensitivity D it is (D^2 / (2 sigma^2))-zCDP (Theorem 4).
 * Draws that fit use doubles as integers; the rest, and sigma above about 8000, use BigInt.
 */
export class DiscreteGaussian {
  /** As asked for; the noise drawn has this or, by a relative 5e-7 at most, a little more. Account with this one. */
  readonly sigma: number;
  /** Scale of the discrete Laplace proposals: floor(sigma) + 1. */
  readonly #proposal: number;
  readonly #numerator: bigint;
  readonly #perStep: bigint;
  readonly #divisor: bigint;
  /** The three above as numbers, where `#divisor` fits; else 0. */
  readonly #small: { readonly numerator: number; readonly perStep: number; readonly divisor: number };

  /** Throws `bad-settings` for a sigma that is not positive or above 1e9. */
  constructor(sigma: number) {
    validatePositive(sigma, 'sigma');
    if (sigma > LARGEST_SIGMA) {
      throw new HomespunError({
        code: 'bad-settings',
        message: `Expected sigma of at most ${LARGEST_SIGMA}, got sigma=${sigma}.`,
        hint: 'So much noise hides everything: raise epsilon.',
      });
    }
    this.sigma = sigma;
    const { numerator, denominator } = rationalVariance(sigma);
    this.#proposal = Math.floor(sigma) + 1;
    const proposal = BigInt(this.#proposal);
    // A proposal y is kept with probability exp(-(|y| - s^2/t)^2 / (2 s^2)); with s^2 = a/b that exponent is
    // (|y| t b - a)^2 / (2 a b t^2).
    this.#numerator = numerator;
    this.#perStep = proposal * denominator;
    this.#divisor = 2n * numerator * denominator * proposal * proposal;
    const fits = this.#divisor <= BigInt(Number.MAX_SAFE_INTEGER);
    this.#small = {
      numerator: Number(numerator),
      perStep: Number(this.#perStep),
      divisor: fits ? Number(this.#divisor) : 0,
    };
  }

  sample(random: SecureRandom): number {
    const scale = { numerator: this.#proposal, denominator: 1 };
    for (;;) {
      const proposal = sampleDiscreteLaplace(scale, random);
      if (this.#keeps(Math.abs(proposal), random)) return proposal;
    }
  }

  #keeps(size: number, random: SecureRandom): boolean {
    const { numerator, perStep, divisor } = this.#small;
    const distance = size * perStep - numerator;
    const square = distance * distance;
    if (divisor > 0 && square <= Number.MAX_SAFE_INTEGER) return bernoulliExp(square, divisor, random);
    const exact = BigInt(size) * this.#perStep - this.#numerator;
    return bernoulliExpBig(exact * exact, this.#divisor, random);
  }

  /** Adds independent noise to integer counts: a new array. */
  addTo(counts: Float64Array, random: SecureRandom): Float64Array {
    return counts.map((count) => count + this.sample(random));
  }
}
