import { describe, expect, test } from 'vitest';
import { poissonRate, samplePoisson } from '../../../workers/privacy/poissonSampling.ts';
import { chiSquareLimit, gTest, testRandom, TWO_SIDED } from './statistics.ts';

describe('the rate', () => {
  test.each([
    [500, 39_000],
    [1, 3],
    [64, 64],
    [0.001, 1_000_000],
  ])('of %d in %d is a whole number of 2^-32 and as near as that allows', (batch, rows) => {
    const { q, threshold } = poissonRate(batch, rows);
    expect(q * 2 ** 32).toBe(threshold);
    expect(Number.isInteger(threshold)).toBe(true);
    expect(Math.abs(q - batch / rows)).toBeLessThanOrEqual(2 ** -32);
  });

  test('is never above 1, nor 0', () => {
    expect(poissonRate(1000, 10).q).toBe(1);
    expect(poissonRate(1e-9, 1e6).threshold).toBe(1);
  });

  test.each([
    [0, 10],
    [-1, 10],
    [NaN, 10],
    [5, 0],
    [5, 1.5],
  ])('of %d in %d is refused', (batch, rows) => {
    expect(() => poissonRate(batch, rows)).toThrow(expect.objectContaining({ code: 'bad-settings' }));
  });
});

describe('a batch', () => {
  test('at rate 1 is every row, in order', () => {
    const batch = samplePoisson(20_000, poissonRate(20_000, 20_000), testRandom(61));
    expect([...batch]).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  test('of no rows is empty, and may be empty of many', () => {
    expect(samplePoisson(0, { q: 0.5, threshold: 2 ** 31 }, testRandom(62))).toHaveLength(0);
    const random = testRandom(62);
    const sizes = Array.from({ length: 400 }, () => samplePoisson(100, poissonRate(1, 100), random).length);
    expect(sizes).toContain(0);
  });

  test('is ascending without repeats', () => {
    const batch = samplePoisson(100_000, poissonRate(30_000, 100_000), testRandom(63));
    for (let i = 1; i < batch.length; i++) expect(batch[i]).toBeGreaterThan(batch[i - 1]);
  });

  // The threshold's top byte alone would give 0, 0.25 and 0.3: the ties must carry the rest.
  test.each([2 ** -10, 2 ** -20, 0.25 + 2 ** -9, 0.301])('has the rate %d to the last bit', (q) => {
    const random = testRandom(64);
    const [rows, rounds] = [2 ** 20, 4];
    const rate = poissonRate(q * rows, rows);
    let total = 0;
    for (let round = 0; round < rounds; round++) total += samplePoisson(rows, rate, random).length;
    const spread = Math.sqrt(rounds * rows * rate.q * (1 - rate.q));
    expect(Math.abs(total - rounds * rows * rate.q)).toBeLessThan(TWO_SIDED * spread + 3);
  });
});

describe('inclusion', () => {
  const [rows, rounds] = [24, 40_000];
  const rate = poissonRate(6, rows);
  const random = testRandom(65);
  const singles = new Array<number>(rows).fill(0);
  const pairs = new Array<number>(rows * rows).fill(0);
  const sizes = new Array<number>(rows + 1).fill(0);
  const after = [0, 0, 0, 0]; // row 0 out/in in one batch, by out/in in the next
  let before = 0;
  for (let round = 0; round < rounds; round++) {
    const batch = samplePoisson(rows, rate, random);
    sizes[batch.length]++;
    for (const row of batch) {
      singles[row]++;
      for (const other of batch) pairs[row * rows + other]++;
    }
    const now = batch[0] === 0 ? 1 : 0;
    after[2 * before + now]++;
    before = now;
  }
  const q = rate.q;

  test('has the same rate for every row', () => {
    const statistic = singles.reduce(
      (sum, count) => sum + (count - rounds * q) ** 2 / (rounds * q * (1 - q)),
      0,
    );
    expect(statistic).toBeLessThan(chiSquareLimit(rows));
  });

  test('is independent between rows', () => {
    let statistic = 0;
    for (let a = 0; a < rows; a++) {
      for (let b = 0; b < a; b++) {
        const joint = pairs[a * rows + b] - q * (singles[a] + singles[b]) + rounds * q * q;
        statistic += joint ** 2 / (rounds * (q * (1 - q)) ** 2);
      }
    }
    expect(statistic).toBeLessThan(chiSquareLimit((rows * (rows - 1)) / 2));
  });

  test('gives binomial batch sizes', () => {
    const chances: number[] = [];
    let chance = (1 - q) ** rows;
    for (let k = 0; k <= rows; k++) {
      chances.push(chance);
      chance *= ((rows - k) / (k + 1)) * (q / (1 - q));
    }
    const { statistic, limit } = gTest(sizes, chances);
    expect(statistic).toBeLessThan(limit);
  });

  test('is independent between batches', () => {
    const { statistic, limit } = gTest(after, [(1 - q) ** 2, q * (1 - q), q * (1 - q), q * q]);
    expect(statistic).toBeLessThan(limit);
  });
});
