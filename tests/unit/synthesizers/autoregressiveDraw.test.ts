import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRng } from '../../../workers/random/rng.ts';
import {
  codesInShares,
  drawFrom,
  logChances,
  resampled,
  type DrawRule,
} from '../../../workers/synthesizers/autoregressive/draw.ts';
import { FALSE_ALARM, gTest } from '../privacy/statistics.ts';

const tally = (codes: ArrayLike<number>, size: number): number[] => {
  const counts = new Array<number>(size).fill(0);
  for (const code of Array.from(codes)) counts[code]++;
  return counts;
};
const repeated = (row: readonly number[], rows: number): Float32Array =>
  Float32Array.from({ length: rows * row.length }, (_, i) => row[i % row.length]);

const logits = [0.3, -1.2, 2, 0, -3];
const shift = Float32Array.of(0.5, 0, -Infinity, 0.1, 1);
const kept = Float64Array.of(1, 0.25, 1, 0, 1);
const weightOf = (code: number, share: number, temperature = 1): number =>
  share * Math.exp((logits[code] + shift[code]) / temperature);
const rules: readonly DrawRule[] = [
  { shift },
  { shift, kept },
  { shift, kept, temperature: 0.5 },
  { shift, temperature: 2 },
];

describe('a drawn code', () => {
  it(`has the chances of the shifted softmax, cut to what is kept (false alarm ${FALSE_ALARM})`, () => {
    const draws = 40_000;
    for (const rule of rules) {
      const counts = tally(drawFrom(repeated(logits, draws), rule, seededRng('draw')), 5);
      const weights = logits.map((_, code) => weightOf(code, rule.kept?.[code] ?? 1, rule.temperature));
      const total = weights.reduce((sum, weight) => sum + weight);
      counts.forEach((count, code) => weights[code] === 0 && expect(count).toBe(0));
      const { statistic, limit } = gTest(
        counts.filter((_, code) => weights[code] > 0),
        weights.filter((weight) => weight > 0).map((weight) => weight / total),
      );
      expect(statistic).toBeLessThan(limit);
    }
  });

  it('is kept with the chance that is said, however small', () => {
    for (const temperature of [1, 0.5, 2]) {
      const all = logits.reduce((sum, _, code) => sum + weightOf(code, 1, temperature), 0);
      const left = logits.reduce((sum, _, code) => sum + weightOf(code, kept[code], temperature), 0);
      const [chance] = logChances(Float32Array.from(logits), { shift, kept, temperature });
      expect(chance).toBeCloseTo(Math.log(left / all), 6);
    }
    const [tiny] = logChances(Float32Array.of(0, -2000), {
      shift: new Float32Array(2),
      kept: Float64Array.of(0, 1),
    });
    expect(tiny).toBeCloseTo(-2000, 6);
    expect(
      drawFrom(
        Float32Array.of(0, -2000),
        { shift: new Float32Array(2), kept: Float64Array.of(0, 1) },
        seededRng(1),
      ),
    ).toEqual(Uint16Array.of(1));
  });

  it('comes in its share to a row where shares are given', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 8 })
          .filter((shares) => shares.some((s) => s > 0)),
        fc.integer({ min: 0, max: 300 }),
        fc.integer(),
        (shares, rows, seed) => {
          const total = shares.reduce((sum, share) => sum + share);
          const counts = tally(
            codesInShares(Float64Array.from(shares), rows, seededRng(seed)),
            shares.length,
          );
          counts.forEach((count, code) =>
            expect(Math.abs(count - (rows * shares[code]) / total)).toBeLessThan(1 + 1e-9),
          );
        },
      ),
    );
  });
});

describe('resampling', () => {
  it('gives every wanted row one of its group, by weight to within a row', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 3 }), (seed, groups) => {
        const rng = seededRng(seed);
        const pool = Array.from({ length: 200 }, (_, i) => i % groups);
        const weights = Float64Array.from(pool, () => Math.log(rng.uniform()) - 900);
        const wanted = Array.from({ length: 120 }, () => rng.int(groups));
        const chosen = resampled(weights, pool, wanted, rng);
        chosen.forEach((place, row) => expect(pool[place]).toBe(wanted[row]));
        const counts = tally(chosen, 200);
        for (let group = 0; group < groups; group++) {
          const rows = wanted.filter((each) => each === group).length;
          const sum = pool.reduce(
            (all, each, i) => all + (each === group ? Math.exp(weights[i] + 900) : 0),
            0,
          );
          pool.forEach((each, i) => {
            if (each !== group) return;
            const expected = (rows * Math.exp(weights[i] + 900)) / sum;
            expect(Math.abs(counts[i] - expected)).toBeLessThan(1 + 1e-6);
          });
        }
      }),
    );
  });
});
