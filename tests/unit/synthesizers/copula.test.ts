import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { copula } from '../../../workers/synthesizers/copula/copula.ts';
import { synthesizerOf } from '../../../workers/synthesizers/registry.ts';
import type { FitContext, FitResult } from '../../../workers/synthesizers/types.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';
import { correlation, gap } from './copulaMeasures.ts';
import { codesOf, related, valuesOf, type Real } from './related.ts';

const fitted = async ({ table, schema }: Real, more: Partial<FitContext> = {}): Promise<FitResult> => {
  const control = new RunControl();
  try {
    const context = { now: () => 0, onProgress: () => undefined, onNotice: () => undefined };
    const input = { table, profile: profileTable(table, schema) };
    return await copula.fit(input, { epochs: null }, { ...context, rng: seededRng('fit'), control, ...more });
  } finally {
    control.close();
  }
};

const made = async (real: Real, rows: number, seed = 'sample'): Promise<Table> => {
  const { model } = await fitted(real);
  const control = new RunControl();
  try {
    return await model.sample(rows, { rng: seededRng(seed), control });
  } finally {
    control.close();
  }
};

const fill = <T>(rows: number, cell: (row: number) => T): T[] =>
  Array.from({ length: rows }, (_, row) => cell(row));
const planted = [
  [0, 1, 0.8],
  [0, 2, -0.5],
  [1, 2, -0.4],
] as const;

/** Three normals with correlations .8, -.5 and -.4, seen as two decimals, whole numbers and a skewed amount. */
const gaussian = (rows: number): Real => {
  const rng = seededRng('gaussian');
  const draws = fill(rows, () => {
    const [a, b, c] = [rng.normal(), rng.normal(), rng.normal()];
    return [a, 0.8 * a + 0.6 * b, -0.5 * a + Math.sqrt(0.75) * c];
  });
  const column = (i: number): number[] => draws.map((draw) => draw[i]);
  return tableOf(
    numbers(
      'fine',
      column(0).map((z) => Math.round(100 * z) / 100),
      2,
    ),
    numbers(
      'whole',
      column(1).map((z) => Math.round(10 * z)),
    ),
    numbers(
      'skewed',
      column(2).map((z) => Math.round(1000 * Math.exp(z)) / 1000),
      3,
    ),
  );
};

describe('the Gaussian copula', () => {
  it('recovers planted correlations (false alarm below 1e-6)', async () => {
    const [n, m] = [20_000, 20_000];
    const real = gaussian(n);
    const sample = await made(real, m);
    const seen = (table: Table) =>
      [0, 1, 2].map((c) => valuesOf(table.columns[c]).map((value) => (c === 2 ? Math.log(value) : value)));
    const [before, after] = [seen(real.table), seen(sample)];
    for (const [i, j, r] of planted) {
      // Five and a half standard deviations of a correlation, at most 1 / sqrt(n), of both samples, and .005 for the
      // pieces of the profile.
      const tolerance = 5.5 * (1 - r * r) * Math.sqrt(1 / n + 1 / m) + 0.005;
      expect(Math.abs(correlation(after[i], after[j]) - correlation(before[i], before[j]))).toBeLessThan(
        tolerance,
      );
    }
    // Without the copula there would be none: -.4 = .8 x -.5 between the others.
    expect(correlation(after[0], after[1])).toBeGreaterThan(0.75);
  });

  it('finds the correlation behind coarse steps (false alarm below 1e-6)', async () => {
    const rng = seededRng('steps');
    const rows = 20_000;
    const base = fill(rows, () => rng.normal());
    const other = base.map((z) => 0.7 * z + Math.sqrt(0.51) * rng.normal());
    const step = (z: number): number => (z > 1.2 ? 3 : z > 0 ? 2 : z > -0.7 ? 1 : 0);
    const real = tableOf(
      categories(
        'flag',
        base.map((z) => (z > 0.5 ? 1 : 0)),
        ['no', 'yes'],
      ),
      categories('grade', other.map(step), ['a', 'b', 'c', 'd']),
    );
    const sample = await made(real, rows);
    const shareOf = (table: Table, grade: number): number => {
      const [flags, grades] = [codesOf(table.columns[0]), codesOf(table.columns[1])];
      return flags.filter((flag, row) => flag === 1 && grades[row] === grade).length / table.rows;
    };
    // Six standard deviations of the difference of two binomial shares.
    for (let grade = 0; grade < 4; grade++) {
      const p = shareOf(real.table, grade);
      expect(Math.abs(shareOf(sample, grade) - p)).toBeLessThan(6 * Math.sqrt((2 * p * (1 - p)) / rows));
    }
  });

  it('keeps marginals, missing shares, whole numbers and bounds (false alarm below 1e-6 a column)', async () => {
    const real = related(4000);
    const rows = 10_000;
    const sample = await made(real, rows);
    expect(sample.columns.map(({ name, type }) => [name, type])).toEqual(
      real.table.columns.map(({ name, type }) => [name, type]),
    );
    for (const c of [0, 1]) {
      for (let code = -1; code < 4; code++) {
        const share = (codes: Int32Array): number =>
          codes.filter((each) => each === code).length / codes.length;
        const p = share(codesOf(real.table.columns[c]));
        expect(Math.abs(share(codesOf(sample.columns[c])) - p)).toBeLessThan(
          5 * Math.sqrt((p * (1 - p)) / rows) + 1e-9,
        );
      }
    }
    for (const c of [2, 3, 4]) {
      const [its, values] = [real.table, sample].map((table) => valuesOf(table.columns[c]));
      // Kolmogorov bound 2.7 / sqrt(n) of the sample, half a piece of the profile, and the repair's mark on missing.
      expect(gap(its, values)).toBeLessThan(2.7 / Math.sqrt(rows) + 1 / 200 + 0.01);
    }
    const sizes = valuesOf(sample.columns[2]);
    expect(sizes.every((value) => Number.isInteger(value) && value >= 0 && value <= 34)).toBe(true);
    expect(valuesOf(sample.columns[4]).every((value) => value % 86_400_000 === 0)).toBe(true);
  });

  it('keeps what goes with missing cells, and with categories in no order', async () => {
    const real = related(4000);
    const sample = await made(real, 4000);
    const strength = (table: Table) => {
      const [colours, shades, sizes, price] = [
        codesOf(table.columns[0]),
        codesOf(table.columns[1]),
        valuesOf(table.columns[2]),
        valuesOf(table.columns[3]),
      ];
      const numbersOf = (values: ArrayLike<number | boolean>): Float64Array =>
        Float64Array.from({ length: values.length }, (_, i) => Number(values[i]));
      const blank = numbersOf(Array.from(price, Number.isNaN));
      const cold = numbersOf(Array.from(shades));
      const red = numbersOf(Array.from(colours, (code) => code === 0));
      return [correlation(blank, red), correlation(cold, sizes), correlation(red, sizes)];
    };
    const [real0, real1, real2] = strength(real.table);
    const [blankRed, coldSize, redSize] = strength(sample);
    expect(blankRed).toBeGreaterThan(0.6 * real0);
    expect(coldSize).toBeGreaterThan(0.8 * real1);
    expect(redSize).toBeLessThan(0.7 * real2);
  });

  it('orders categories by what they go with, whatever their names', async () => {
    const rng = seededRng('nominal');
    const rows = 5000;
    const level = fill(rows, () => rng.int(6));
    // Codes in an order that says nothing.
    const shuffled = [3, 0, 5, 1, 4, 2];
    const real = tableOf(
      categories(
        'city',
        level.map((each) => shuffled[each]),
        ['a', 'b', 'c', 'd', 'e', 'f'],
      ),
      numbers(
        'rent',
        level.map((each) => Math.round(100 * each + 30 * rng.normal())),
      ),
    );
    const sample = await made(real, rows);
    const [codes, rent] = [codesOf(sample.columns[0]), valuesOf(sample.columns[1])];
    const back = Float64Array.from(codes, (code) => shuffled.indexOf(code));
    expect(correlation(back, rent)).toBeGreaterThan(0.95);
  });

  it('makes no correlation where there is none (false alarm below 1e-6)', async () => {
    const rng = seededRng('apart');
    const rows = 5000;
    const real = tableOf(
      numbers(
        'a',
        fill(rows, () => rng.int(1000)),
      ),
      numbers(
        'b',
        fill(rows, () => rng.int(1000)),
      ),
    );
    const [a, b] = (await made(real, rows)).columns.map(valuesOf);
    expect(Math.abs(correlation(a, b))).toBeLessThan(5 * Math.sqrt(2 / rows));
  });

  it('copes with one column, one row, constant and empty columns', async () => {
    const alone = await made(tableOf(numbers('x', [1, 2, 2, 5])), 50);
    expect(
      valuesOf(alone.columns[0]).every((value) => Number.isInteger(value) && value >= 1 && value <= 5),
    ).toBe(true);
    const sample = await made(
      tableOf(
        numbers('constant', [3, 3, 3]),
        numbers('none', [NaN, NaN, NaN]),
        categories('one', [0, 0, 0], ['x']),
        categories('empty', [-1, -1, -1], []),
        numbers('some', [1, NaN, 2]),
        instants('day', [0, 86_400_000, 0]),
      ),
      40,
    );
    expect(valuesOf(sample.columns[0]).every((value) => value === 3)).toBe(true);
    expect(valuesOf(sample.columns[1]).every(Number.isNaN)).toBe(true);
    expect(codesOf(sample.columns[2]).every((code) => code === 0)).toBe(true);
    expect(codesOf(sample.columns[3]).every((code) => code === -1)).toBe(true);
    expect(
      valuesOf(sample.columns[4]).every((value) => Number.isNaN(value) || value === 1 || value === 2),
    ).toBe(true);
    expect((await made(tableOf(numbers('x', [7]), numbers('y', [8])), 3)).columns.map(valuesOf)).toEqual([
      Float64Array.of(7, 7, 7),
      Float64Array.of(8, 8, 8),
    ]);
    expect((await made(related(50), 0)).rows).toBe(0);
  });

  it('depends on the seed alone', async () => {
    const real = related(300);
    const once = await made(real, 500, 'a');
    expect(await made(real, 500, 'a')).toEqual(once);
    expect(await made(real, 500, 'b')).not.toEqual(once);
  });

  it('stops when cancelled, and keeps what it has when told to', async () => {
    const real = related(60_000);
    for (const mode of ['discard', 'keep'] as const) {
      const control = new RunControl();
      const running = fitted(real, { control });
      control.stop(mode);
      if (mode === 'discard') await expect(running).rejects.toMatchObject({ code: 'stopped' });
      else expect((await running).stopped).toBe(true);
      control.close();
    }
  });

  it('is one of the methods, and refuses epochs that cannot be run', async () => {
    expect(synthesizerOf('copula')).toBe(copula);
    expect(() => copula.meta.validate({ epochs: -1 })).toThrow(/epochs/);
    const [small, large] = await Promise.all(
      [1000, 1_000_000].map((rows) => copula.estimate({ rows, cardinalities: [0, 3, 0] }, { epochs: null })),
    );
    expect(small.seconds).toBeLessThan(large.seconds);
  });
});
