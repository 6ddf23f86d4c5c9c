import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearson } from '../../../workers/evaluate/statistics/proportions.ts';
import {
  allowedTruePositives,
  logCounts,
  rocCurve,
  rocFigure,
} from '../../../workers/evaluate/privacy/rocCurve.ts';
import { seededRng } from '../../../workers/random/rng.ts';

const score = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 5, noNaN: true }));
const scores = fc.array(score, { minLength: 1, maxLength: 300 }).map((list) => Float64Array.from(list));

describe('the curve of an attack', () => {
  it('has only points that a threshold reaches, once each, ascending, with the interval of their share', () => {
    fc.assert(
      fc.property(scores, scores, (positive, negative) => {
        const { points, marked } = rocCurve({ name: 'a', positive, negative }, null);
        const reached = new Map(
          [-Infinity, ...negative].map((threshold) => {
            const share = (list: Float64Array) => list.filter((s) => s > threshold).length / list.length;
            return [share(negative), share(positive)];
          }),
        );
        expect(points.length).toBeLessThanOrEqual(100);
        points.forEach(({ falsePositives, truePositives, band, allowed }, i) => {
          expect(reached.get(falsePositives)).toBe(truePositives);
          expect(falsePositives).toBeGreaterThan(i === 0 ? 0 : points[i - 1].falsePositives);
          expect(truePositives).toBeGreaterThanOrEqual(i === 0 ? 0 : points[i - 1].truePositives);
          expect(band).toEqual(clopperPearson(Math.round(truePositives * positive.length), positive.length));
          expect(allowed).toBeNaN();
        });
        expect(points.at(-1)).toMatchObject({ falsePositives: 1, truePositives: 1 });
        if (marked) {
          expect(points).toContainEqual(marked);
          expect(marked.falsePositives).toBeLessThanOrEqual(0.01);
        }
      }),
    );
  });

  it('is placed evenly on a logarithmic scale, from a single row to all', () => {
    const rng = seededRng('roc');
    const drawn = (): Float64Array => Float64Array.from({ length: 2000 }, () => rng.normal());
    const { points, marked } = rocCurve({ name: 'a', positive: drawn(), negative: drawn() }, null);
    expect(points[0].falsePositives).toBe(1 / 2000);
    expect(marked?.falsePositives).toBe(0.01);
    for (const [low, high] of [
      [0.001, 0.01],
      [0.01, 0.1],
      [0.1, 1],
    ]) {
      const within = points.filter(({ falsePositives: rate }) => rate >= low && rate < high);
      expect(within.length).toBeGreaterThan(8);
    }
  });

  it('counts on a logarithmic scale are whole, ascending, and hold both ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 2, max: 100 }), (most, points) => {
        const counts = logCounts(most, points);
        expect(counts[0]).toBe(1);
        expect(counts.at(-1)).toBe(most);
        expect(counts).toEqual([...new Set(counts)].toSorted((a, b) => a - b));
      }),
    );
  });
});

const guarantee = fc.record({
  epsilon: fc.double({ min: 0.01, max: 8, noNaN: true }),
  delta: fc.double({ min: 0, max: 0.1, noNaN: true }),
});

describe('what a guarantee allows', () => {
  it('keeps both inequalities of differential privacy, and one of them to the last', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, guarantee, (falsePositives, { epsilon, delta }) => {
        const found = allowedTruePositives(falsePositives, { epsilon, delta });
        const factor = Math.exp(epsilon);
        const spare = [
          factor * falsePositives + delta - found,
          factor * (1 - found) + delta - (1 - falsePositives),
          1 - found,
        ];
        for (const room of spare) expect(room).toBeGreaterThan(-1e-9 * factor);
        expect(Math.min(...spare)).toBeLessThan(1e-9 * factor);
      }),
    );
  });

  it('holds for randomised response at its threshold, the mechanism that reaches it', () => {
    const epsilon = 1.2;
    const truth = Math.exp(epsilon) / (1 + Math.exp(epsilon));
    expect(allowedTruePositives(1 - truth, { epsilon, delta: 0 })).toBeCloseTo(truth, 12);
  });

  it('is a line over the same range as the curves, and is not there without a guarantee', () => {
    const attack = { name: 'a', positive: Float64Array.of(1, 2), negative: Float64Array.of(0, 1, 2, 3) };
    const claimed = { epsilon: 1, delta: 1e-5 };
    const { least, allowed, curves } = rocFigure([attack], claimed);
    expect(least).toBe(0.25);
    expect(allowed[0].falsePositives).toBeCloseTo(0.25, 12);
    expect(allowed.at(-1)).toEqual({ falsePositives: 1, truePositives: 1 });
    for (const point of curves[0].points) {
      expect(point.allowed).toBe(allowedTruePositives(point.falsePositives, claimed));
    }
    expect(rocFigure([attack], null).allowed).toEqual([]);
  });
});
