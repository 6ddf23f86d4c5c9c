import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { categories, tableOf } from '../profile/tables.ts';
import { synthesized } from './networkFits.ts';
import { codesOf, related, valuesOf } from './related.ts';

describe('the GAN', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('keeps columns, types, bounds, grids and missing shares, and rules between columns', async () => {
    const real = related(400);
    const rows = 1500;
    const made = await synthesized({ method: 'gan', real, epochs: 5 }, rows);
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
    // 1,500 draws from shares of about a quarter: 6 points are beyond five standard deviations.
    const shareOf = (codes: Int32Array, k: number): number =>
      codes.filter((code) => code === k).length / codes.length;
    const realColours = codesOf(real.table.columns[0]);
    for (let k = 0; k < 4; k++) {
      expect(Math.abs(shareOf(colours, k) - shareOf(realColours, k))).toBeLessThan(0.06);
    }
    const realPrices = valuesOf(real.table.columns[3]);
    const missing = prices.filter(Number.isNaN).length;
    expect(Math.abs(missing / rows - realPrices.filter(Number.isNaN).length / 400)).toBeLessThan(0.06);
    // A rule between columns is never broken.
    expect(codesOf(shade)).toEqual(colours.map((code) => (code < 2 ? 0 : 1)));
    expect(Array.from(sizes, (v) => Math.floor(v / 10))).toEqual([...colours]);
  });

  it('learns what goes together, columns kept in their shares', async () => {
    const rng = seededRng('linked');
    const first = Array.from({ length: 300 }, () => rng.int(3));
    const second = first.map((code) => (rng.uniform() < 0.1 ? rng.int(3) : code));
    const [a, b] = [categories('a', first, ['x', 'y', 'z']), categories('b', second, ['x', 'y', 'z'])];
    const { columns } = await synthesized({ method: 'gan', real: tableOf(a, b), epochs: 30 }, 1000);
    const [ones, others] = columns.map(codesOf);
    const agreeing = ones.filter((code, row) => code === others[row]).length / ones.length;
    // So short a training cannot learn it all: of real rows 93 % agree, and a third where nothing was learned, within .08.
    expect(agreeing).toBeGreaterThan(0.5);
  });
});
