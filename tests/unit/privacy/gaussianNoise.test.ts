import { describe, expect, test } from 'vitest';
import {
  addGaussianNoise,
  fillGaussianNoise,
  gridMargin,
  noiseGrid,
} from '../../../workers/privacy/gaussianNoise.ts';
import { normalCdf } from '../../../workers/privacy/special.ts';
import { gTest, testRandom, TWO_SIDED } from './statistics.ts';

const draws = 1_000_000;
const noise = new Float32Array(draws);
fillGaussianNoise(noise, 1, testRandom(71));

/** Nearest integer, ties to even. */
function nearest(x: number): number {
  const [low, rest] = [Math.floor(x), x - Math.floor(x)];
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
}

describe('gradient noise', () => {
  test('is normal over its whole range, in cells of a twentieth', () => {
    const cells = 200;
    const counts = new Array<number>(cells).fill(0);
    for (const x of noise) counts[Math.max(0, Math.min(cells - 1, Math.floor(x * 20) + cells / 2))]++;
    const cdf = (i: number) => (i <= 0 ? 0 : i >= cells ? 1 : normalCdf((i - cells / 2) / 20));
    const { statistic, limit } = gTest(
      counts,
      counts.map((_, i) => cdf(i + 1) - cdf(i)),
    );
    expect(statistic).toBeLessThan(limit);
  });

  test('has the right tail beyond the layers of the sampler', () => {
    const [start, top, width, rounds] = [3.6541528853610088, 5.2, 0.05, 16];
    const counts = new Array<number>(Math.ceil((top - start) / width)).fill(0);
    const random = testRandom(75);
    const chunk = new Float32Array(draws);
    for (let round = 0; round < rounds; round++) {
      fillGaussianNoise(chunk, 1, random);
      for (const x of chunk) {
        const beyond = Math.abs(x) - start;
        if (beyond >= 0) counts[Math.min(counts.length - 1, Math.floor(beyond / width))]++;
      }
    }
    const chance = (i: number) => (i === counts.length ? 0 : 2 * normalCdf(-start - i * width));
    const inside = rounds * draws - counts.reduce((sum, count) => sum + count, 0);
    const tail = counts.map((_, i) => chance(i) - chance(i + 1));
    const { statistic, limit, cells } = gTest([inside, ...counts], [1 - chance(0), ...tail]);
    expect(cells).toBeGreaterThan(15);
    expect(statistic).toBeLessThan(limit);
  });

  test('has mean 0, variance 1 and no correlation between neighbours', () => {
    let [sum, squares, products] = [0, 0, 0];
    for (let i = 0; i < draws; i++) {
      sum += noise[i];
      squares += noise[i] ** 2;
      if (i > 0) products += noise[i] * noise[i - 1];
    }
    expect(Math.abs(sum / draws)).toBeLessThan(TWO_SIDED / Math.sqrt(draws));
    expect(Math.abs(squares / draws - 1)).toBeLessThan(TWO_SIDED * Math.sqrt(2 / draws));
    expect(Math.abs(products / draws)).toBeLessThan(TWO_SIDED / Math.sqrt(draws));
  });

  test.each([1e-6, 0.37, 1, 1.999, 2, 4096.5])(
    'of standard deviation %d scales and lies on its grid',
    (std) => {
      const grid = noiseGrid(std);
      expect(std / grid).toBeGreaterThanOrEqual(2 ** 19);
      expect(std / grid).toBeLessThan(2 ** 20);
      const out = new Float32Array(100_000);
      fillGaussianNoise(out, std, testRandom(72));
      expect(out.every((x) => Number.isInteger(x / grid))).toBe(true);
      const variance = out.reduce((total, x) => total + x * x, 0) / out.length;
      expect(Math.abs(variance / std ** 2 - 1)).toBeLessThan(TWO_SIDED * Math.sqrt(2 / out.length));
    },
  );

  test.each([
    ['f32', (length: number) => new Float32Array(length)],
    ['f64', (length: number) => new Float64Array(length)],
  ])('added to a sum in %s is exact', (_, create) => {
    const std = 0.8;
    const grid = noiseGrid(std);
    const base = create(5000).map((_, i) => Math.sin(i) * 3);
    const other = base.map((x, i) => x + Math.cos(i) / 7);
    const [first, second] = [base.slice(), other.slice()];
    addGaussianNoise(first, std, testRandom(73));
    addGaussianNoise(second, std, testRandom(73));
    const points = (x: number) => nearest(x / grid);
    for (let i = 0; i < base.length; i++) {
      expect(Number.isInteger(first[i] / grid)).toBe(true);
      expect((second[i] - first[i]) / grid).toBe(points(other[i]) - points(base[i]));
    }
  });

  test('added to sums of any size leaves them on the grid', () => {
    const grid = noiseGrid(1);
    const large = Float64Array.from({ length: 60 }, (_, k) => 2 ** (k - 20) * (k % 2 === 0 ? 1.3 : -1.3));
    const noisy = large.slice();
    addGaussianNoise(noisy, 1, testRandom(76));
    noisy.forEach((x, i) => {
      expect(Number.isInteger(x / grid)).toBe(true);
      expect(Math.abs(x - large[i])).toBeLessThan(13 + Math.abs(large[i]) * 2 ** -50);
    });
  });

  test('rounding a sum to the grid adds at most the stated margin to its sensitivity', () => {
    const std = 1.3;
    const grid = noiseGrid(std);
    const random = testRandom(74);
    const dimensions = 2000;
    const half = () => (random.below(2001) / 1000 - 1) * grid * 3;
    for (let trial = 0; trial < 50; trial++) {
      let [before, after] = [0, 0];
      for (let i = 0; i < dimensions; i++) {
        const [a, b] = [half(), half()];
        before += (a - b) ** 2;
        after += ((nearest(a / grid) - nearest(b / grid)) * grid) ** 2;
      }
      expect(Math.sqrt(after)).toBeLessThanOrEqual(Math.sqrt(before) + gridMargin(dimensions, std));
    }
    expect(gridMargin(150_000, std) / std).toBeLessThan(1e-3);
  });

  test.each([0, -1, NaN, Infinity])('of standard deviation %d is refused by name', (std) => {
    expect(() => fillGaussianNoise(new Float32Array(1), std, testRandom(1))).toThrow(/std=/);
  });
});
