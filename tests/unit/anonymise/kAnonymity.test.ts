import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KAnonymity } from '../../../workers/anonymise/types.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, numbers, tableOf } from '../profile/tables.ts';
import { cellsOf, mixedTable, planOf, protectedBy } from './support.ts';

const asking = fc.record({
  quasiIdentifiers: fc.constantFrom(['region'], ['age', 'region'], ['seen'], ['age', 'pay', 'region']),
  k: fc.integer({ min: 2, max: 6 }),
  l: fc.constantFrom(null, 2, 3),
  small: fc.constantFrom('suppress' as const, 'blank' as const),
});
const asked = asking.map(({ l, ...rest }): KAnonymity => ({
  ...rest,
  l,
  sensitive: l === null ? [] : ['illness'],
  phase: 'before',
}));

/** Rows of each class and the sensitive values in it, counted the plain way. */
function classesOf(table: Table, { quasiIdentifiers, sensitive }: KAnonymity) {
  const classes = new Map<string, { rows: number; values: Set<unknown>[] }>();
  const quasi = quasiIdentifiers.map((name) => cellsOf(table, name));
  const told = sensitive.map((name) => cellsOf(table, name));
  for (let row = 0; row < table.rows; row++) {
    const key = JSON.stringify(quasi.map((cells) => cells[row]));
    const its = classes.get(key) ?? { rows: 0, values: told.map(() => new Set()) };
    its.rows++;
    told.forEach((cells, at) => cells[row] !== null && its.values[at].add(cells[row]));
    classes.set(key, its);
  }
  return [...classes.values()];
}

describe('k-anonymity', () => {
  test('every class has k rows and l sensitive values, or the table is empty', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), asked, async (given, wish) => {
        const { table, report } = await protectedBy(given, planOf([], wish));
        const classes = classesOf(table, wish);
        for (const { rows, values } of classes) {
          expect(rows).toBeGreaterThanOrEqual(wish.k);
          for (const value of values) expect(value.size).toBeGreaterThanOrEqual(wish.l ?? 0);
        }
        const sizes = classes.map(({ rows }) => rows);
        expect(report.kAnonymity).toMatchObject({
          classes: classes.length,
          kReached: classes.length === 0 ? null : Math.min(...sizes),
          rows: given.table.rows,
          rowsLeft: table.rows,
          label: 'not a differential-privacy guarantee',
        });
      }),
    );
  });

  test('no row of a class that passes is lost, and rows keep their order and other cells', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), asked, async (given, wish) => {
        const { table, report } = await protectedBy(given, planOf([], wish));
        const at = cellsOf(table, 'at').map(Number);
        expect(at).toEqual([...at].sort((a, b) => a - b));
        expect(cellsOf(table, 'illness')).toEqual(at.map((row) => cellsOf(given.table, 'illness')[row]));
        const passing = classesOf(given.table, wish).filter(
          ({ rows, values }) => rows >= wish.k && values.every(({ size }) => size >= (wish.l ?? 0)),
        );
        const safe = passing.reduce((sum, { rows }) => sum + rows, 0);
        if (wish.small === 'suppress') expect(table.rows).toBe(safe);
        else if (safe > 0) expect(table.rows).toBe(given.table.rows);
        const affected = report.kAnonymity?.affected ?? NaN;
        expect(report.kAnonymity?.share).toBeCloseTo(affected / given.table.rows);
      }),
    );
  });

  test('blanking makes quasi-identifiers missing together and changes no other cell', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), asked, async (given, wish) => {
        const { table } = await protectedBy(given, planOf([], { ...wish, small: 'blank' }));
        if (table.rows === 0) return;
        const now = wish.quasiIdentifiers.map((name) => cellsOf(table, name));
        const old = wish.quasiIdentifiers.map((name) => cellsOf(given.table, name));
        for (let row = 0; row < table.rows; row++) {
          const blank = now.every((cells) => cells[row] === null);
          if (!blank) now.forEach((cells, column) => expect(cells[row]).toBe(old[column][row]));
        }
      }),
    );
  });

  test('is idempotent', async () => {
    await fc.assert(
      fc.asyncProperty(mixedTable(), asked, async (given, wish) => {
        const once = await protectedBy(given, planOf([], wish));
        const twice = await protectedBy({ table: once.table, schema: given.schema }, planOf([], wish));
        expect(twice.table).toEqual(once.table);
        expect(twice.report.kAnonymity?.affected).toBe(0);
      }),
    );
  });

  const wish: KAnonymity = {
    quasiIdentifiers: ['town'],
    k: 3,
    l: null,
    sensitive: [],
    small: 'suppress',
    phase: 'before',
  };
  const towns = tableOf(categories('town', [0, 0, 0, 0, 1, 1, 1, 2], ['A', 'B', 'C']));

  test('risks are those of the prosecutor: 1 / class, worst and mean over rows', async () => {
    const { report } = await protectedBy(towns, planOf([], wish));
    expect(report.kAnonymity).toMatchObject({
      kFound: 1,
      kReached: 3,
      classes: 2,
      affected: 1,
      share: 1 / 8,
    });
    expect(report.kAnonymity?.worstRisk).toBeCloseTo(1 / 3);
    expect(report.kAnonymity?.meanRisk).toBeCloseTo((4 / 4 + 3 / 3) / 7);
  });

  test('blanked rows that would be too few take the smallest class with them', async () => {
    const { table, report } = await protectedBy(towns, planOf([], { ...wish, small: 'blank' }));
    expect(cellsOf(table, 'town')).toEqual(['A', 'A', 'A', 'A', null, null, null, null]);
    expect(report.kAnonymity).toMatchObject({ kReached: 4, affected: 4, rowsLeft: 8 });
  });

  test('zero and minus zero are one class', async () => {
    const signed = tableOf(numbers('town', [0, -0, 0]));
    const { report } = await protectedBy(signed, planOf([], wish));
    expect(report.kAnonymity).toMatchObject({ kFound: 3, classes: 1, affected: 0 });
  });
});
