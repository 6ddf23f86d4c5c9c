import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { independent } from '../../../workers/synthesizers/independent/fit.ts';
import { chooseMethod, synthesizerOf } from '../../../workers/synthesizers/registry.ts';
import type { SampleContext } from '../../../workers/synthesizers/types.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const random = seededRng('independent');
const fill = <T>(rows: number, cell: () => T): T[] => Array.from({ length: rows }, cell);

const real = (rows: number): ReturnType<typeof tableOf> =>
  tableOf(
    numbers(
      'hours',
      fill(rows, () => (random.uniform() < 0.1 ? NaN : random.uniform() < 0.5 ? 40 : 1 + random.int(98))),
    ),
    numbers(
      'weight',
      fill(rows, () => Math.round(Math.exp(random.normal()) * 100) / 100),
      2,
    ),
    instants(
      'seen',
      fill(rows, () => 86_400_000 * Math.floor(4000 * random.uniform() ** 2)),
    ),
    categories(
      'colour',
      fill(rows, () => Math.floor(5 * random.uniform() ** 3) - 1),
      ['red', 'green', 'blue', 'grey'],
    ),
  );

const sampleOf = async (
  { table, schema }: ReturnType<typeof tableOf>,
  rows: number,
  seed: string,
  more: Partial<SampleContext> = {},
): Promise<Table> => {
  const control = new RunControl();
  const input = { table, profile: profileTable(table, schema) };
  const { model } = await independent.fit(
    input,
    { epochs: null },
    { rng: random, now: () => 0, control, onProgress: () => undefined, onNotice: () => undefined },
  );
  const sample = await model.sample(rows, { rng: seededRng(seed), control, ...more });
  control.close();
  return sample;
};

/** Largest gap between two distribution functions, missing as the smallest value. */
const gap = (a: Float64Array, b: Float64Array): number => {
  const [x, y] = [a, b].map((values) => values.map((v) => (Number.isNaN(v) ? -Infinity : v)).sort());
  let worst = 0;
  for (const [at, value] of x.entries()) {
    if (value === x[at + 1]) continue;
    let below = 0;
    while (below < y.length && y[below] <= value) below++;
    worst = Math.max(worst, Math.abs((at + 1) / x.length - below / y.length));
  }
  return worst;
};

describe('independent columns', () => {
  it('reproduce each one-way marginal (false alarm below 1e-6 a column)', async () => {
    const input = real(2000);
    const sample = await sampleOf(input, 10_000, 'a');
    sample.columns.forEach((column, c) => {
      const its = input.table.columns[c];
      if (column.type === 'category' && its.type === 'category') {
        const share = (codes: Int32Array, code: number) =>
          codes.filter((k) => k === code).length / codes.length;
        for (let code = -1; code < 4; code++) {
          const p = share(its.codes, code);
          // Five standard deviations of a binomial share.
          expect(Math.abs(share(column.codes, code) - p)).toBeLessThan(
            5 * Math.sqrt((p * (1 - p)) / 10_000) + 1e-9,
          );
        }
      } else if (column.type !== 'category' && column.type !== 'text' && its.type === column.type) {
        // Kolmogorov bound 2.7 / sqrt(n) of the sample, and half a piece of the profile.
        expect(gap(its.values, column.values)).toBeLessThan(2.7 / Math.sqrt(10_000) + 1 / 200);
      } else {
        throw new Error('the sample changed the type of a column');
      }
    });
  });

  it('draw each of many unequal categories at its share (false alarm below 1e-4)', async () => {
    const shares = [0.3, 0.28, 0.22, 0.1, 0.05, 0.03, 0.015, 0.005];
    const codes = shares.flatMap((share, code) => fill(Math.round(share * 1000), () => code));
    const input = tableOf(
      categories(
        'c',
        codes,
        shares.map((_, code) => `c${code}`),
      ),
    );
    const [column] = (await sampleOf(input, 100_000, 'shares')).columns;
    if (column.type !== 'category') throw new Error('type');
    shares.forEach((share, code) => {
      const found = column.codes.filter((drawn) => drawn === code).length / 100_000;
      // Five standard deviations of a binomial share, for each of eight.
      expect(Math.abs(found - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / 100_000));
    });
  });

  it('stay within the range and on the grid of the real column', async () => {
    const input = real(500);
    const [hours, weight, seen] = (await sampleOf(input, 2000, 'b')).columns;
    const range = (values: Float64Array) => {
      const present = values.filter((value) => !Number.isNaN(value)).sort();
      return [present[0], present[present.length - 1]];
    };
    [hours, weight, seen].forEach((column, c) => {
      const its = input.table.columns[c];
      if (column.type === 'category' || column.type === 'text') throw new Error('type');
      if (its.type === 'category' || its.type === 'text') throw new Error('type');
      const [least, most] = range(column.values);
      expect(least).toBeGreaterThanOrEqual(range(its.values)[0]);
      expect(most).toBeLessThanOrEqual(range(its.values)[1]);
      const grid = [1, 0.01, 86_400_000][c];
      for (const value of column.values) {
        if (Number.isNaN(value)) continue;
        expect(grid < 1 ? Number(value.toFixed(2)) : Math.round(value / grid) * grid).toBe(value);
      }
    });
  });

  it('depend on the seed alone', async () => {
    const input = real(100);
    const once = await sampleOf(input, 300, 'c');
    expect(await sampleOf(input, 300, 'c')).toEqual(once);
    expect(await sampleOf(input, 300, 'd')).not.toEqual(once);
  });

  it('come from one row, constant and empty columns as they are', async () => {
    const sample = await sampleOf(
      tableOf(
        numbers('one', [3]),
        numbers('none', [NaN]),
        categories('c', [0], ['x']),
        categories('m', [-1], []),
      ),
      5,
      'e',
    );
    const cells = sample.columns.map((column) =>
      column.type === 'category' ? [...column.codes] : column.type === 'text' ? [] : [...column.values],
    );
    expect(cells).toEqual([fill(5, () => 3), fill(5, () => NaN), fill(5, () => 0), fill(5, () => -1)]);
  });

  it('stop when cancelled', async () => {
    const control = new RunControl();
    const running = sampleOf(real(100), 5_000_000, 'f', { control });
    control.stop('discard');
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    control.close();
  });
});

describe('choice of a method', () => {
  it('is the neural one for tables with enough rows and relations', () => {
    expect(chooseMethod({ rows: 5000, cardinalities: [0, 3, 0] })).toMatchObject({ id: 'autoregressive' });
  });

  it.each([
    ['one column', { rows: 5000, cardinalities: [3] }, /no relations/],
    ['few rows', { rows: 30, cardinalities: [3, 0] }, /30 rows are too few/],
    ['a very wide matrix', { rows: 5000, cardinalities: [30_000, 3] }, /too many categories/],
  ])('is independent columns for %s, and says why', (_, size, reason) => {
    const chosen = chooseMethod(size);
    expect(chosen.id).toBe('independent');
    expect(chosen.reason).toMatch(reason);
  });

  it('gives the synthesizer of a method by its name', () => {
    expect(synthesizerOf('independent').meta.id).toBe('independent');
  });
});
