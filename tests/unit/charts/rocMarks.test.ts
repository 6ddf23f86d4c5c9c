import { render } from 'svelte/server';
import { describe, expect, it } from 'vitest';
import RocChart from '../../../src/charts/RocChart.svelte';
import { pointAt, rocFinding, rocMarks, rocReadout, rocTable, stopAt } from '../../../src/charts/rocMarks.ts';
import { rocExample } from './rocExample.ts';

const size = [640, 400] as const;
const numbersOf = (path: string): number[] => (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

describe('ROC curves on logarithmic axes', () => {
  it('lie within the plot, however rare the false alarms', () => {
    for (const figure of [rocExample(2000, true), rocExample(25, false)]) {
      const { plot, curves, allowed, forbidden, guess } = rocMarks(figure, ...size);
      const paths = [...curves.flatMap(({ line, band }) => [line, band]), allowed, forbidden, guess];
      for (const path of paths) {
        numbersOf(path).forEach((number, i) => {
          const [low, high] = i % 2 === 0 ? [plot.left, plot.right] : [plot.top, plot.bottom];
          expect(number).toBeGreaterThanOrEqual(low - 0.01);
          expect(number).toBeLessThanOrEqual(high + 0.01);
        });
      }
    }
  });

  it('give each decade the same room, and a guess the diagonal', () => {
    const { xTicks, plot, at, marked } = rocMarks(rocExample(1000, true), ...size);
    expect(xTicks.map(({ label }) => label)).toEqual(['100%', '10%', '1%', '0.1%']);
    const steps = xTicks.slice(1).map(({ at: x }, i) => xTicks[i].at - x);
    for (const step of steps) expect(step).toBeCloseTo((plot.right - plot.left) / 3, 6);
    expect(marked).toBeCloseTo(xTicks[2].at, 6);
    const middle = at({ falsePositives: 10 ** -1.5, truePositives: 10 ** -1.5 });
    expect(middle.x - plot.left).toBeCloseTo((plot.right - plot.left) / 2, 6);
    expect(plot.bottom - middle.y).toBeCloseTo((plot.bottom - plot.top) / 2, 6);
  });

  it('are read at the threshold with no more false alarms than pointed at', () => {
    const figure = rocExample(2000, true);
    const marks = rocMarks(figure, ...size);
    for (const curve of figure.curves) {
      for (const { falsePositives, x } of marks.stops) {
        expect(marks.stops[stopAt(marks, x)].falsePositives).toBe(falsePositives);
        const point = pointAt(curve, falsePositives);
        if (point) expect(point.falsePositives).toBeLessThanOrEqual(falsePositives + 1e-12);
      }
    }
    expect(rocReadout(figure, 0.01)).toMatch(/^1\.0% false alarms: strong finds .* the guarantee allows/);
  });

  it('say what the best attack finds, and stand in a table point by point', () => {
    const figure = rocExample(2000, true);
    expect(rocFinding(figure)).toMatch(/a guess finds 1\.0%\. The guarantee allows 2\.7% at most\.$/);
    expect(rocFinding(rocExample(25, false))).toContain('nothing can be said of rare false alarms');
    const { head, rows } = rocTable(figure);
    expect(rows).toHaveLength(figure.curves.reduce((sum, { points }) => sum + points.length, 0));
    for (const row of rows) expect(row).toHaveLength(head.length);
    expect(rocTable(rocExample(25, false)).head).not.toContain('Guarantee allows at most');
  });

  it('are a named figure with an image, a slider to read it, and a key in the drawing', () => {
    const { body } = render(RocChart, { props: { figure: rocExample(2000, true) } });
    expect(body).toMatch(/<svg[^>]*role="img"[^>]*aria-label="[^"]{10,}"/);
    expect(body).toMatch(/role="slider"/);
    for (const name of ['strong', 'weak', 'the guarantee allows', 'a guess']) expect(body).toContain(name);
    expect(body).not.toMatch(/NaN|undefined|Infinity/);
  });
});
