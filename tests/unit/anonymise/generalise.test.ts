import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mapCategories, otherCategory, prefixMap, rareMap } from '../../../workers/anonymise/categoryMaps.ts';
import { periodStart } from '../../../workers/anonymise/periods.ts';
import type { Generalisation } from '../../../workers/anonymise/types.ts';
import { outputTexts } from '../../../workers/schema/outputTexts.ts';
import { checkSchema } from '../../../workers/schema/checkSchema.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';
import { cellsOf, mixedTable, numberCells, planOf, protectedBy, rowsOf } from './support.ts';

const phase = 'before';
const write = fc.constantFrom('middle' as const, 'lower' as const);

/** Every generalisation but removal, each with a column of the mixed table it fits. */
const coarser: fc.Arbitrary<{ column: string; generalise: Generalisation }> = fc.oneof(
  fc
    .record({ width: fc.integer({ min: 1, max: 12 }), origin: fc.integer({ min: -5, max: 5 }), write })
    .map((bins) => ({ column: 'age', generalise: { type: 'bins' as const, ...bins, phase } as const })),
  fc
    .record({
      width: fc.oneof(
        fc.constantFrom(0.01, 0.05, 0.1, 0.25, 0.3, 1, 2.5, 7),
        fc.double({ min: 0.01, max: 20, noNaN: true }),
      ),
      origin: fc.oneof(fc.constantFrom(0, 0.1, -0.07, 3), fc.double({ min: -1000, max: 1000, noNaN: true })),
      write,
    })
    .map((bins) => ({ column: 'pay', generalise: { type: 'bins' as const, ...bins, phase } as const })),
  fc.record({ bins: fc.integer({ min: 1, max: 9 }), write }).map((bins) => ({
    column: 'pay',
    generalise: { type: 'equal-bins' as const, ...bins, min: -3, max: 4, phase } as const,
  })),
  fc.integer({ min: 0, max: 6 }).map((characters) => ({
    column: 'region',
    generalise: { type: 'prefix' as const, characters, phase } as const,
  })),
  fc
    .constantFrom('week', 'month', 'quarter', 'year', 'decade')
    .map((period) => ({ column: 'seen', generalise: { type: 'period' as const, period, phase } as const })),
  fc
    .integer({ min: 2, max: 8 })
    .map((rows) => ({ column: 'region', generalise: { type: 'rare' as const, rows, phase } as const })),
);

describe('making a column coarser', () => {
  test('is idempotent', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), coarser, async (given, action) => {
        const once = await protectedBy(given, planOf([action]));
        const twice = await protectedBy(once, planOf([action]));
        expect(rowsOf(twice.table)).toEqual(rowsOf(once.table));
        expect(twice.schema).toEqual(once.schema);
        expect(twice.report.actions.map(({ changed }) => changed)).toEqual([0]);
      }),
      { numRuns: 300 },
    );
  });

  test('stays in the bounds and categories of the schema it gives, which is a schema', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), coarser, async (given, action) => {
        const { table, schema } = await protectedBy(given, planOf([action]));
        checkSchema(
          schema,
          schema.columns.map(({ name }) => name),
        );
        const entry = schema.columns.find(({ name }) => name === action.column);
        const bounds = entry?.number ?? entry?.datetime;
        for (const value of numberCells(table, action.column)) {
          expect(value).toBeGreaterThanOrEqual(bounds?.min ?? NaN);
          expect(value).toBeLessThanOrEqual(bounds?.max ?? NaN);
        }
        if (bounds) return;
        const column = table.columns.find(({ name }) => name === action.column);
        expect(column?.type === 'category' && column.categories).toEqual(entry?.category?.categories);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps missing missing, other columns and the order of rows', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), coarser, async (given, action) => {
        const { table } = await protectedBy(given, planOf([action]));
        for (const { name } of given.table.columns) {
          const [old, now] = [cellsOf(given.table, name), cellsOf(table, name)];
          if (name === action.column) {
            expect(now.map((cell) => cell === null)).toEqual(old.map((cell) => cell === null));
          } else {
            expect(now).toEqual(old);
          }
        }
      }),
    );
  });

  test('says how many cells it changed', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), coarser, async (given, action) => {
        const { table, report } = await protectedBy(given, planOf([action]));
        const [old, now] = [cellsOf(given.table, action.column), cellsOf(table, action.column)];
        expect(report.actions).toEqual([
          {
            column: action.column,
            action: action.generalise.type,
            changed: old.filter((cell, row) => cell !== now[row]).length,
            rows: given.table.rows,
            label: 'not a differential-privacy guarantee',
          },
        ]);
      }),
    );
  });

  test('other rows of the same columns are made as coarse', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), mixedTable(), coarser, async (given, other, action) => {
        const { asCoarse, table } = await protectedBy(given, planOf([action]));
        expect(rowsOf(asCoarse(given.table))).toEqual(rowsOf(table));
        expect(asCoarse(other.table).rows).toBe(other.table.rows);
      }),
    );
  });
});

describe('bins of numbers', () => {
  const pays = [-1, -0.01, 0, 0.29, 0.3, 0.31, 0.59, 0.6];
  const binned = async (generalise: Generalisation) =>
    cellsOf(
      (await protectedBy(tableOf(numbers('pay', pays, 2)), planOf([{ column: 'pay', generalise }]))).table,
      'pay',
    );

  test('a value on an edge belongs to the bin above it, whatever doubles make of it', async () => {
    const lower = await binned({ type: 'bins', width: 0.3, origin: 0, write: 'lower', phase });
    expect(lower).toEqual([-1.2, -0.3, 0, 0, 0.3, 0.3, 0.3, 0.6]);
    const middle = await binned({ type: 'bins', width: 0.3, origin: 0, write: 'middle', phase });
    expect(middle).toEqual([-1.05, -0.15, 0.15, 0.15, 0.45, 0.45, 0.45, 0.75]);
  });

  test('the last value below an edge stays below it, however wide the bin', async () => {
    const wide = tableOf(numbers('pay', [0, 9_999_999.99, 10_000_000], 2));
    const generalise = { type: 'bins', width: 1e7, origin: 0, write: 'lower', phase } as const;
    const { table } = await protectedBy(wide, planOf([{ column: 'pay', generalise }]));
    expect(cellsOf(table, 'pay')).toEqual([0, 0, 1e7]);
  });

  test('bins of equal width hold the bounds, and values beyond count as the bound', async () => {
    const cells = await binned({ type: 'equal-bins', bins: 2, min: 0, max: 0.6, write: 'lower', phase });
    expect(cells).toEqual([0, 0, 0, 0, 0.3, 0.3, 0.3, 0.3]);
  });

  test('whole numbers stay whole', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), coarser, async (given, action) => {
        fc.pre(action.column === 'age');
        const { table } = await protectedBy(given, planOf([action]));
        expect(numberCells(table, 'age').every(Number.isInteger)).toBe(true);
      }),
    );
  });
});

describe('periods of dates', () => {
  test.each([
    ['2024-02-29T13:00:00Z', 'week', '2024-02-26'],
    ['2024-02-26T00:00:00Z', 'week', '2024-02-26'],
    ['1969-12-31T00:00:00Z', 'week', '1969-12-29'],
    ['2024-02-29T13:00:00Z', 'month', '2024-02-01'],
    ['2024-12-31T00:00:00Z', 'quarter', '2024-10-01'],
    ['2024-02-29T13:00:00Z', 'year', '2024-01-01'],
    ['1969-12-31T00:00:00Z', 'decade', '1960-01-01'],
    ['0099-05-05T00:00:00Z', 'year', '0099-01-01'],
  ] as const)('%s to the start of its %s', (moment, period, start) => {
    expect(periodStart(Date.parse(moment), period)).toBe(Date.parse(`${start}T00:00:00Z`));
  });

  test('are written in the pattern of the column, also before the earliest date there was', async () => {
    const dates = tableOf(instants('seen', [Date.UTC(2021, 4, 17), NaN, Date.UTC(2022, 0, 3)]));
    const action = { column: 'seen', generalise: { type: 'period', period: 'year', phase } } as const;
    const { table, schema } = await protectedBy(dates, planOf([action]));
    const [column] = outputTexts(table, schema, seededRng(1), 0);
    expect([0, 1, 2].map(column.text)).toEqual(['2021-01-01', '', '2022-01-01']);
  });
});

describe('categories', () => {
  test('a prefix keeps whole characters and writes one star for the rest', () => {
    const map = prefixMap(2);
    expect(['10115', '10', 'Ångström', '😀😃😄', ''].map(map)).toEqual(['10*', '10', 'Ån*', '😀😃*', '']);
  });

  test('rare categories become one', () => {
    const { column } = categories('c', [0, 0, 0, 1, 2, 2, -1], ['a', 'b', 'c', 'unused']);
    const mapped = mapCategories(column, rareMap(column, 2));
    expect(mapped.categories).toEqual(['a', otherCategory, 'c']);
    expect([...mapped.codes]).toEqual([0, 0, 0, 1, 2, 2, -1]);
  });

  test('after merging, every category but the merged one has as many rows as asked', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), fc.integer({ min: 2, max: 9 }), async (given, rows) => {
        const action = { column: 'region', generalise: { type: 'rare', rows, phase } } as const;
        const cells = cellsOf((await protectedBy(given, planOf([action]))).table, 'region');
        for (const category of new Set(cells)) {
          if (category === null || category === otherCategory) continue;
          expect(cells.filter((cell) => cell === category).length).toBeGreaterThanOrEqual(rows);
        }
      }),
    );
  });
});

describe('removal', () => {
  test.each(['before', 'after'] as const)('takes the column out of table and file, %s', async (when) => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), async (given) => {
        const action = { column: 'pay', generalise: { type: 'remove', phase: when } } as const;
        const { table, schema, report } = await protectedBy(given, planOf([action]), { phase: when });
        expect(table.columns.map(({ name }) => name)).toEqual(['age', 'seen', 'region', 'illness', 'at']);
        expect(outputTexts(table, schema, seededRng(1), 0).map(({ name }) => name)).not.toContain('pay');
        expect(report.actions).toMatchObject([{ action: 'remove', changed: given.table.rows }]);
      }),
    );
  });

  test('of an identifier, which is never learned, is in the schema alone', async () => {
    const given = tableOf(numbers('age', [1, 2]));
    const id = { ...given.schema.columns[0], name: 'id', kind: 'identifier', treatment: 'replace' } as const;
    const schema = { ...given.schema, columns: [id, ...given.schema.columns] };
    const action = { column: 'id', generalise: { type: 'remove', phase } } as const;
    const done = await protectedBy({ table: given.table, schema }, planOf([action]));
    expect(done.schema.columns[0].treatment).toBe('drop');
    expect(done.table.columns.map(({ name }) => name)).toEqual(['age']);
    expect(done.report.actions).toMatchObject([{ column: 'id', action: 'remove', changed: 2 }]);
  });
});

test('a phase does nothing of the other', async () => {
  await fc.assert(
    fc.asyncProperty(mixedTable(), coarser, async (given, action) => {
      const { table, schema, report } = await protectedBy(given, planOf([action]), { phase: 'after' });
      expect(rowsOf(table)).toEqual(rowsOf(given.table));
      expect(schema).toEqual(given.schema);
      expect(report).toEqual({ phase: 'after', actions: [], kAnonymity: null });
    }),
  );
});
