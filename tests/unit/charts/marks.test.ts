import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bulletMarks } from '../../../src/charts/bulletMarks.ts';
import { barRows, categoryMarks, pairAt } from '../../../src/charts/categoryMarks.ts';
import { lossAt, lossMarks, lossRange, smooth } from '../../../src/charts/lossMarks.ts';
import {
  binAt,
  cumulative,
  largestGap,
  numericMarks,
  relativeDensity,
} from '../../../src/charts/numericMarks.ts';
import { sketchBars, sketchSentence } from '../../../src/charts/sketchMarks.ts';
import { categoryOverlay, losses, numericOverlay } from './examples.ts';

const frame = { width: 600, height: 280, compact: false };
const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('numeric marks', () => {
  it('a running total never falls and ends at one', () => {
    fc.assert(
      fc.property(shares, (values) => {
        const total = cumulative(values);
        expect(total).toHaveLength(values.length + 1);
        for (let i = 1; i < total.length; i++) expect(total[i]).toBeGreaterThanOrEqual(total[i - 1]);
        const any = values.some((value) => value > 0);
        expect(total[total.length - 1]).toBeCloseTo(any ? 1 : 0, 9);
      }),
    );
  });

  it('density is one everywhere for a flat column, however the bins are cut', () => {
    const edges = [0, 1, 3, 4, 10];
    const flat = edges.slice(1).map((edge, i) => (edge - edges[i]) / 10);
    for (const density of relativeDensity(edges, flat)) expect(density).toBeCloseTo(1, 12);
  });

  it('the largest gap is the Kolmogorov-Smirnov distance over the edges', () => {
    expect(largestGap([0, 0.5, 1], [0, 0.2, 1])).toEqual({ edge: 1, size: 0.3 });
    expect(largestGap([0, 1], [0, 1]).size).toBe(0);
  });

  it('every mark stays inside its frame, with and without missing values', () => {
    for (const missing of [0, 0.4]) {
      for (const compact of [true, false]) {
        const marks = numericMarks(numericOverlay('age', { missing }), { ...frame, compact });
        const all = [...marks.edges, ...marks.realRug, ...marks.syntheticRug];
        for (const x of all) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(frame.width);
        }
        expect(marks.missing === null).toBe(missing === 0);
        if (marks.missing) {
          expect(marks.missing.x + 2 * marks.missing.width + 2).toBeLessThanOrEqual(frame.width);
        }
      }
    }
  });

  it('a column of one value is drawn, not lost', () => {
    const overlay = { ...numericOverlay('flat', { bins: 1 }), edges: [7, 7], real: [1], synthetic: [1] };
    const marks = numericMarks(overlay, frame);
    expect(marks.realLine).not.toContain('NaN');
    expect(marks.realRug.every(Number.isFinite)).toBe(true);
  });

  it('pointing at the middle of each bin finds it, and beyond the curve the missing bars', () => {
    const marks = numericMarks(numericOverlay('age', { missing: 0.1 }), frame);
    for (let bin = 0; bin + 1 < marks.edges.length; bin++) {
      expect(binAt(marks, (marks.edges[bin] + marks.edges[bin + 1]) / 2)).toBe(bin);
    }
    expect(binAt(marks, marks.missing?.x ?? 0)).toBe(marks.edges.length - 1);
    expect(binAt(marks, -5)).toBe(-1);
  });
});

describe('category marks', () => {
  it('merging the tail keeps the sum of both sides', () => {
    const labels = Array.from({ length: 30 }, (_, i) => `Group ${String(i)}`);
    const overlay = categoryOverlay('group', labels, { missing: 0.1 });
    for (const limit of [2, 5, 29, 30, Infinity]) {
      const rows = barRows(overlay, limit);
      expect(rows.reduce((sum, row) => sum + row.real, 0)).toBeCloseTo(1, 9);
      expect(rows.reduce((sum, row) => sum + row.synthetic, 0)).toBeCloseTo(1, 9);
      expect(rows.filter((row) => row.missing)).toHaveLength(1);
      expect(rows.length).toBeLessThanOrEqual(limit + 1);
    }
  });

  it('long labels lie down, short ones stand, and all bars stay inside', () => {
    const short = categoryMarks(categoryOverlay('region', ['n', 'e', 's', 'w']), frame);
    const long = categoryMarks(
      categoryOverlay('job', [
        'A very long occupation indeed',
        'Another very long one',
        'And one more of these',
      ]),
      { ...frame, width: 340 },
    );
    expect([short.horizontal, long.horizontal]).toEqual([false, true]);
    for (const { real, synthetic } of [...short.pairs, ...long.pairs]) {
      for (const bar of [real, synthetic]) {
        expect(Math.min(bar.x, bar.y, bar.width, bar.height)).toBeGreaterThanOrEqual(0);
        expect(bar.x + bar.width).toBeLessThanOrEqual(frame.width);
        expect(bar.y + bar.height).toBeLessThanOrEqual(frame.height);
      }
    }
  });

  it('pointing at a bar finds its pair', () => {
    for (const labels of [
      ['n', 'e', 's'],
      ['A very long occupation indeed'.repeat(9), 'x', 'y'],
    ]) {
      const marks = categoryMarks(categoryOverlay('c', labels), frame);
      marks.pairs.forEach(({ band }, i) => {
        expect(pairAt(marks, band.x + band.width / 2, band.y + band.height / 2)).toBe(i);
      });
      expect(pairAt(marks, -50, -50)).toBe(-1);
    }
  });
});

describe('loss marks', () => {
  it('smoothing keeps a constant and starts at the first value', () => {
    expect(smooth([5, 5, 5]).every((value) => Math.abs(value - 5) < 1e-12)).toBe(true);
    expect(smooth([3, 100])[0]).toBeCloseTo(3, 12);
  });

  it('one wild epoch does not set the scale', () => {
    const values = losses(400).map((point) => point.loss);
    const wild = values.map((value, i) => (i === 200 ? 10_000 : value));
    expect(lossRange(wild, smooth(values))[1]).toBeLessThan(40);
  });

  it('a first loss whose smoothed value differs by rounding has an axis of ticks apart from each other', () => {
    const first = Array.from({ length: 500 }, (_, i) => 30 + i / 7);
    expect(first.some((loss) => smooth([loss])[0] !== loss)).toBe(true);
    for (const loss of first) {
      const { yTicks } = lossMarks([{ epoch: 0.5, loss }], 1, 400, 300);
      expect(yTicks.length).toBeGreaterThan(1);
      expect(new Set(yTicks.map(({ at }) => at)).size).toBe(yTicks.length);
      expect(new Set(yTicks.map(({ label }) => label)).size).toBe(yTicks.length);
    }
  });

  it('the axis holds all planned epochs from the start, and values that are not finite are left out', () => {
    const few = lossMarks(
      [
        { epoch: 1, loss: 3 },
        { epoch: 2, loss: NaN },
      ],
      300,
      600,
      200,
    );
    expect(few.points).toHaveLength(1);
    expect(few.points[0].x).toBeLessThan(60);
    expect(few.smooth).not.toContain('NaN');
    expect(lossMarks([], 300, 600, 200).points).toHaveLength(0);
  });

  it('the nearest point is found from either side', () => {
    const marks = lossMarks(losses(50), 50, 600, 200);
    expect(lossAt(marks, 0)).toBe(0);
    expect(lossAt(marks, 600)).toBe(49);
    expect(lossAt(marks, marks.points[20].x + 1)).toBe(20);
    expect(lossAt(lossMarks([], 10, 600, 200), 10)).toBe(-1);
  });
});

describe('bullet marks', () => {
  it('keeps the order of ceiling, value and floor, and leaves out what is not defined', () => {
    const marks = bulletMarks({ value: 0.05, ceiling: 0.01, floor: 0.4 }, 300);
    expect(marks.ceiling).toBeLessThan(marks.value ?? 0);
    expect(marks.value).toBeLessThan(marks.floor ?? 0);
    expect(bulletMarks({ value: 0.05, ceiling: NaN, floor: NaN }, 300)).toMatchObject({
      ceiling: null,
      floor: null,
    });
  });
});

describe('sketch marks', () => {
  it('no count above zero is invisible, and everything else is drawn hatched', () => {
    const bars = sketchBars(
      { type: 'category', labels: ['a', 'b'], counts: [1_000_000, 1], others: 12 },
      132,
      40,
    );
    expect(bars.map((bar) => bar.others)).toEqual([false, false, true]);
    for (const bar of bars) expect(bar.height).toBeGreaterThanOrEqual(1);
  });

  it('says where most rows lie, and that nothing is there when nothing is', () => {
    expect(sketchSentence({ type: 'numeric', edges: [0, 10, 20], counts: [1, 5] })).toBe(
      'From 0 to 20, most between 10 and 20.',
    );
    expect(sketchSentence({ type: 'numeric', edges: [0, 1], counts: [0] })).toBe('No values.');
    expect(sketchBars({ type: 'none' }, 100, 40)).toEqual([]);
  });
});
