import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Numbering } from '../../../workers/anonymise/numbering.ts';
import { rankSwapped } from '../../../workers/anonymise/rankSwap.ts';
import type { Perturbation } from '../../../workers/anonymise/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';
import { cellsOf, labels, mixedTable, numberCells, planOf, protectedBy, rowsOf } from './support.ts';

const phase = 'before';
const seed = fc.integer({ min: 0, max: 1000 });

/** Every distortion, each with a column of the mixed table it fits. */
const distortion: fc.Arbitrary<{ column: string; perturb: Perturbation }> = fc.oneof(
  fc
    .record({
      deviation: fc.constantFrom(0.1, 1, 20),
      of: fc.constantFrom('units' as const, 'range' as const, 'spread' as const),
      column: fc.constantFrom('age', 'pay', 'seen'),
    })
    .map(({ column, ...noise }) => ({
      column,
      perturb: { type: 'noise' as const, ...noise, phase } as const,
    })),
  fc
    .record({
      keep: fc.double({ min: 0, max: 1, noNaN: true }),
      draw: fc.constantFrom('shares' as const, 'uniform' as const),
    })
    .map((pram) => ({ column: 'region', perturb: { type: 'pram' as const, ...pram, phase } as const })),
  fc
    .record({
      percent: fc.double({ min: 0.1, max: 100, noNaN: true }),
      column: fc.constantFrom('pay', 'seen'),
    })
    .map(({ column, percent }) => ({
      column,
      perturb: { type: 'rank-swap' as const, percent, phase } as const,
    })),
);

describe('distortion', () => {
  test('keeps missing missing, other columns, the order of rows and the schema', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), distortion, seed, async (given, action, drawn) => {
        const { table, schema } = await protectedBy(given, planOf([action]), { seed: drawn });
        expect(schema).toEqual(given.schema);
        for (const { name } of given.table.columns) {
          const [old, now] = [cellsOf(given.table, name), cellsOf(table, name)];
          if (name !== action.column) expect(now).toEqual(old);
          else expect(now.map((cell) => cell === null)).toEqual(old.map((cell) => cell === null));
        }
      }),
    );
  });

  test('equal seeds give equal tables', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), distortion, seed, async (given, action, drawn) => {
        const plan = planOf([action]);
        const first = await protectedBy(given, plan, { seed: drawn });
        const second = await protectedBy(given, plan, { seed: drawn });
        expect(rowsOf(second.table)).toEqual(rowsOf(first.table));
      }),
    );
  });

  test('another column distorted beside it changes nothing in it', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), distortion, distortion, async (given, action, other) => {
        fc.pre(action.column !== other.column);
        const alone = await protectedBy(given, planOf([action]));
        const both = await protectedBy(given, planOf([other, action]));
        expect(cellsOf(both.table, action.column)).toEqual(cellsOf(alone.table, action.column));
      }),
    );
  });

  test('what is added to one row does not depend on the others, missing or not', async () => {
    const independent = distortion.filter(
      ({ perturb }) =>
        (perturb.type === 'noise' && perturb.of !== 'spread') ||
        (perturb.type === 'pram' && perturb.draw === 'uniform'),
    );
    await fc.assert(
      fc.asyncProperty(mixedTable(), independent, fc.nat(), async (given, action, at) => {
        const blank = at % given.table.rows;
        const columns = given.table.columns.map((column) => {
          if (column.type === 'text') return column;
          if (column.type === 'category') {
            return { ...column, codes: column.codes.map((code, row) => (row === blank ? -1 : code)) };
          }
          return { ...column, values: column.values.map((value, row) => (row === blank ? NaN : value)) };
        });
        const neighbour = { table: { rows: given.table.rows, columns }, schema: given.schema };
        const [cells, others] = await Promise.all(
          [given, neighbour].map(async (table) => {
            const done = await protectedBy(table, planOf([action]));
            return cellsOf(done.table, action.column).filter((_, row) => row !== blank);
          }),
        );
        expect(others).toEqual(cells);
      }),
    );
  });
});

describe('noise', () => {
  test('stays on the grid and in the bounds', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), distortion, seed, async (given, action, drawn) => {
        fc.pre(action.perturb.type === 'noise');
        const { table } = await protectedBy(given, planOf([action]), { seed: drawn });
        const entry = given.schema.columns.find(({ name }) => name === action.column);
        const bounds = entry?.number ?? entry?.datetime;
        const perStep = { age: 1, pay: 100, seen: 1 / 86_400_000 }[action.column] ?? NaN;
        for (const value of numberCells(table, action.column)) {
          expect(value).toBeGreaterThanOrEqual(bounds?.min ?? NaN);
          expect(value).toBeLessThanOrEqual(bounds?.max ?? NaN);
          expect(value).toBe(Math.round(value * perStep) / perStep);
        }
      }),
    );
  });

  // Each bound is 5.2 standard errors: a false alarm in 5e6 per figure, and the seed is fixed.
  test.each([
    ['units', 2, 2],
    ['range', 0.01, 10],
    ['spread', 0.5, 0.5 * Math.sqrt((1001 ** 2 - 1) / 12)],
  ] as const)('has mean 0 and the deviation asked for, in %s', async (of, deviation, expected) => {
    const n = 20_020;
    const given = Array.from({ length: n }, (_, row) => row % 1001);
    const table = tableOf(numbers('x', given, 0, { min: -5000, max: 5000 }));
    const bounds = of === 'range' ? tableOf(numbers('x', given, 0, { min: 0, max: 1000 })) : table;
    const perturb = { type: 'noise', deviation, of, phase } as const;
    const done = await protectedBy(bounds, planOf([{ column: 'x', perturb }]), { seed: 5 });
    const added = numberCells(done.table, 'x').map((value, row) => value - given[row]);
    // Near the bounds noise is clamped: figures are from the rows well inside.
    const inside = added.filter((_, row) => of !== 'range' || (given[row] > 100 && given[row] < 900));
    const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
    const squares = inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length;
    const withRounding = Math.sqrt(expected ** 2 + 1 / 12);
    expect(Math.abs(mean)).toBeLessThan((5.2 * withRounding) / Math.sqrt(inside.length));
    expect(Math.abs(Math.sqrt(squares) / withRounding - 1)).toBeLessThan(5.2 / Math.sqrt(2 * inside.length));
  });

  test('to dates comes in whole days', async () => {
    const table = tableOf(
      instants(
        'seen',
        [0, 50, 100].map((day) => day * 86_400_000),
      ),
    );
    const perturb = { type: 'noise', deviation: 3, of: 'units', phase } as const;
    const done = await protectedBy(table, planOf([{ column: 'seen', perturb }]));
    const days = numberCells(done.table, 'seen').map((value) => value / 86_400_000);
    expect(days.every(Number.isInteger)).toBe(true);
    expect(Math.abs(days[1] - 50)).toBeLessThan(20);
  });
});

describe('post-randomisation', () => {
  const n = 40_000;
  const shares = [0.5, 0.3, 0.15, 0.05, 0];
  const codes = Array.from({ length: n }, (_, row) =>
    row % 100 < 50 ? 0 : row % 100 < 80 ? 1 : row % 100 < 95 ? 2 : 3,
  );
  const table = tableOf(categories('c', codes, labels));
  const countsAfter = async (
    keep: number,
    draw: 'shares' | 'uniform',
  ): Promise<{ counts: number[]; kept: number }> => {
    const perturb = { type: 'pram', keep, draw, phase } as const;
    const done = await protectedBy(table, planOf([{ column: 'c', perturb }]), { seed: 3 });
    const cells = cellsOf(done.table, 'c');
    return {
      counts: labels.map((label) => cells.filter((cell) => cell === label).length),
      kept: cells.filter((cell, row) => cell === labels[codes[row]]).length,
    };
  };

  // Each bound is 5.2 standard errors of a binomial count: a false alarm in 5e6 per figure, and the seed is fixed.
  const near = (count: number, share: number): void => {
    const error = Math.sqrt(n * share * (1 - share));
    expect(Math.abs(count - n * share)).toBeLessThanOrEqual(5.2 * error);
  };

  test.each([0, 0.4, 0.9])('keeps the expected shares when it draws from them, keeping %d', async (keep) => {
    const { counts, kept } = await countsAfter(keep, 'shares');
    counts.forEach((count, code) => near(count, shares[code]));
    near(kept, keep + (1 - keep) * shares.reduce((sum, share) => sum + share ** 2, 0));
  });

  test.each([0, 0.4])('draws every declared category alike when uniform, keeping %d', async (keep) => {
    const { counts } = await countsAfter(keep, 'uniform');
    counts.forEach((count, code) => near(count, keep * shares[code] + (1 - keep) / labels.length));
  });

  test('keeps everything with probability 1', async () => {
    expect((await countsAfter(1, 'uniform')).kept).toBe(n);
  });
});

describe('rank swap', () => {
  const cells = fc.array(fc.option(fc.integer({ min: 0, max: 40 }), { nil: NaN }), { maxLength: 80 });

  test('keeps the multiset, and moves no value farther than asked', () => {
    fc.assert(
      fc.property(cells, fc.double({ min: 0.1, max: 100, noNaN: true }), seed, (given, percent, drawn) => {
        const values = Float64Array.from(given);
        const swapped = rankSwapped(values, percent, seededRng(drawn));
        expect(swapped.slice().sort()).toEqual(values.slice().sort());
        const ranks = values.filter((value) => !Number.isNaN(value)).sort();
        const reach = Math.floor((ranks.length * percent) / 100);
        values.forEach((value, row) => {
          if (Number.isNaN(value)) return;
          // Rows of equal value rank in random order: the distance is that of their nearest ranks.
          const [low, high] = [Math.min(value, swapped[row]), Math.max(value, swapped[row])];
          const gap = ranks.indexOf(high) - ranks.lastIndexOf(low);
          expect(gap).toBeLessThanOrEqual(Math.max(reach, 0));
        });
      }),
    );
  });

  test('swaps nearly every row of a column without ties', () => {
    const values = Float64Array.from({ length: 1000 }, (_, row) => (row * 7919) % 1000);
    const swapped = rankSwapped(values, 5, seededRng(2));
    expect(swapped.filter((value, row) => value !== values[row]).length).toBeGreaterThan(950);
  });
});

test('numbering gives equal numbers to equal doubles and new ones to others', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 3000 }), (keys) => {
      const numbering = new Numbering();
      const expected = new Map<number, number>();
      for (const key of [...keys, ...keys]) {
        const number = expected.get(key) ?? expected.size;
        expected.set(key, number);
        expect(numbering.of(key)).toBe(number);
      }
      expect(numbering.count).toBe(expected.size);
    }),
    { numRuns: 30 },
  );
});
