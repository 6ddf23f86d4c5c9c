import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import type { SampleConditions } from '../../../workers/encode/conditionTypes.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { tensorCount } from '../../../workers/nn/tensors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { plainShifts } from '../../../workers/synthesizers/autoregressive/calibrate.ts';
import { AutoregressiveModel } from '../../../workers/synthesizers/autoregressive/model.ts';
import type { Column, Table } from '../../../workers/table/types.ts';
import { FALSE_ALARM } from '../privacy/statistics.ts';
import { codesOf, valuesOf } from './related.ts';
import { chancesOf, codec, colours, day, expectFit, shares, sizes, tally, trained } from './untrained.ts';

let model: AutoregressiveModel;
let control: RunControl;
let before: number;

beforeAll(async () => {
  await chooseBackend('cpu');
  before = tensorCount();
  control = new RunControl();
  model = new AutoregressiveModel(trained(), plainShifts(shares), { codec, order: [0, 1, 2, 3, 4] }, false);
});
afterAll(() => {
  control.close();
  model.dispose();
  expect(tensorCount()).toBe(before);
});

const under = (conditions: SampleConditions, rows: number, seed: string | number = 'under'): Promise<Table> =>
  model.sample(rows, { rng: seededRng(seed), control, conditions });

const labelsOf = (column: Column): (string | null)[] =>
  column.type === 'category'
    ? [...column.codes].map((code) => (code < 0 ? null : column.categories[code]))
    : [];

describe('rows of the autoregressive network under conditions', { timeout: 60_000 }, () => {
  it('fulfil all of them', async () => {
    const some = fc.subarray(colours, { minLength: 1 });
    const blank = fc.constantFrom(undefined, 'allowed' as const, 'only' as const);
    const low = fc.integer({ min: -20, max: 220 });
    const width = fc.integer({ min: 0, max: 200 });
    await fc.assert(
      fc.asyncProperty(some, low, width, blank, fc.nat(), async (names, from, span, missing, seed) => {
        const interval = [from + 0.5, from + 0.5 + span] as const;
        const seen = [500.5 * day, 2500 * day] as const;
        const conditions = {
          columns: [
            { column: 'seen', interval: seen },
            { column: 'size', interval },
            { column: 'price', missing },
            { column: 'colour', categories: names },
          ],
        };
        const made = await under(conditions, 60, seed).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'bad-settings', column: 'size' });
          const inGap = interval[0] > 19 && interval[1] < 30;
          expect(interval[1] < 0 || interval[0] > 199 || inGap || span < 1).toBe(true);
          return null;
        });
        if (made === null) return;
        const [colour, , size, price, when] = made.columns;
        expect(made.rows).toBe(60);
        expect(labelsOf(colour).every((name) => name !== null && names.includes(name))).toBe(true);
        expect(valuesOf(size).every((v) => Number.isInteger(v) && v >= interval[0] && v <= interval[1])).toBe(
          true,
        );
        expect(valuesOf(when).every((v) => v % day === 0 && v >= seen[0] && v <= seen[1])).toBe(true);
        const blanks = valuesOf(price).filter(Number.isNaN).length;
        if (missing === undefined) expect(blanks).toBe(0);
        if (missing === 'only') expect(blanks).toBe(60);
      }),
      { numRuns: 25 },
    );
  });

  it(`without any are the network's: each column given those before it (false alarm ${FALSE_ALARM})`, async () => {
    const made = await model.sample(20_000, { rng: seededRng('free'), control });
    const [colour, city] = made.columns.map((column, c) => (c < 2 ? codesOf(column) : new Int32Array(0)));
    const given = await chancesOf(1, new Map([[0, Uint16Array.of(0, 1, 2, 3)]]));
    const chances = given.flatMap((block, c) => Array.from(block, (chance) => chance * shares[0][c]));
    expectFit(
      tally(
        colour.map((c, row) => c * sizes[1] + city[row]),
        chances.length,
      ),
      chances,
    );
    expect(codesOf(made.columns[1]).every((code) => code < 3)).toBe(true);
  });

  it(`are as likely as the network has them given all conditions together (false alarm ${FALSE_ALARM})`, async () => {
    const made = await under(
      {
        columns: [
          { column: 'city', categories: ['b'] },
          { column: 'colour', categories: ['red', 'green', 'grey'] },
          { column: 'price', interval: [1, 2], missing: 'allowed' },
        ],
      },
      20_000,
    );
    const leads = Uint16Array.of(0, 1, 3);
    const cities = Uint16Array.of(1, 1, 1);
    const toCity = await chancesOf(1, new Map([[0, leads]]));
    const toPrice = await chancesOf(3, new Map([[0, leads], [1, cities]])); // prettier-ignore
    const prices = [1, 2, 4];
    const chances = [...leads].flatMap((colour, i) =>
      prices.map((price) => shares[0][colour] * toCity[i][1] * toPrice[i][price]),
    );
    const colour = codesOf(made.columns[0]);
    const price = valuesOf(made.columns[3]);
    const cells = [...colour.keys()].map(
      (row) => leads.indexOf(colour[row]) * 3 + (Number.isNaN(price[row]) ? 2 : price[row] - 1),
    );
    expectFit(tally(cells, 9), chances);
  });

  it(`have wanted shares to a row, and the others given each value (false alarm ${FALSE_ALARM})`, async () => {
    const wanted = [
      { value: 'a', share: 1 },
      { value: 'c', share: 3 },
    ];
    const rows = 20_001;
    const columns = [
      { column: 'price', interval: [0, 1] as const },
      { column: 'colour', categories: ['green', 'blue', 'grey'] },
    ];
    const made = await under({ columns, shares: { column: 'city', shares: wanted } }, rows);
    const city = codesOf(made.columns[1]);
    const ofA = city.filter((code) => code === 0).length;
    expect(Math.abs(ofA - rows / 4)).toBeLessThan(1);
    expect(city.filter((code) => code === 2).length).toBe(rows - ofA);
    const colour = codesOf(made.columns[0]);
    const price = valuesOf(made.columns[3]);
    for (const code of [0, 2]) {
      const lead = Uint16Array.of(code);
      const [toColour] = await chancesOf(0, new Map([[1, lead]]));
      const chances: number[] = [];
      for (const c of [1, 2, 3]) {
        const known = new Map([[1, lead], [0, Uint16Array.of(c)]]); // prettier-ignore
        const [toPrice] = await chancesOf(3, known);
        chances.push(toColour[c] * toPrice[0], toColour[c] * toPrice[1]);
      }
      const cells = [...city.keys()]
        .filter((row) => city[row] === code)
        .map((row) => (colour[row] - 1) * 2 + price[row]);
      expectFit(tally(cells, 6), chances);
    }
    // Made rows come in no order of their values: the first half has its part of each.
    const early = city.subarray(0, rows / 2).filter((each) => each === 0).length;
    expect(Math.abs(early - rows / 8)).toBeLessThan(5 * Math.sqrt(rows / 8));
  });

  it.each<readonly [string, SampleConditions, string]>([
    ['an unknown column', { columns: [{ column: 'weight' }] }, 'weight'],
    ['a value nobody has', { columns: [{ column: 'city', categories: ['never'] }] }, 'city'],
    ['a gap', { columns: [{ column: 'size', interval: [20.5, 29.5] }] }, 'size'],
    ['missing cells of a full column', { columns: [{ column: 'size', missing: 'only' }] }, 'size'],
    ['shares of numbers', { shares: { column: 'size', shares: [{ value: '1', share: 1 }] } }, 'size'],
    ['a share nobody has', { shares: { column: 'city', shares: [{ value: 'never', share: 1 }] } }, 'city'],
  ])('are refused for %s, naming the column', async (_, conditions, column) => {
    await expect(under(conditions, 10)).rejects.toMatchObject({ code: 'bad-settings', column });
  });

  it(`at a temperature are drawn from powers of the chances, asked shares aside (false alarm ${FALSE_ALARM})`, async () => {
    for (const temperature of [0.5, 2]) {
      const context = { rng: seededRng('tempered'), control, temperature };
      const made = await model.sample(20_000, context);
      const [colour, city] = [codesOf(made.columns[0]), codesOf(made.columns[1])];
      const powers = shares[0].map((share) => share ** (1 / temperature));
      const total = powers.reduce((sum, power) => sum + power);
      for (let code = 0; code < 4; code++) {
        const found = colour.filter((each) => each === code).length;
        expect(Math.abs(found - (20_000 * powers[code]) / total)).toBeLessThan(30);
      }
      const given = await chancesOf(1, new Map([[0, Uint16Array.of(0, 1, 2, 3)]]), temperature);
      const counts = tally(colour.map((c, row) => c * sizes[1] + city[row]), 4 * sizes[1]); // prettier-ignore
      const led = tally(colour, 4);
      expectFit(counts, given.flatMap((block, c) => Array.from(block, (chance) => chance * led[c]))); // prettier-ignore
      const balanced = [
        { value: 'red', share: 1 },
        { value: 'blue', share: 4 },
      ];
      const conditions = { shares: { column: 'colour', shares: balanced } };
      const asked = codesOf((await model.sample(1000, { ...context, conditions })).columns[0]);
      expect(asked.filter((code) => code === 0)).toHaveLength(200);
    }
  });

  it('at a temperature of 1 are those without', async () => {
    const rng = () => seededRng('one');
    const tempered = await model.sample(50, { rng: rng(), control, temperature: 1 });
    expect(tempered).toEqual(await model.sample(50, { rng: rng(), control }));
  });

  it('are the same for the same seed', async () => {
    const conditions = { columns: [{ column: 'colour', categories: ['red', 'blue'] }] };
    expect(await under(conditions, 40, 7)).toEqual(await under(conditions, 40, 7));
    expect(await under(conditions, 40, 7)).not.toEqual(await under(conditions, 40, 8));
  });
});
