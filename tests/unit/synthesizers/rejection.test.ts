import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import type { SampleConditions } from '../../../workers/encode/conditionTypes.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { Rng } from '../../../workers/random/rng.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { copula } from '../../../workers/synthesizers/copula/copula.ts';
import { IndependentModel } from '../../../workers/synthesizers/independent/model.ts';
import { drawUnder, type DrawRows } from '../../../workers/synthesizers/rejection.ts';
import type { Table } from '../../../workers/table/types.ts';
import { gTest } from '../privacy/statistics.ts';
import { codesOf, related, valuesOf } from './related.ts';

const colours = ['red', 'green', 'blue'];
const sizes = ['small', 'large'];
/** P(colour), and P(large | colour): a third of the greens have no size. */
const shareOf = [0.6, 0.39, 0.01];
const largeOf = [0.2, 0.7, 0.5];

function toyRows(rows: number, rng: Rng): Table {
  const [colour, size] = [new Int32Array(rows), new Int32Array(rows)];
  const weight = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const u = rng.uniform();
    const code = u < shareOf[0] ? 0 : u < shareOf[0] + shareOf[1] ? 1 : 2;
    colour[row] = code;
    size[row] = rng.uniform() < largeOf[code] ? 1 : 0;
    if (code === 1 && rng.uniform() < 1 / 3) size[row] = -1;
    weight[row] = rng.uniform() < 0.1 ? NaN : rng.int(100);
  }
  return {
    rows,
    columns: [
      { type: 'category', name: 'colour', categories: colours, codes: colour },
      { type: 'category', name: 'size', categories: sizes, codes: size },
      { type: 'number', name: 'weight', values: weight },
    ],
  };
}
const toy: DrawRows = async (rows, { rng }) => toyRows(rows, rng);

let control: RunControl;
beforeAll(() => {
  control = new RunControl();
});
afterAll(() => control.close());

const under = (
  conditions: SampleConditions,
  rows: number,
  seed = 'test',
  onDrawn?: (drawn: number, kept: number) => void,
): Promise<Table> => drawUnder(toy, conditions, rows, { rng: seededRng(seed), control, onDrawn });

const countsOf = (codes: Int32Array, values: number): number[] => {
  const counts = new Array<number>(values).fill(0);
  for (const code of codes) if (code >= 0) counts[code]++;
  return counts;
};

describe('rows under conditions, by rejection', () => {
  it('are as many as asked for and all fulfil them, whatever they are', async () => {
    const column = fc.oneof(
      fc
        .subarray(colours.slice(0, 2), { minLength: 1 })
        .map((categories) => ({ column: 'colour', categories })),
      fc.constantFrom('allowed' as const, undefined).map((missing) => ({ column: 'size', missing })),
      fc.constant({ column: 'size', missing: 'only' as const }),
      fc
        .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 50, max: 99 }))
        .map((interval) => ({ column: 'weight', interval })),
    );
    const columns = fc.uniqueArray(column, { selector: (each) => each.column, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        columns,
        fc.integer({ min: 1, max: 400 }),
        fc.integer(),
        async (wanted, rows, seed) => {
          const impossible =
            wanted.some((each) => 'missing' in each && each.missing === 'only') &&
            wanted.some((each) => 'categories' in each && !each.categories.includes('green'));
          fc.pre(!impossible);
          const made = await under({ columns: wanted }, rows, String(seed));
          expect(made.rows).toBe(rows);
          const [colour, size, weight] = made.columns;
          for (const each of wanted) {
            if ('categories' in each) {
              expect(
                Array.from(codesOf(colour)).every((code) => each.categories.includes(colours[code])),
              ).toBe(true);
            } else if ('interval' in each) {
              const [from, to] = each.interval;
              expect(valuesOf(weight).every((value) => value >= from && value <= to)).toBe(true);
            } else if (each.missing !== 'allowed') {
              const only = each.missing === 'only';
              expect(codesOf(size).every((code) => code < 0 === only)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });

  it('are distributed as the model’s rows given them', async () => {
    const made = await under({ columns: [{ column: 'size', categories: ['large'] }] }, 20_000);
    const joint = shareOf.map((share, colour) => share * largeOf[colour] * (colour === 1 ? 2 / 3 : 1));
    const total = joint.reduce((sum, share) => sum + share, 0);
    const { statistic, limit, cells } = gTest(
      countsOf(codesOf(made.columns[0]), 3),
      joint.map((share) => share / total),
    );
    expect(cells).toBe(3);
    expect(statistic).toBeLessThan(limit);
  });

  it('with shares meet them to the row, in random order, and keep the other columns given the value', async () => {
    const rows = 9001;
    const shares = colours.map((value) => ({ value, share: 1 }));
    const made = await under({ shares: { column: 'colour', shares } }, rows);
    const codes = codesOf(made.columns[0]);
    for (const count of countsOf(codes, 3)) expect(Math.abs(count - rows / 3)).toBeLessThan(1);
    // The first half would be almost all of the commonest values, had the rows been left as they filled up.
    const half = countsOf(codes.subarray(0, 4500), 3);
    expect(gTest(half, [1 / 3, 1 / 3, 1 / 3]).statistic).toBeLessThan(
      gTest(half, [1 / 3, 1 / 3, 1 / 3]).limit,
    );
    const size = codesOf(made.columns[1]);
    largeOf.forEach((large, colour) => {
      const those = countsOf(
        size.filter((_, row) => codes[row] === colour),
        2,
      );
      const { statistic, limit } = gTest(those, [1 - large, large]);
      expect(statistic, colours[colour]).toBeLessThan(limit);
    });
  });

  it('with shares and conditions fulfil both; missing can have a share', async () => {
    const shares = [
      { value: 'small', share: 1 },
      { value: null, share: 3 },
      { value: 'large', share: 0 },
    ];
    const conditions = {
      columns: [{ column: 'colour', categories: ['green'] }],
      shares: { column: 'size', shares },
    };
    const made = await under(conditions, 400);
    expect(codesOf(made.columns[0]).every((code) => code === 1)).toBe(true);
    expect(countsOf(codesOf(made.columns[1]), 2)).toEqual([100, 0]);
  });

  it('say how many were drawn and kept', async () => {
    const seen = { drawn: 0, kept: 0 };
    await under({ columns: [{ column: 'colour', categories: ['red'] }] }, 5000, 'rate', (drawn, kept) => {
      seen.drawn += drawn;
      seen.kept += kept;
    });
    expect(seen.kept).toBe(5000);
    // Draws go beyond what was needed by the surplus and one round of the smallest size at most.
    expect(seen.drawn).toBeLessThan((5000 / 0.6) * 1.2 + 500);
    expect(seen.drawn).toBeGreaterThan((5000 / 0.6) * 0.9);
  });

  it('are the same for the same seed, and others for another', async () => {
    const conditions = { columns: [{ column: 'weight', interval: [0, 9] as const }] };
    const [a, b, c] = [
      await under(conditions, 50),
      await under(conditions, 50),
      await under(conditions, 50, 'c'),
    ];
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });

  it.each<[string, SampleConditions, RegExp]>([
    ['a column that is not there', { columns: [{ column: 'age' }] }, /“age” is not one/],
    [
      'a category that is not there',
      { columns: [{ column: 'size', categories: ['odd'] }] },
      /“size” has no such/,
    ],
    [
      'an interval of categories',
      { columns: [{ column: 'size', interval: [1, 2] }] },
      /“size” holds categories/,
    ],
    [
      'categories of numbers',
      { columns: [{ column: 'weight', categories: ['1'] }] },
      /“weight” holds numbers/,
    ],
    [
      'shares of numbers',
      { shares: { column: 'weight', shares: [{ value: '1', share: 1 }] } },
      /“weight” holds numbers/,
    ],
    ['what no row has', { columns: [{ column: 'colour', missing: 'only' }] }, /Fewer than 1 in 1,000/],
    [
      'a share of what no row has',
      {
        columns: [{ column: 'weight', interval: [0, 1] }],
        shares: { column: 'colour', shares: colours.map((value) => ({ value, share: 1 })) },
      },
      /“colour”.*number 3/,
    ],
  ])('are refused for %s', async (_, conditions, why) => {
    await expect(under(conditions, 100)).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringMatching(why),
    });
  });

  it('stop when cancelled', async () => {
    const own = new RunControl();
    own.stop('discard');
    const running = drawUnder(toy, { columns: [] }, 10, { rng: seededRng(1), control: own });
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    own.close();
  });
});

describe('methods without conditions of their own', () => {
  it('honour them all the same', async () => {
    const { table, schema } = related(800);
    const profile = profileTable(table, schema);
    const context = { now: () => 0, control, onProgress: () => undefined, onNotice: () => undefined };
    const fitted = await copula.fit({ table, profile }, { epochs: null }, { ...context, rng: seededRng(1) });
    for (const model of [fitted.model, new IndependentModel(profile)]) {
      const conditions: SampleConditions = {
        columns: [{ column: 'size', interval: [10, 19] }],
        shares: { column: 'shade', shares: [{ value: 'warm', share: 1 }] },
      };
      const made = await model.sample(60, { rng: seededRng(1), control, conditions });
      expect(made.rows).toBe(60);
      expect(valuesOf(made.columns[2]).every((value) => value >= 10 && value <= 19)).toBe(true);
      expect(codesOf(made.columns[1]).every((code) => code === 0)).toBe(true);
    }
  });
});
