import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { synthesized } from './networkFits.ts';
import { codesOf, related, valuesOf } from './related.ts';

const shareOf = (codes: Int32Array, code: number): number =>
  codes.filter((each) => each === code).length / codes.length;

describe('the autoregressive network', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('keeps columns, types, bounds, grids, shares and missing cells, and learns how columns go together', async () => {
    const real = related(600);
    const rows = 1500;
    const made = await synthesized({ method: 'autoregressive', real, epochs: 50 }, rows);
    expect(made.rows).toBe(rows);
    expect(made.columns.map(({ name, type }) => [name, type])).toEqual(
      real.table.columns.map(({ name, type }) => [name, type]),
    );
    const [colour, shade, size, price, seen] = made.columns;
    const sizes = valuesOf(size);
    expect(sizes.every((v) => Number.isInteger(v) && v >= 0 && v <= 34)).toBe(true);
    expect(valuesOf(seen).every((v) => v % 86_400_000 === 0 && v >= 0 && v < 390 * 86_400_000)).toBe(true);
    const prices = valuesOf(price);
    expect(prices.every((v) => Number.isNaN(v) || (v >= 0 && v <= 1))).toBe(true);
    const colours = codesOf(colour);
    const realColours = codesOf(real.table.columns[0]);
    // The first column is made in its shares: to a row.
    for (let k = 0; k < 4; k++)
      expect(Math.abs(shareOf(colours, k) - shareOf(realColours, k))).toBeLessThan(1.01 / rows);
    const missing = prices.filter(Number.isNaN).length;
    const realMissing = valuesOf(real.table.columns[3]).filter(Number.isNaN).length;
    // 1,500 draws: 5 points are beyond four standard deviations.
    expect(Math.abs(missing / rows - realMissing / 600)).toBeLessThan(0.05);
    const broken = (holds: (row: number) => boolean): number =>
      colours.reduce((count, _, row) => count + (holds(row) ? 0 : 1), 0) / rows;
    // Were the columns independent, half and three quarters of the rows would break these.
    expect(broken((row) => codesOf(shade)[row] === (colours[row] < 2 ? 0 : 1))).toBeLessThan(0.02);
    expect(broken((row) => Math.floor(sizes[row] / 10) === colours[row])).toBeLessThan(0.05);
    expect(broken((row) => Math.floor(valuesOf(seen)[row] / 8.64e9) === colours[row])).toBeLessThan(0.1);
    const ofRed = prices.filter((v, row) => Number.isNaN(v) && colours[row] === 0).length;
    expect(ofRed / missing).toBeGreaterThan(0.9);
  });
});
