import { describe, expect, test } from 'vitest';
import { SecureRandom } from '../../../workers/privacy/csprng.ts';
import { gTest, testRandom } from './statistics.ts';

const uniform = (cells: number) => new Array<number>(cells).fill(1 / cells);

describe.each([
  ['the system generator', () => SecureRandom.system()],
  ['an expanded key', () => testRandom(1)],
])('%s', (_, create) => {
  test('gives words in range through refills, never a constant', () => {
    const random = create();
    const words = Array.from({ length: 40_000 }, () => random.uint32());
    expect(words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)).toBe(true);
    expect(new Set(words).size).toBeGreaterThan(39_900);
  });

  test.each([1, 15, 16, 17, 16384, 16385, 50_000])('fills %i words to the last', (length) => {
    const words = new Uint32Array(length);
    const random = create();
    let union = new Uint32Array(length);
    for (let round = 0; round < 4; round++) {
      random.fill(words);
      union = union.map((word, i) => word | words[i]);
    }
    expect(union.every((word) => word !== 0)).toBe(true); // a word left out would stay 0
  });

  test.each([1, 2, 3, 2 ** 21, 2 ** 21 + 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53])(
    'below(%d) stays below',
    (bound) => {
      const random = create();
      for (let i = 0; i < 500; i++) {
        const value = random.below(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }
    },
  );
});

describe('an expanded key', () => {
  test('repeats exactly, and differs from another key', () => {
    const stream = (key: number) => {
      const random = testRandom(key);
      return Array.from({ length: 100 }, () => random.uint32());
    };
    expect(stream(5)).toEqual(stream(5));
    expect(stream(5)).not.toEqual(stream(6));
  });

  test('never hands out a word twice: bulk and single words come from different blocks', () => {
    const random = testRandom(7);
    const bulk = new Uint32Array(1000);
    const seen = new Set<number>();
    for (let round = 0; round < 5; round++) {
      random.fill(bulk);
      for (const word of bulk) seen.add(word);
      for (let i = 0; i < 1000; i++) seen.add(random.uint32());
    }
    expect(seen.size).toBeGreaterThan(9980); // ten thousand words collide once in about 86 runs
  });

  // 3 * 2^19 just under and over the switch of method, bounds where plain modulo would show a bias of a third.
  test.each([3, 10, 3 * 2 ** 19, 3 * 2 ** 30, 3 * 2 ** 51])('below(%d) is uniform', (bound) => {
    const random = testRandom(11);
    const cells = bound <= 10 ? bound : 24;
    const counts = new Array<number>(cells).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor((random.below(bound) / bound) * cells)]++;
    const { statistic, limit } = gTest(counts, uniform(cells));
    expect(statistic).toBeLessThan(limit);
  });

  test.each([3n, 1n << 40n, 3n << 62n, (1n << 200n) + 1n])('belowBig(%s) is uniform', (bound) => {
    const random = testRandom(13);
    const cells = 3;
    const counts = new Array<number>(cells).fill(0);
    for (let i = 0; i < 20_000; i++) {
      const value = random.belowBig(bound);
      expect(value >= 0n && value < bound).toBe(true);
      counts[Number((value * BigInt(cells)) / bound)]++;
    }
    const { statistic, limit } = gTest(counts, uniform(cells));
    expect(statistic).toBeLessThan(limit);
  });

  test('uint53 uses all its bits, each fair', () => {
    const random = testRandom(17);
    const ones = new Array<number>(53).fill(0);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const bits = random.uint53().toString(2).padStart(53, '0');
      for (let bit = 0; bit < 53; bit++) ones[bit] += Number(bits[bit]);
    }
    // Two-sided at 1e-6 over 53 bits: 5.7 standard deviations.
    for (const count of ones) expect(Math.abs(count - draws / 2)).toBeLessThan(5.7 * Math.sqrt(draws / 4));
  });
});

test.each([0, -1, 1.5, NaN, 2 ** 53 + 2])('below(%d) is refused', (bound) => {
  expect(() => testRandom(1).below(bound)).toThrow(RangeError);
});
