import { expect, test } from 'vitest';
import { anonymiseSynthetic, partRows, wholeRows } from '../../../workers/anonymise/synthetic.ts';
import { anonymiseTraining } from '../../../workers/anonymise/training.ts';
import type { AnonymisePlan, KAnonymity } from '../../../workers/anonymise/types.ts';
import { RunControl } from '../../../workers/control.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { concatTables, takeRows } from '../../../workers/table/takeRows.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, numbers, tableOf } from '../profile/tables.ts';
import { cellsOf, planOf } from './support.ts';

const ageBins = {
  column: 'age',
  generalise: { type: 'bins', width: 10, origin: 0, write: 'lower', phase: 'after' },
  perturb: { type: 'noise', deviation: 1, of: 'units', phase: 'after' },
} as const;
const rareTowns = { column: 'town', generalise: { type: 'rare', rows: 40, phase: 'after' } } as const;
const five: KAnonymity = {
  quasiIdentifiers: ['age', 'town'],
  k: 5,
  l: null,
  sensitive: [],
  small: 'suppress',
  phase: 'after',
};

function drawn(rows: number): ReturnType<typeof tableOf> {
  const rng = seededRng(9);
  const ages = Float64Array.from({ length: rows }, () => Math.floor(90 * rng.uniform() ** 2));
  // Town 9 is rare: about one row in a thousand.
  const towns = Int32Array.from({ length: rows }, () => (rng.uniform() < 0.001 ? 9 : rng.int(4)));
  const names = Array.from({ length: 10 }, (_, town) => `t${town}`);
  return tableOf(numbers('age', ages), categories('town', towns, names));
}

async function* cutIn(table: Table, rows: number): AsyncGenerator<Table> {
  for (let from = 0; from < table.rows; from += rows) {
    const index = Int32Array.from({ length: Math.min(rows, table.rows - from) }, (_, i) => from + i);
    yield takeRows(table, index);
  }
}

async function protectedAll(rows: number, plan: AnonymisePlan | null, chunk = 50_000) {
  const { table, schema } = drawn(rows);
  const control = new RunControl();
  const parts = [];
  const stream = anonymiseSynthetic(cutIn(table, chunk), rows, schema, plan, seededRng(4), control);
  for await (const part of stream) parts.push(part);
  control.close();
  return parts;
}

const plan = planOf([ageBins, rareTowns], five);

/** Whether tables are equal cell by cell, without a look at a million of them by the assertion. */
const sameCells = (a: Table, b: Table): boolean =>
  a.columns.every(({ name }) => {
    const [ours, theirs] = [cellsOf(a, name), cellsOf(b, name)];
    return ours.length === theirs.length && ours.every((cell, row) => cell === theirs[row]);
  });

test('a table of up to 200,000 rows is protected as a whole, however it was made', async () => {
  const [whole, ...none] = await protectedAll(120_000, plan);
  expect(none).toEqual([]);
  const [again] = await protectedAll(120_000, plan, 7_000);
  expect(sameCells(again.table, whole.table)).toBe(true);
  expect(whole).toMatchObject({ offset: 0, drawn: 120_000 });
  expect(whole.report?.kAnonymity).toMatchObject({ partRows: null, rows: 120_000 });
  expect(whole.report?.kAnonymity?.kReached).toBeGreaterThanOrEqual(5);
});

test('a larger one in parts, with the same categories in each, and the report says so', async () => {
  const rows = wholeRows + 60_000;
  const parts = await protectedAll(rows, plan);
  expect(parts.map((part) => part.drawn)).toEqual([50_000, 100_000, 150_000, 200_000, 250_000, 260_000]);
  let offset = 0;
  for (const part of parts) {
    expect(part.offset).toBe(offset);
    expect(part.schema).toEqual(parts[0].schema);
    offset += part.table.rows;
  }
  const table = concatTables(parts.map((part) => part.table));
  expect(new Set(cellsOf(table, 'town'))).toEqual(new Set(['t0', 't1', 't2', 't3', 't9']));
  const report = parts[parts.length - 1].report;
  expect(report?.kAnonymity).toMatchObject({ partRows, rows, rowsLeft: table.rows });
  expect(report?.kAnonymity?.affected).toBe(rows - table.rows);
  expect(report?.actions.map(({ rows: seen }) => seen)).toEqual([rows, rows, rows]);
});

test('the first rows of a larger table are the same when no more are asked for', async () => {
  const first = (await protectedAll(wholeRows + 60_000, plan))[0];
  const again = (await protectedAll(wholeRows + 60_000, plan))[0];
  expect(sameCells(again.table, first.table)).toBe(true);
});

test('without anything to do after synthesis, rows go through as they are', async () => {
  const before = planOf([], { ...five, phase: 'before' });
  for (const none of [null, before]) {
    const parts = await protectedAll(12_000, none, 5_000);
    expect(parts.map(({ offset }) => offset)).toEqual([0, 5_000, 10_000]);
    expect(parts.map(({ report }) => report)).toEqual([null, null, null]);
    const together = concatTables(parts.map(({ table }) => table));
    expect(sameCells(together, drawn(12_000).table)).toBe(true);
  }
});

test('a table of which no row is left is refused', async () => {
  const hopeless = planOf([], { ...five, k: 1_000_000 });
  await expect(protectedAll(1_000, hopeless)).rejects.toMatchObject({ code: 'bad-settings' });
});

test('rows that train are protected; real rows to compare with are only made as coarse', async () => {
  const { table, schema } = drawn(3_000);
  const [train, holdout] = [
    takeRows(
      table,
      Int32Array.from({ length: 2_000 }, (_, i) => i),
    ),
    drawn(500).table,
  ];
  const before = planOf(
    [
      {
        column: 'age',
        generalise: { ...ageBins.generalise, phase: 'before' },
        perturb: { ...ageBins.perturb, deviation: 20, phase: 'before' },
      },
    ],
    { ...five, phase: 'before' },
  );
  const control = new RunControl();
  const done = await anonymiseTraining({ train, holdout }, schema, before, seededRng(1), control);
  expect(done.train.rows).toBeLessThan(2_000);
  expect(done.real.train.rows).toBe(2_000);
  const coarse = (cell: unknown) => Math.floor(Number(cell) / 10) * 10;
  expect(cellsOf(done.real.train, 'age')).toEqual(cellsOf(train, 'age').map(coarse));
  expect(cellsOf(done.real.holdout, 'age')).toEqual(cellsOf(holdout, 'age').map(coarse));
  const hopeless = planOf([], { ...five, k: 5_000, phase: 'before' });
  const refused = anonymiseTraining({ train, holdout }, schema, hopeless, seededRng(1), control);
  await expect(refused).rejects.toMatchObject({ code: 'bad-settings' });
  control.close();
});

test('stops when cancelled', async () => {
  const { table, schema } = drawn(5_000);
  const control = new RunControl();
  control.stop('discard');
  const stopped = anonymiseSynthetic(cutIn(table, 5_000), 5_000, schema, plan, seededRng(1), control).next();
  await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
  control.close();
});
