import type { Interval } from '../assessment.ts';
import { z95 } from './normal.ts';

/** A success rate with the half-width of its interval. */
export interface Rate {
  readonly rate: number;
  readonly error: number;
}

/** Wilson's centre and half-width (Wilson 1927) of `successes` in `trials`. */
export function wilsonRate(successes: number, trials: number, z = z95): Rate {
  const denominator = trials + z * z;
  return {
    rate: (successes + (z * z) / 2) / denominator,
    error: (z / denominator) * Math.sqrt((successes * (trials - successes)) / trials + (z * z) / 4),
  };
}

/** The whole of 0..1 without trials. */
export const wilsonInterval = (successes: number, trials: number, z = z95): Interval => {
  if (trials === 0) return [0, 1];
  const { rate, error } = wilsonRate(successes, trials, z);
  return [Math.max(0, rate - error), Math.min(1, rate + error)];
};

/** Mean of outcomes that are not all 0 or 1, such as means over a cluster, with its normal half-width. */
export function meanRate(outcomes: ArrayLike<number>, z = z95): Rate {
  const count = outcomes.length;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) sum += outcomes[i];
  const rate = sum / count;
  for (let i = 0; i < count; i++) squares += (outcomes[i] - rate) ** 2;
  return { rate, error: z * Math.sqrt(squares / Math.max(1, count - 1) / count) };
}

const logGammaTerms = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln Gamma(x) for x > 0 (Lanczos, g = 7). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const series = logGammaTerms.reduce((sum, term, i) => sum + term / (x + i), 0.9999999999998099);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

/** Continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes, section 6.4). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const kept = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / kept(1 + term * d);
      c = kept(1 + term / c);
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}

/** Regularised incomplete beta function I_x(a, b). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

const betaQuantile = (share: number, a: number, b: number): number => {
  let [low, high] = [0, 1];
  for (let step = 0; step < 100 && high - low > 1e-16; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** Exact interval of a proportion (Clopper and Pearson 1934), `alpha` split between the two sides. */
export function clopperPearson(successes: number, trials: number, alpha = 0.05): Interval {
  return [
    successes === 0 ? 0 : betaQuantile(alpha / 2, successes, trials - successes + 1),
    successes === trials ? 1 : betaQuantile(1 - alpha / 2, successes + 1, trials - successes),
  ];
}
