import { lab } from 'd3';
import { describe, expect, it } from 'vitest';
import {
  cellAt,
  differenceLimit,
  differences,
  fitsThree,
  heatLayout,
  levelPaths,
  stepCell,
} from '../../../src/charts/heatmapMarks.ts';
import { LEVELS, levelHex, levelOf } from '../../../src/charts/palette.ts';
import { associations } from './examples.ts';

/** Area of every rectangle of a path made of `h`, `v`, `h`, `z` moves. */
const areaOf = (path: string): number =>
  [...path.matchAll(/h([\d.]+)v([\d.]+)h/g)].reduce((sum, [, w, h]) => sum + Number(w) * Number(h), 0);

const lightness = (hex: string): number => lab(hex).l;

describe('heatmap paths', () => {
  it('cover each defined cell exactly once', () => {
    const { real, columns } = associations(23);
    const defined = real.filter((value) => !Number.isNaN(value)).length;
    const total = levelPaths(real, columns.length, 10, 1).reduce((sum, { path }) => sum + areaOf(path), 0);
    expect(total).toBeCloseTo(defined * 100, 6);
  });

  it('need no more than one path a colour, for 300 columns too', () => {
    const { real } = associations(300);
    expect(levelPaths(real, 300, 3, 1).length).toBeLessThanOrEqual(LEVELS);
  });
});

describe('heatmap layout', () => {
  it('cells keep room for a readable label up to 40 columns, on a phone too', () => {
    for (const count of [2, 15, 40]) {
      for (const width of [340, 1020]) {
        const layout = heatLayout(count, width, 14);
        expect(layout.labelled).toBe(true);
        expect(layout.cell).toBeGreaterThanOrEqual(13);
      }
    }
  });

  it('300 columns fit the width', () => {
    expect(heatLayout(300, 1000, 20).size).toBeLessThanOrEqual(1000);
  });

  it('three maps stand side by side only where their labels can be read', () => {
    expect([fitsThree(15, 1020, 8), fitsThree(40, 1020, 8), fitsThree(5, 340, 8)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('pointing and arrow keys stay inside', () => {
    expect(cellAt(25, 5, 10, 4)).toEqual({ row: 0, column: 2 });
    expect(cellAt(45, 5, 10, 4)).toBeNull();
    expect(stepCell({ row: 0, column: 3 }, 'ArrowRight', 4)).toEqual({ row: 0, column: 3 });
    expect(stepCell({ row: 0, column: 3 }, 'ArrowDown', 4)).toEqual({ row: 1, column: 3 });
    expect(stepCell({ row: 0, column: 3 }, 'a', 4)).toBeNull();
  });
});

describe('differences', () => {
  it('are synthetic minus real, and their range never magnifies noise', () => {
    expect(differences([0.5, NaN], [0.2, 0.1])).toEqual([0.2 - 0.5, NaN]);
    expect(differenceLimit([0.001, NaN, -0.002])).toBe(0.1);
    expect(differenceLimit([0.31, -0.44])).toBe(0.5);
    expect(differenceLimit([2])).toBe(1);
  });
});

describe('diverging colours', () => {
  const themes = ['light', 'dark'] as const;
  const names = ['association', 'difference'] as const;

  it('zero is neutral and the levels are symmetric', () => {
    const middle = (LEVELS - 1) / 2;
    expect(levelOf(0, 1)).toBe(middle);
    expect(levelOf(-3, 1)).toBe(0);
    expect(levelOf(3, 1)).toBe(LEVELS - 1);
    expect(levelOf(0.37, 1) - middle).toBe(middle - levelOf(-0.37, 1));
    for (const theme of themes) {
      const { a, b } = lab(levelHex('association', middle, theme));
      expect(Math.hypot(a, b)).toBeLessThan(6);
    }
  });

  it('lightness changes evenly from zero to either end', () => {
    for (const name of names) {
      for (const theme of themes) {
        const steps = Array.from({ length: LEVELS }, (_, level) => lightness(levelHex(name, level, theme)));
        const middle = (LEVELS - 1) / 2;
        for (const arm of [steps.slice(0, middle + 1).reverse(), steps.slice(middle)]) {
          const even = Math.abs(arm[arm.length - 1] - arm[0]) / (arm.length - 1);
          for (let i = 1; i < arm.length; i++)
            expect(Math.abs(arm[i] - arm[i - 1])).toBeLessThan(even * 1.5 + 0.4);
        }
      }
    }
  });
});
