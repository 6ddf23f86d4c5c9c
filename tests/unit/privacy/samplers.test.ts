import { describe, expect, test } from 'vitest';
import { bernoulli, bernoulliExp, bernoulliExpBig } from '../../../workers/privacy/bernoulli.ts';
import { DiscreteGaussian } from '../../../workers/privacy/discreteGaussian.ts';
import {
  addDiscreteLaplace,
  rationalScale,
  sampleDiscreteLaplace,
} from '../../../workers/privacy/discreteLaplace.ts';
import { exponentialMechanism } from '../../../workers/privacy/exponentialMechanism.ts';
import { gTest, histogram, integerProbabilities, testRandom, TWO_SIDED } from './statistics.ts';

/** Every statistical test here: false alarm at most 1e-6 on fresh randomness, fixed keys. */
const expectFit = (counts: readonly number[], probabilities: readonly number[]) => {
  const { statistic, limit, cells } = gTest(counts, probabilities);
  expect(cells).toBeGreaterThan(1);
  expect(statistic).toBeLessThan(limit);
};

const expectRate = (draws: number, probability: number, draw: () => boolean) => {
  let hits = 0;
  for (let i = 0; i < draws; i++) if (draw()) hits++;
  const spread = Math.sqrt(draws * probability * (1 - probability));
  expect(Math.abs(hits - draws * probability)).toBeLessThanOrEqual(TWO_SIDED * spread);
};

describe('coins', () => {
  test.each([
    [0, 7],
    [7, 7],
    [1, 3],
    [2 ** 40, 3 * 2 ** 40],
  ])('%d in %d', (numerator, denominator) => {
    const random = testRandom(21);
    expectRate(50_000, numerator / denominator, () => bernoulli(numerator, denominator, random));
  });

  test.each([
    [0, 5],
    [1, 1000],
    [1, 2],
    [1, 1],
    [3, 2],
    [9, 2],
    [2 ** 52 + 1, 2 ** 53],
  ])('exp(-%d/%d), in doubles and in big integers', (numerator, denominator) => {
    const random = testRandom(22);
    const probability = Math.exp(-numerator / denominator);
    expectRate(100_000, probability, () => bernoulliExp(numerator, denominator, random));
    const [n, d] = [BigInt(numerator), BigInt(denominator)];
    expectRate(30_000, probability, () => bernoulliExpBig(n, d, random));
  });
});

describe('discrete Laplace', () => {
  test.each([0.2, 0.7, 1, 3.25, 20])('scale %d', (scale) => {
    const random = testRandom(31);
    const rational = rationalScale(scale);
    const exact = rational.numerator / rational.denominator;
    const reach = Math.ceil(8 * scale + 2);
    const counts = histogram(100_000, reach, () => sampleDiscreteLaplace(rational, random));
    expectFit(
      counts,
      integerProbabilities(reach, (k) => Math.exp(-Math.abs(k) / exact)),
    );
  });

  test.each([0.001, 0.3, 1, Math.PI, 1e3, 1e9])(
    'the rational scale of %d is no smaller and within 1e-5',
    (scale) => {
      const { numerator, denominator } = rationalScale(scale);
      expect(numerator / denominator).toBeGreaterThanOrEqual(scale);
      expect(numerator / denominator).toBeLessThanOrEqual(scale * (1 + 1e-5) + 2 ** -20);
    },
  );

  test('noise on counts is added to each, and the input stays', () => {
    const counts = Float64Array.of(5, 0, 1000);
    const noisy = addDiscreteLaplace(counts, 2, testRandom(32));
    expect([...counts]).toEqual([5, 0, 1000]);
    expect(noisy.every(Number.isInteger)).toBe(true);
    expect([...noisy]).not.toEqual([...counts]);
  });
});

describe('discrete Gaussian', () => {
  // 0.4 to 900 take the safe-integer path, 3000 mixes both, 9000 is all big integers.
  test.each([
    [0.4, 200_000],
    [1, 200_000],
    [2.5, 200_000],
    [17, 200_000],
    [900, 100_000],
    [3000, 50_000],
    [9000, 30_000],
  ])('sigma %d', (sigma, draws) => {
    const random = testRandom(41);
    const gaussian = new DiscreteGaussian(sigma);
    // Wide ones in cells of sigma / 8: their probabilities are sums over the cell.
    const cell = Math.max(1, Math.floor(sigma / 8));
    const reach = Math.ceil((6 * sigma) / cell) + 1;
    const counts = histogram(draws, reach, () => Math.round(gaussian.sample(random) / cell));
    const weight = (k: number) => Math.exp(-(k * k) / (2 * sigma * sigma));
    const probabilities = integerProbabilities(reach, (at) => {
      let sum = 0;
      for (let k = Math.floor((at - 1) * cell); k <= (at + 1) * cell; k++)
        if (Math.round(k / cell) === at) sum += weight(k);
      return sum;
    });
    expectFit(counts, probabilities);
  });

  test('the test has power: a sigma 2 % off is found out', () => {
    const random = testRandom(42);
    const gaussian = new DiscreteGaussian(2.5);
    const counts = histogram(200_000, 16, () => gaussian.sample(random));
    const off = integerProbabilities(16, (k) => Math.exp(-(k * k) / (2 * (2.5 * 0.98) ** 2)));
    const { statistic, limit } = gTest(counts, off);
    expect(statistic).toBeGreaterThan(limit);
  });

  test('a hundred thousand counts get noise of the right spread', () => {
    const sigma = 25.5;
    const noisy = new DiscreteGaussian(sigma).addTo(new Float64Array(100_000).fill(3), testRandom(43));
    const squares = noisy.reduce((sum, value) => sum + (value - 3) ** 2, 0) / noisy.length;
    expect(noisy.every(Number.isInteger)).toBe(true);
    expect(Math.abs(squares / sigma ** 2 - 1)).toBeLessThan(TWO_SIDED * Math.sqrt(2 / noisy.length));
  });

  test.each([0, -1, NaN, Infinity, 1e10])('sigma %d is refused by name', (sigma) => {
    expect(() => new DiscreteGaussian(sigma)).toThrow(/sigma=/);
  });
});

describe('exponential mechanism', () => {
  const frequencies = (scores: number[], epsilon: number, sensitivity: number, draws = 60_000) => {
    const random = testRandom(51);
    const counts = new Array<number>(scores.length).fill(0);
    const values = Float64Array.from(scores);
    for (let i = 0; i < draws; i++) counts[exponentialMechanism(values, { epsilon, sensitivity }, random)]++;
    return counts;
  };

  test.each([
    { scores: [0, 1, 2, 3], epsilon: 1, sensitivity: 1 },
    { scores: [-500, -501.5, -499.25, -510, -500], epsilon: 0.3, sensitivity: 0.5 },
    { scores: [7, 7, 7], epsilon: 5, sensitivity: 3 },
    { scores: [1e6, 1e6 + 40, 1e6 - 3], epsilon: 0.01, sensitivity: 2 },
  ])(
    'chances are proportional to exp(epsilon score / 2 sensitivity): $scores',
    ({ scores, epsilon, sensitivity }) => {
      const slope = Math.floor(epsilon * 2 ** (15 - Math.floor(Math.log2(epsilon))));
      const used = slope / 2 ** (15 - Math.floor(Math.log2(epsilon)));
      const weights = scores.map((score) => {
        const points =
          Math.round((score / sensitivity) * 4096) - Math.round((scores[0] / sensitivity) * 4096);
        return Math.exp((used * points) / (2 * 4097));
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      expectFit(
        frequencies(scores, epsilon, sensitivity),
        weights.map((weight) => weight / total),
      );
      // and those weights are the textbook's within the rounding that is paid for
      scores.forEach((score, i) => {
        const textbook = Math.exp((epsilon * (score - scores[0])) / (2 * sensitivity));
        expect(Math.abs(Math.log(weights[i] / textbook))).toBeLessThan(
          1e-3 * epsilon * (1 + Math.abs(score - scores[0])),
        );
      });
    },
  );

  test('a hopeless candidate is not chosen, however far away', () => {
    const counts = frequencies([0, -1e9], 1, 1, 2000);
    expect(counts).toEqual([2000, 0]);
  });

  test('neighbouring scores move a choice by at most epsilon: probabilities from the rounded weights', () => {
    // The guarantee itself, worked out exactly: shift every score by at most the sensitivity and compare.
    const random = testRandom(52);
    for (let trial = 0; trial < 300; trial++) {
      const [epsilon, sensitivity] = [0.7, 1.3];
      const scores = Array.from({ length: 6 }, () => random.below(1e6) / 1e4);
      const near = scores.map((score) => score + sensitivity * (random.below(2001) / 1000 - 1));
      const chances = (list: number[]) => {
        const slope = Math.floor(epsilon * 2 ** 16) / 2 ** 16;
        const weights = list.map((score) =>
          Math.exp((slope * Math.round((score / sensitivity) * 4096)) / (2 * 4097)),
        );
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        return weights.map((weight) => weight / total);
      };
      const [p, q] = [chances(scores), chances(near)];
      p.forEach((chance, i) =>
        expect(Math.abs(Math.log(chance / q[i]))).toBeLessThanOrEqual(epsilon + 1e-12),
      );
    }
  });

  test.each([
    ['no candidates', [], 1, 1],
    ['a score that is not a number', [1, NaN], 1, 1],
    ['an infinite score', [1, Infinity], 1, 1],
    ['epsilon 0', [1, 2], 0, 1],
    ['a negative epsilon', [1, 2], -1, 1],
    ['sensitivity 0', [1, 2], 1, 0],
  ])('%s is refused', (_, scores, epsilon, sensitivity) => {
    const choose = () =>
      exponentialMechanism(Float64Array.from(scores), { epsilon, sensitivity }, testRandom(1));
    expect(choose).toThrow(expect.objectContaining({ code: 'bad-settings' }));
  });
});
