import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { MarginalCodec } from '../../../workers/encode/marginalCodec.ts';
import type { SampleConditions } from '../../../workers/encode/conditionTypes.ts';
import { allPairs, cellsOf } from '../../../workers/pgm/cliques.ts';
import { countCliques } from '../../../workers/pgm/counting.ts';
import { estimate } from '../../../workers/pgm/estimate.ts';
import { calibrate } from '../../../workers/pgm/model.ts';
import { marginalCounts } from '../../../workers/pgm/queries.ts';
import type { ModelState } from '../../../workers/pgm/types.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { MarginalModel } from '../../../workers/synthesizers/marginal/model.ts';
import type { Model } from '../../../workers/synthesizers/types.ts';
import type { Column, Table } from '../../../workers/table/types.ts';
import { FALSE_ALARM, gTest } from '../privacy/statistics.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';
import { valuesOf } from './related.ts';

const rows = 3000;
const day = 86_400_000;
const colours = ['red', 'green', 'blue', 'grey'];
const cities = Array.from({ length: 12 }, (_, i) => `city ${i}`);

/** Everything hangs on the colour; ten of the twelve cities are rare; nothing has a size between 20 and 29. */
const real = () => {
  const rng = seededRng('conditions');
  const colour = Array.from({ length: rows }, () => Math.min(rng.int(5), 3));
  return tableOf(
    categories('colour', colour, colours),
    categories(
      'city',
      colour.map((c) => (rng.uniform() < 0.9 ? c % 2 : 2 + rng.int(10))),
      cities,
    ),
    numbers(
      'size',
      colour.map((c) => (c < 2 ? rng.int(20) : 30 + rng.int(170))),
    ),
    numbers(
      'price',
      colour.map((c) => (c === 0 && rng.uniform() < 0.7 ? NaN : Math.round(1e4 * rng.uniform()) / 100)),
      2,
    ),
    instants(
      'seen',
      colour.map((c) => day * (1000 * c + rng.int(900))),
    ),
  );
};

interface Known {
  readonly codec: MarginalCodec;
  readonly state: ModelState;
  readonly model: Model;
  readonly profile: Profile;
}

let known: Known;
let control: RunControl;

beforeAll(async () => {
  control = new RunControl();
  const { table, schema } = real();
  const exact = profileTable(table, schema);
  // Noise only tells the codec which values are rare.
  const profile = { rows, columns: exact.columns.map((column) => ({ ...column, noise: 12 })) };
  const codec = new MarginalCodec(profile);
  const cliques = allPairs(5).filter(([a]) => a === 0);
  const counts = countCliques(codec.encode(table), codec.sizes, cliques);
  const measurements = cliques.map((clique, i) => ({ clique, values: counts[i], sigma: 1 }));
  const { state } = await estimate(codec.sizes, measurements, { total: rows });
  known = { codec, state, profile, model: new MarginalModel('mst', codec, state) };
});
afterAll(() => control.close());

const under = (conditions: SampleConditions, count = 2000, seed: string | number = 'under'): Promise<Table> =>
  known.model.sample(count, { rng: seededRng(seed), control, conditions });

const labelsOf = (column: Column): (string | null)[] =>
  column.type === 'category'
    ? [...column.codes].map((code) => (code < 0 ? null : column.categories[code]))
    : [];

/** Share of each code's values within [from, to], value by value over the pieces of the profile. */
function keptShares(column: number, from: number, to: number): Float64Array {
  const profile = known.profile.columns[column];
  if (profile.type !== 'numeric') throw new Error('kind');
  const [whole, left] = [0, 0].map(() => new Float64Array(known.codec.sizes[column]));
  const { low, high, mass, step, holds, name } = profile;
  const at = (value: number): number => {
    const columns = known.profile.columns.map((other): Column =>
      other.type === 'category'
        ? { type: 'category', name: other.name, categories: other.categories, codes: Int32Array.of(-1) }
        : { type: other.holds, name: other.name, values: Float64Array.of(other.name === name ? value : NaN) },
    );
    return known.codec.encode({ rows: 1, columns })[column][0];
  };
  mass.forEach((share, piece) => {
    const cells = Math.max(1, Math.round((high[piece] - low[piece]) / step));
    const code = at(low[piece]);
    for (let cell = 0; cell < cells; cell++) {
      const value = Math.round((low[piece] + cell * step) / step) * step;
      whole[code] += share / cells;
      if (value >= from && value <= to) left[code] += share / cells;
    }
  });
  expect(holds).toBe('number');
  return left.map((share, code) => (whole[code] > 0 ? share / whole[code] : 0));
}

describe('rows under conditions', () => {
  it('fulfil all of them', async () => {
    const some = fc.subarray(colours, { minLength: 1 });
    const between = fc.tuple(fc.integer({ min: -20, max: 220 }), fc.integer({ min: 0, max: 200 }));
    const days = fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 950, max: 3000 }));
    const blank = fc.constantFrom(undefined, 'allowed' as const, 'only' as const);
    await fc.assert(
      fc.asyncProperty(
        some,
        between,
        days,
        blank,
        fc.nat(),
        async (names, [low, width], [first, span], missing, seed) => {
          const interval = [low + 0.5, low + 0.5 + width] as const;
          const seen = [first * day, (first + span) * day] as const;
          const made = await under(
            {
              columns: [
                { column: 'colour', categories: names },
                { column: 'size', interval },
                { column: 'price', missing },
                { column: 'seen', interval: seen },
              ],
            },
            200,
            seed,
          ).catch((error: unknown) => {
            // The gap in sizes, and what is beyond all sizes, holds nothing.
            expect(error).toMatchObject({ code: 'bad-settings', column: 'size' });
            expect(
              interval[1] < 0 || interval[0] > 199 || (interval[0] > 19 && interval[1] < 30) || width < 1,
            ).toBe(true);
            return null;
          });
          if (made === null) return;
          const [colour, , size, price, when] = made.columns;
          expect(labelsOf(colour).every((name) => name !== null && names.includes(name))).toBe(true);
          expect(
            valuesOf(size).every((v) => Number.isInteger(v) && v >= interval[0] && v <= interval[1]),
          ).toBe(true);
          expect(valuesOf(when).every((v) => v % day === 0 && v >= seen[0] && v <= seen[1])).toBe(true);
          const blanks = valuesOf(price).filter(Number.isNaN).length;
          if (missing === undefined) expect(blanks).toBe(0);
          if (missing === 'only') expect(blanks).toBe(200);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    [2, 7, 83],
    [3, 12.345, 56.785],
  ])(
    `are as likely as the model has them, given the conditions, in cut bins too: column %i (false alarm ${FALSE_ALARM})`,
    async (column, from, to) => {
      const { codec, state, profile } = known;
      const { name } = profile.columns[column];
      const made = await under({ columns: [{ column: name, interval: [from, to] }] }, 60_000);
      const clique = [0, column];
      const [found] = countCliques(codec.encode(made), codec.sizes, [clique]);
      const kept = keptShares(column, from, to);
      const keptOf = (cell: number): number => kept[cell % kept.length];
      expect(kept.some((share) => share > 0 && share < 1)).toBe(true);
      const expected = marginalCounts(calibrate(state), clique).map((count, cell) => count * keptOf(cell));
      const total = expected.reduce((sum, count) => sum + count, 0);
      const { statistic, limit } = gTest(
        [...found],
        [...expected].map((count) => count / total),
      );
      expect(statistic).toBeLessThan(limit);
      found.forEach((count, cell) => keptOf(cell) === 0 && expect(count).toBe(0));
    },
  );

  it(`spread evenly over the values of a cut piece (false alarm ${FALSE_ALARM})`, async () => {
    const profile = known.profile.columns[3];
    if (profile.type !== 'numeric') throw new Error('kind');
    const cents = (value: number): number => Math.round(value * 100);
    const piece = profile.low.findIndex((low, p) => cents(profile.high[p]) - cents(low) >= 30);
    expect(piece).toBeGreaterThanOrEqual(0);
    const [first, last] = [cents(profile.low[piece]) + 5, cents(profile.high[piece]) - 6];
    const made = await under({ columns: [{ column: 'price', interval: [first / 100, last / 100] }] }, 20_000);
    const counts = new Array<number>(last - first + 1).fill(0);
    for (const value of valuesOf(made.columns[3])) counts[cents(value) - first]++;
    const { statistic, limit } = gTest(
      counts,
      counts.map(() => 1 / counts.length),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
    expect(statistic).toBeLessThan(limit);
  });

  it('hold a category of the group of rare ones alone, where that is asked for', async () => {
    expect(known.codec.sizes[1]).toBe(3);
    const made = await under({ columns: [{ column: 'city', categories: ['city 5', 'city 9'] }] });
    const names = labelsOf(made.columns[1]);
    expect(new Set(names)).toEqual(new Set(['city 5', 'city 9']));
    const profile = known.profile.columns[1];
    const share = profile.mass[5] / (profile.mass[5] + profile.mass[9]);
    expect(Math.abs(names.filter((name) => name === 'city 5').length - 2000 * share)).toBeLessThanOrEqual(1);
  });

  it('depend on the seed alone, and are the same in another order of calls', async () => {
    const conditions: SampleConditions = { columns: [{ column: 'size', interval: [10, 40] }] };
    const [once, plain] = [await under(conditions, 50, 'a'), await under({}, 50, 'a')];
    expect(await under({ ...conditions }, 50, 'a')).toEqual(once);
    expect(await known.model.sample(50, { rng: seededRng('a'), control })).toEqual(plain);
    expect(once).not.toEqual(plain);
  });

  it('are none where none are asked for', async () => {
    const made = await under({ columns: [{ column: 'size', interval: [0, 50] }] }, 0);
    expect(made.rows).toBe(0);
    expect(made.columns.map(({ name }) => name)).toEqual(['colour', 'city', 'size', 'price', 'seen']);
  });
});

describe('wanted shares', () => {
  const wanted = { red: 0.1, green: 0.3, grey: 0.6 };
  const mixture = {
    column: 'colour',
    shares: Object.entries(wanted).map(([value, share]) => ({ value, share: share * 7 })),
  };

  it('are met to the row, and no other value comes', async () => {
    for (const count of [1, 10, 999, 50_000]) {
      const names = labelsOf((await under({ shares: mixture }, count)).columns[0]);
      for (const colour of colours) {
        const target = count * (Object.entries(wanted).find(([name]) => name === colour)?.[1] ?? 0);
        const found = names.filter((name) => name === colour).length;
        expect(Math.abs(found - target)).toBeLessThan(1);
      }
    }
  });

  it(`leave the other columns as they are given the value (false alarm ${FALSE_ALARM} a pair)`, async () => {
    const { codec, state } = known;
    const made = await under({ shares: mixture }, 60_000);
    const codes = codec.encode(made);
    for (const other of [1, 2, 3, 4]) {
      const clique = [0, other];
      const [found] = countCliques(codes, codec.sizes, [clique]);
      const joint = marginalCounts(calibrate(state), clique);
      const width = cellsOf(codec.sizes, clique) / codec.sizes[0];
      const expected = joint.map((count, cell) => {
        const colour = Math.floor(cell / width);
        const sum = joint.subarray(colour * width, (colour + 1) * width).reduce((a, b) => a + b, 0);
        return ([0.1, 0.3, 0, 0.6][colour] * count) / sum;
      });
      const { statistic, limit } = gTest([...found], [...expected]);
      expect(statistic).toBeLessThan(limit);
    }
  });

  it('reach into the group of rare values, and are relative there as well', async () => {
    const shares = [
      { value: 'city 0', share: 1 },
      { value: 'city 4', share: 2 },
      { value: 'city 11', share: 5 },
    ];
    const names = labelsOf((await under({ shares: { column: 'city', shares } }, 8000)).columns[1]);
    for (const { value, share } of shares) {
      expect(Math.abs(names.filter((name) => name === value).length - 1000 * share)).toBeLessThanOrEqual(1);
    }
    expect(names.every((name) => shares.some(({ value }) => value === name))).toBe(true);
  });

  it('hold together with conditions on the same column and on others', async () => {
    const made = await under({
      columns: [
        { column: 'colour', categories: ['red', 'green', 'grey'] },
        { column: 'seen', interval: [100 * day, 3500 * day] },
      ],
      shares: mixture,
    });
    const names = labelsOf(made.columns[0]);
    for (const [colour, share] of Object.entries(wanted)) {
      expect(Math.abs(names.filter((name) => name === colour).length - 2000 * share)).toBeLessThan(1);
    }
    expect(valuesOf(made.columns[4]).every((v) => v >= 100 * day && v <= 3500 * day)).toBe(true);
  });
});

describe('conditions that cannot hold', () => {
  const only = (column: string, more: object): SampleConditions => ({ columns: [{ column, ...more }] });
  const mix = (column: string, value: string | null): SampleConditions => ({
    shares: { column, shares: [{ value, share: 1 }] },
  });
  it.each<[string, string, SampleConditions, RegExp]>([
    [
      'an unknown column',
      'weight',
      only('weight', { interval: [0, 1] }),
      /not one that the model has learned/,
    ],
    ['an unknown category', 'colour', only('colour', { categories: ['red', 'pink'] }), /number 2/],
    ['an interval of categories', 'colour', only('colour', { interval: [0, 1] }), /interval does not fit/],
    ['categories of numbers', 'size', only('size', { categories: ['7'] }), /holds numbers/],
    ['categories of dates', 'seen', only('seen', { categories: ['today'] }), /holds dates/],
    [
      'an interval beyond all values',
      'size',
      only('size', { interval: [500, 900] }),
      /none of the allowed values/,
    ],
    [
      'an interval between two values',
      'size',
      only('size', { interval: [7.2, 7.8] }),
      /none of the allowed values/,
    ],
    ['an interval in a gap', 'size', only('size', { interval: [21, 28] }), /none of the allowed values/],
    ['missing cells of a complete column', 'size', only('size', { missing: 'only' }), /no missing cells/],
    [
      'missing categories of a complete column',
      'city',
      only('city', { missing: 'only' }),
      /no missing cells/,
    ],
    ['shares of an unknown category', 'colour', mix('colour', 'pink'), /number 1/],
    ['shares of missing cells where there are none', 'colour', mix('colour', null), /no missing cells/],
    ['shares of numbers', 'size', mix('size', '7'), /shares are for categories/],
    ['shares of an unknown column', 'weight', mix('weight', '7'), /not one that the model has learned/],
    [
      'shares of a value that is ruled out',
      'colour',
      { ...only('colour', { categories: ['red'] }), ...mix('colour', 'blue') },
      /ruled out/,
    ],
  ])('are refused for %s, naming the column', async (_, column, conditions, why) => {
    await expect(under(conditions)).rejects.toMatchObject({
      code: 'bad-settings',
      column,
      message: expect.stringMatching(why),
      hint: expect.stringMatching(/./),
    });
    await expect(under(conditions)).rejects.toThrow(`“${column}”`);
  });

  it('are refused for combinations that a model rules out, naming the later column', async () => {
    const { codec, state } = known;
    const potential = new Float64Array(cellsOf(state.sizes, [0, 1]));
    for (let city = 0; city < state.sizes[1]; city++) potential[city] = city === 0 ? 0 : -Infinity;
    const zeros = {
      ...state,
      cliques: [...state.cliques, [0, 1]],
      potentials: [...state.potentials, potential],
    };
    const model = new MarginalModel('mst', codec, zeros);
    const conditions = {
      columns: [
        { column: 'colour', categories: ['red'] },
        { column: 'city', categories: ['city 1'] },
      ],
    };
    const context = { rng: seededRng(1), control, conditions };
    await expect(model.sample(10, context)).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringMatching(/“city”.*together/),
    });
  });
});

describe('many rows', () => {
  it('let messages in while they are made, and stop when cancelled', async () => {
    const own = new RunControl();
    const running = known.model.sample(600_000, { rng: seededRng(1), control: own });
    own.stop('discard');
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    own.close();
  });

  it('are the same however far the blocks reach', async () => {
    const made = await known.model.sample(140_000, { rng: seededRng(1), control });
    expect(made.rows).toBe(140_000);
    made.columns.forEach((column) =>
      expect(column.type === 'category' ? column.codes : valuesOf(column)).toHaveLength(140_000),
    );
  });
});
