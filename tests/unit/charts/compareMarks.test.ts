import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curveMarks, seriesMark } from '../../../src/charts/curveMarks.ts';
import { runMarks } from '../../../src/charts/runMarks.ts';
import { legendPlaces, wrapped } from '../../../src/charts/saveImage.ts';

const width = fc.integer({ min: 240, max: 1200 });

describe('runs on one scale', () => {
  const value = fc.record({
    name: fc.string(),
    value: fc.oneof(fc.double({ min: -300, max: 300, noNaN: true }), fc.constant(NaN)),
    half: fc.double({ min: 0, max: 50, noNaN: true }),
    best: fc.boolean(),
  });

  it('every mark is in the drawing, right of its label, each run below the one before', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), width, (runs, wide) => {
        const values = runs.map(({ half, ...run }) => ({
          ...run,
          interval: Number.isNaN(run.value) ? null : ([run.value - half, run.value + half] as const),
        }));
        const marks = runMarks(values, [0, 100], 100, wide, String);
        for (const { x, y, whisker } of marks.runs) {
          expect(y).toBeLessThan(marks.bottom);
          for (const at of [x, ...(whisker ?? [])]) {
            if (at === null) continue;
            expect(at).toBeGreaterThan(marks.labelRoom);
            expect(at).toBeLessThan(wide);
          }
        }
        const ys = marks.runs.map(({ y }) => y);
        expect(ys).toEqual(ys.toSorted((a, b) => a - b));
      }),
    );
  });

  it('a run without a value has a line and no mark', () => {
    const marks = runMarks(
      [{ name: 'a', value: NaN, interval: null, best: false }],
      [0, 100],
      100,
      300,
      String,
    );
    expect(marks.runs[0]).toMatchObject({ x: null, whisker: null });
  });
});

describe('a curve over epsilon', () => {
  const point = (x: number, value: number) => ({ x, value, interval: [value - 0.1, value + 0.1] as const });
  const points = [point(0.1, 0.6), point(1, 0.7), point(10, 0.8)];
  const reference = { ceiling: 0.9, floor: 0.5 };

  it('equal ratios of epsilon are equal steps, and better is higher', () => {
    const { series, ceiling, floor } = curveMarks([{ name: 'a', points }], [], reference, 480, 260);
    const [a, b, c] = series[0].points;
    expect(b.x - a.x).toBeCloseTo(c.x - b.x, 6);
    expect([floor, a.y, b.y, c.y, ceiling]).toEqual(
      [floor, a.y, b.y, c.y, ceiling].toSorted((one, other) => Number(other) - Number(one)),
    );
    expect(series[0].path.match(/[ML]/g)).toHaveLength(3);
  });

  it('every mark is in the plot, whatever the scores and however many series', () => {
    const score = fc.double({ min: -2, max: 1, noNaN: true });
    const epsilon = fc.double({ min: 0.001, max: 100, noNaN: true });
    const curve = fc.array(fc.tuple(epsilon, score), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(curve, { minLength: 1, maxLength: 4 }), width, (curves, wide) => {
        const series = curves.map((its, i) => ({
          name: String(i),
          points: its.map(([x, value]) => point(x, value)),
        }));
        const marks = curveMarks(series, [], reference, wide, 260);
        const { left, right, top, bottom } = marks.plot;
        for (const { x, y, whisker } of marks.series.flatMap((its) => its.points)) {
          expect(x).toBeGreaterThan(left - 12);
          expect(x).toBeLessThan(right + 12);
          for (const at of [y, ...(whisker ?? [])]) {
            expect(at).toBeGreaterThanOrEqual(top - 1e-6);
            expect(at).toBeLessThanOrEqual(bottom + 1e-6);
          }
        }
        const labels = marks.xTicks.map(({ at }) => at);
        labels.forEach((at, i) => i > 0 && expect(at - labels[i - 1]).toBeGreaterThanOrEqual(30));
      }),
    );
  });

  it('a mark that is not there is not drawn, and series differ in shape', () => {
    const marks = curveMarks([{ name: 'a', points }], [], { ceiling: NaN, floor: 0.5 }, 480, 260);
    expect([marks.ceiling, typeof marks.floor]).toEqual([null, 'number']);
    expect(new Set([0, 1, 2].map(seriesMark)).size).toBe(3);
  });

  it('a curve that grows stays where it is', () => {
    const placed = [1, 2, 3].map((count) => {
      const series = [{ name: 'a', points: points.slice(0, count) }];
      return curveMarks(series, [0.1, 1, 10], reference, 480, 260);
    });
    expect(new Set(placed.map(({ series }) => series[0].points[0].x)).size).toBe(1);
    for (const { xTicks } of placed) expect(xTicks.map(({ label }) => label)).toEqual(['0.1', '1', '10']);
  });

  it('no points leave an empty plot with its marks', () => {
    const marks = curveMarks([{ name: 'a', points: [] }], [], reference, 480, 260);
    expect([marks.series[0].points, marks.xTicks, Number.isFinite(marks.ceiling)]).toEqual([[], [], true]);
  });
});

describe('a saved picture', () => {
  const text = fc.array(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }), { minLength: 1 });
  it('has every word of its caption, in order, on lines that fit where words do', () => {
    fc.assert(
      fc.property(text, width, (parts, wide) => {
        const caption = parts.map((part) => part.replaceAll(' ', '_')).join(' ');
        const lines = wrapped(caption, wide);
        expect(lines.join(' ')).toBe(caption);
        for (const line of lines) {
          expect(line.length * 6.6 <= wide || !line.includes(' ')).toBe(true);
        }
      }),
    );
  });

  it('names every series in its legend, none over another', () => {
    const names = ['trained on real rows', 'Spanning tree of pairs', 'Independent columns', 'guessing'];
    const series = names.map((name) => ({ name, colour: 'synthetic' as const }));
    const places = legendPlaces([...series, 'real'], 320);
    expect(places.map(({ series: its }) => its.name)).toEqual([...names, 'real rows']);
    for (const [i, { left, line }] of places.entries()) {
      const next = places.at(i + 1);
      if (next?.line === line) expect(next.left).toBeGreaterThan(left);
      else if (next) expect([next.line, next.left]).toEqual([line + 1, 0]);
    }
    expect(legendPlaces(['real', 'synthetic'], 320).map(({ line }) => line)).toEqual([0, 0]);
  });
});
