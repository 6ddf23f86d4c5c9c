import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import {
  type Cells,
  cellCount,
  cellOf,
  cellWidth,
  countCells,
  refined,
  singleCells,
} from '../../../workers/profile/cells.ts';
import { NumericDistribution } from '../../../workers/profile/distribution.ts';
import { measureProfile, type PrivateProfile } from '../../../workers/profile/privateProfile.ts';
import { planProfile } from '../../../workers/profile/privatePlan.ts';
import { projected } from '../../../workers/profile/simplex.ts';
import type { CategoryProfile, NumericProfile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import type { Table } from '../../../workers/table/types.ts';
import { testRandom } from '../privacy/statistics.ts';
import { categories, type Described, instants, numbers, tableOf } from '../profile/tables.ts';

const noisy = fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 1, maxLength: 30 });
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe('the nearest counts with a sum', () => {
  const totals = fc.double({ min: 0.5, max: 5000, noNaN: true });

  test('are not negative and have that sum', () => {
    fc.assert(
      fc.property(noisy, totals, (counts, total) => {
        const found = projected(counts, total);
        expect(found.every((count) => count >= 0)).toBe(true);
        expect(sum(found)).toBeCloseTo(total, 6);
      }),
    );
  });

  test('stay as they are when they are one already', () => {
    fc.assert(
      fc.property(noisy, totals, (counts, total) => {
        const once = projected(counts, total);
        projected(once, total).forEach((count, i) => expect(count).toBeCloseTo(once[i], 6));
      }),
    );
  });

  test('are nearer than any others', () => {
    fc.assert(
      fc.property(noisy, totals, fc.integer(), (counts, total, seed) => {
        const rng = seededRng(seed);
        const distance = (other: ArrayLike<number>): number =>
          Math.hypot(...counts.map((count, i) => count - other[i]));
        const nearest = projected(counts, total);
        const weights = counts.map(() => -Math.log(1 - rng.uniform()));
        const anywhere = weights.map((weight) => (weight * total) / sum(weights));
        const between = anywhere.map((count, i) => 0.99 * nearest[i] + 0.01 * count);
        for (const other of [anywhere, between])
          expect(distance(nearest)).toBeLessThanOrEqual(distance(other) + 1e-6);
      }),
    );
  });

  test('keep the order of the counts', () => {
    fc.assert(
      fc.property(noisy, totals, (counts, total) => {
        const found = projected(counts, total);
        counts.forEach((a, i) =>
          counts.forEach((b, j) => {
            if (a > b) expect(found[i]).toBeGreaterThanOrEqual(found[j] - 1e-9);
          }),
        );
      }),
    );
  });

  test.each([0, -5, NaN])('are none for a sum of %d', (total) => {
    expect([...projected([3, -1, 8], total)]).toEqual([0, 0, 0]);
  });
});

/** Cells over some span, each with a mass. */
const partitions = fc
  .record({
    first: fc.integer({ min: -1000, max: 1000 }),
    widths: fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 500 })), {
      minLength: 1,
      maxLength: 40,
    }),
    masses: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 40, maxLength: 40 }),
  })
  .map(({ first, widths, masses }) => {
    const starts = Float64Array.from(widths, (_, i) => first + sum(widths.slice(0, i)));
    const cells: Cells = { starts, end: first + sum(widths) - 1 };
    return { cells, mass: Float64Array.from(masses.slice(0, widths.length)) };
  });
const wanted = fc.integer({ min: 2, max: 128 });

describe('refined cells', () => {
  test('cover the same span without gaps or empty cells', () => {
    fc.assert(
      fc.property(partitions, wanted, ({ cells, mass }, count) => {
        const found = refined(cells, mass, count);
        expect(found.starts[0]).toBe(cells.starts[0]);
        expect(found.end).toBe(cells.end);
        for (let i = 0; i < cellCount(found); i++) {
          expect(cellWidth(found, i)).toBeGreaterThanOrEqual(1);
          expect(Number.isInteger(found.starts[i])).toBe(true);
        }
        expect(sum(Array.from({ length: cellCount(found) }, (_, i) => cellWidth(found, i)))).toBe(
          cells.end - cells.starts[0] + 1,
        );
      }),
    );
  });

  test('are about as many as wanted: the tails are cut finer, and atoms apart', () => {
    fc.assert(
      fc.property(partitions, wanted, ({ cells, mass }, count) => {
        const target = sum(mass) / count;
        const atoms = [...mass].filter((each, i) => cellWidth(cells, i) === 1 && each >= target / 2);
        expect(cellCount(refined(cells, mass, count))).toBeLessThanOrEqual(count + 2 * atoms.length + 17);
      }),
    );
  });

  test('hold no more than about the wanted share each, atoms aside', () => {
    fc.assert(
      fc.property(partitions, wanted, ({ cells, mass }, count) => {
        fc.pre(sum(mass) > 0);
        const found = refined(cells, mass, count);
        const target = sum(mass) / count;
        const spread = new Float64Array(cellCount(found));
        let densest = 0;
        mass.forEach((each, i) => {
          const width = cellWidth(cells, i);
          densest = Math.max(densest, each / width);
          for (let k = 0; k < width; k++) spread[cellOf(found, cells.starts[i] + k)] += each / width;
        });
        // Cuts fall on whole indices: each end may be half an index off.
        for (const each of spread) expect(each).toBeLessThanOrEqual(target + densest + 1e-6);
      }),
    );
  });

  test('leave a value of much mass by itself', () => {
    fc.assert(
      fc.property(partitions, wanted, ({ cells, mass }, count) => {
        fc.pre(sum(mass) > 0);
        const found = refined(cells, mass, count);
        mass.forEach((each, i) => {
          if (cellWidth(cells, i) > 1 || each < sum(mass) / count / 2) return;
          const cell = cellOf(found, cells.starts[i]);
          expect([found.starts[cell], cellWidth(found, cell)]).toEqual([cells.starts[i], 1]);
        });
      }),
    );
  });

  test('count every index once, those beyond in the outermost', () => {
    fc.assert(
      fc.property(
        partitions,
        fc.array(fc.oneof(fc.integer({ min: -2000, max: 30_000 }), fc.constant(NaN))),
        ({ cells }, indices) => {
          const counts = countCells(cells, Float64Array.from(indices));
          expect(sum(counts)).toBe(indices.length);
          expect(counts[counts.length - 1]).toBe(indices.filter(Number.isNaN).length);
        },
      ),
    );
    expect([...singleCells(3, 6).starts]).toEqual([3, 4, 5, 6]);
  });
});

const declared = <C>(described: Described<C>): Described<C> => ({
  ...described,
  schema: { ...described.schema, domain: 'declared' },
});

/** A table's profile with so much noise on each count (an L2 sensitivity of one). */
async function measured(
  { table, schema }: { table: Table; schema: TableSchema },
  sigma: number,
  stream: number,
  failure = 1e-6,
): Promise<PrivateProfile> {
  const rho = table.columns.length / (2 * sigma * sigma);
  const plan = planProfile(schema, { rho, failure, rowsPerUnit: 1, rowsArePublic: true });
  const mechanisms = new PrivateRun(plan.events, testRandom(stream), () => Promise.resolve());
  const control = new RunControl();
  const found = await measureProfile(table, schema, { mechanisms, plan, publicRows: table.rows, control });
  control.close();
  return found;
}

const rows = 3000;
const rng = seededRng('private profile');
const draw = (make: () => number): number[] =>
  Array.from({ length: rows }, () => (rng.int(20) === 0 ? NaN : make()));
const values = {
  age: draw(() => 18 + rng.int(60)),
  cost: draw(() => Math.round(Math.exp(4 + rng.normal()) * 100) / 100),
  debt: draw(() => Math.round(rng.normal() * 4000) / 10),
  zero: draw(() => (rng.int(3) === 0 ? 0 : 40 + rng.int(400))),
  rating: draw(() => rng.int(5)),
  date: draw(() => Date.UTC(2015, 0, 1 + rng.int(2000))),
};
const codes = Array.from(
  { length: rows },
  () => Math.min(5, Math.floor(-Math.log(1 - rng.uniform()) * 2)) - 1,
);
const mixed = tableOf(
  numbers('age', values.age),
  numbers('cost', values.cost, 2),
  numbers('debt', values.debt, 1),
  declared(numbers('zero', values.zero, 0, { min: 0, max: 1000 })),
  declared(numbers('rating', values.rating, 0, { min: 0, max: 4 })),
  instants('date', values.date),
  categories('found', codes, ['a', 'b', 'c', 'd', 'e']),
  declared(categories('declared', codes, ['a', 'b', 'c', 'd', 'e'])),
);

function expectNumeric(
  { low, high, mass, missing, step }: NumericProfile,
  bounds: { min: number; max: number } | undefined,
): void {
  expect(missing).toBeGreaterThanOrEqual(0);
  expect(missing).toBeLessThanOrEqual(1);
  if (mass.length === 0) return;
  expect(sum(mass)).toBeCloseTo(1, 9);
  expect(mass.every((share) => share > 0)).toBe(true);
  for (let p = 0; p < low.length; p++) {
    expect(high[p]).toBeGreaterThanOrEqual(low[p]);
    if (p > 0) expect(low[p]).toBeGreaterThanOrEqual(Math.max(high[p - 1], low[p - 1] + step / 2));
  }
  const last = low.length - 1;
  expect(low[0]).toBeGreaterThanOrEqual((bounds?.min ?? NaN) - step / 2);
  expect(Math.max(low[last], high[last] - step)).toBeLessThanOrEqual((bounds?.max ?? NaN) + step / 2);
}

function expectCategories({ mass, missing, categories: named }: CategoryProfile): void {
  expect(sum(mass) + missing).toBeCloseTo(1, 9);
  expect([...mass, missing].every((share) => share >= 0)).toBe(true);
  expect(new Set(named).size).toBe(named.length);
  expect(mass).toHaveLength(named.length);
}

describe('a measured profile', () => {
  test.each([0.05, 1, 5, 30, 300, 3000, 1e6])(
    'is a distribution within its bounds at noise %d',
    async (sigma) => {
      for (const stream of [1, 2, 3]) {
        const { profile, schema, table } = await measured(mixed, sigma, 100 * stream);
        profile.columns.forEach((column, c) => {
          const entry = schema.columns[c];
          expect(entry.domain).toBe('declared');
          if (column.type === 'numeric') expectNumeric(column, entry.number ?? entry.datetime);
          else {
            expectCategories(column);
            expect(entry.category?.categories).toEqual(column.categories);
            const recoded = table.columns[c];
            if (recoded.type !== 'category') throw new Error('a category column was expected');
            expect(recoded.categories).toEqual(column.categories);
            expect(recoded.codes.every((code) => code >= -1 && code < column.categories.length)).toBe(true);
          }
        });
      }
    },
  );

  test('is close to the exact one with little noise', async () => {
    const { profile } = await measured(mixed, 0.2, 7);
    const exact = Object.values(values);
    profile.columns.forEach((column, c) => {
      if (column.type === 'category') {
        column.categories.forEach((name, i) => {
          const share = codes.filter((code) => 'abcde'[code] === name).length / rows;
          expect(column.mass[i]).toBeCloseTo(share, 2);
        });
        return;
      }
      const present = Float64Array.from(exact[c].filter((value) => !Number.isNaN(value))).sort();
      expect(column.missing).toBeCloseTo(1 - present.length / rows, 2);
      const distribution = new NumericDistribution(column);
      let worst = 0;
      present.forEach((value, i) => {
        if (value !== present[i + 1])
          worst = Math.max(worst, Math.abs(distribution.cdf(value) - (i + 1) / present.length));
      });
      // About a cell of 128 is told as flat, and the noise of some rows adds up.
      expect(worst, column.name).toBeLessThan(0.02);
      expect(distribution.range[0], column.name).toBeLessThanOrEqual(
        present[Math.floor(present.length * 0.01)],
      );
      expect(distribution.range[1], column.name).toBeGreaterThanOrEqual(
        present[Math.floor(present.length * 0.99)],
      );
    });
  });

  test('names no category but those there are and the bucket for others', async () => {
    for (const sigma of [1, 40, 400]) {
      const { profile } = await measured(mixed, sigma, 9);
      const found = profile.columns[6];
      if (found.type !== 'category') throw new Error('a category column was expected');
      for (const name of found.categories) expect(['a', 'b', 'c', 'd', 'e', '(other)']).toContain(name);
    }
  });

  test('holds for tables of one row, of missing cells alone, and of one value', async () => {
    for (const cells of [[5], [NaN], [NaN, NaN, NaN], new Array<number>(200).fill(7)]) {
      const table = tableOf(
        numbers('number', cells, 1),
        instants(
          'date',
          cells.map((cell) => cell * 86_400_000),
        ),
        categories(
          'category',
          cells.map((cell) => (Number.isNaN(cell) ? -1 : 0)),
          ['x'],
        ),
        declared(numbers('listed', cells, 0, { min: 0, max: 9 })),
      );
      for (const sigma of [0.1, 3, 100]) {
        const { profile, schema } = await measured(table, sigma, 11);
        profile.columns.forEach((column, c) => {
          if (column.type === 'numeric')
            expectNumeric(column, schema.columns[c].number ?? schema.columns[c].datetime);
          else expectCategories(column);
        });
      }
    }
  });

  test('uses each planned event once a column, and no more is planned', async () => {
    const plan = planProfile(mixed.schema, { rho: 1, failure: 1e-6, rowsPerUnit: 1, rowsArePublic: true });
    const used = new Map<number, number>();
    class Counting extends PrivateRun {
      override noisyCounts(event: number, counts: Float64Array): Float64Array {
        used.set(event, (used.get(event) ?? 0) + 1);
        return super.noisyCounts(event, counts);
      }
      override discover(...question: Parameters<PrivateRun['discover']>): ReturnType<PrivateRun['discover']> {
        for (const event of question.slice(0, 2).map(Number)) used.set(event, (used.get(event) ?? 0) + 1);
        return super.discover(...question);
      }
    }
    const control = new RunControl();
    const mechanisms = new Counting(plan.events, testRandom(12), () => Promise.resolve());
    await measureProfile(mixed.table, mixed.schema, { mechanisms, plan, publicRows: rows, control });
    control.close();
    const countOf = ({ event }: PlannedEvent): number => ('count' in event ? event.count : event.steps);
    expect([...plan.events.keys()].map((event) => used.get(event))).toEqual(plan.events.map(countOf));
  });
});
