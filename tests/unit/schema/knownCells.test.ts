import { describe, expect, it } from 'vitest';
import { knownCells, type KnownCells } from '../../../workers/schema/knownCells.ts';
import type { ColumnSchema } from '../../../workers/schema/types.ts';
import { categories, instants, numbers } from '../profile/tables.ts';
import { read } from '../table/reading.ts';

/** One column of a file by an entry that was learned from another. */
async function known(entry: ColumnSchema, cells: readonly string[]): Promise<KnownCells> {
  const lines = cells.map(
    (cell, row) => `${row},${/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell}`,
  );
  const { columns, dialect } = await read(['row,x', ...lines].join('\n') + '\n', { header: true });
  const raw = columns.find(({ name }) => name === 'x');
  if (!raw) throw new Error('The column is not there.');
  return knownCells(raw, entry, dialect.quote);
}

const valuesOf = ({ column }: KnownCells): number[] =>
  column.type === 'category' ? [...column.codes] : [...column.values];
const withTokens = (entry: ColumnSchema, missingTokens: readonly string[]): ColumnSchema => ({
  ...entry,
  missingTokens,
});

const size = numbers('x', [0, 100]).schema;
const colour = categories('x', [0], ['red', 'blue', 'NA or so']).schema;

describe('cells as a model knows them', () => {
  it.each<readonly [string, ColumnSchema, readonly string[], readonly number[], readonly number[], number]>([
    ['numbers, beyond the bounds too', size, ['7', '', '200', 'NA', '-3'], [7, NaN, 100, NaN, 0], [1, 3], 0],
    ['words among numbers', size, ['7', 'many', '', '8', '9'], [7, NaN, NaN, 8, 9], [2], 1],
    [
      'a number that means missing',
      withTokens(size, ['-99']),
      ['7', '-99', '', '8'],
      [7, NaN, NaN, 8],
      [1, 2],
      0,
    ],
    ['nothing but gaps among numbers', size, ['', '', 'NA'], [NaN, NaN, NaN], [0, 1, 2], 0],
    ['categories, unknown ones too', colour, ['blue', 'green', '', 'red'], [1, -1, -1, 0], [2], 1],
    ['a category that looks missing', colour, ['NA or so', 'NA', '?'], [2, -1, -1], [1, 2], 0],
    ['nothing but gaps among categories', colour, ['', ''], [-1, -1], [0, 1], 0],
    ['a missing token with a quote', withTokens(colour, ['a"b']), ['a"b', ''], [-1, -1], [1], 1],
    ['categories of digits', categories('x', [0], ['1', '2']).schema, ['2', '', '3'], [1, -1, -1], [1], 1],
  ])('%s', async (_, entry, cells, values, gaps, unknown) => {
    const found = await known(entry, cells);
    expect(valuesOf(found)).toEqual(values);
    expect([...found.gaps]).toEqual(gaps);
    expect(found.unknown).toBe(unknown);
  });

  it('takes two letters for a code among two-letter codes', async () => {
    const codes = Array.from({ length: 12 }, (_, i) => `A${String.fromCharCode(65 + i)}`);
    const { gaps, unknown } = await known(categories('x', [0], codes).schema, ['AA', 'NA', '']);
    expect([[...gaps], unknown]).toEqual([[2], 1]);
  });

  it('reads numbers as the model’s file wrote them', async () => {
    const format = { decimalMark: ',', thousandsMark: '.', prefix: '', suffix: '' } as const;
    const entry = numbers('x', [0, 5000], 3).schema;
    const german = { ...entry, number: entry.number && { ...entry.number, format } };
    expect(valuesOf(await known(german, ['1.234', '', '2,5']))).toEqual([1234, NaN, 2.5]);
    expect(valuesOf(await known(entry, ['1.234', '', '2.5']))).toEqual([1.234, NaN, 2.5]);
  });

  it('reads dates in the model’s pattern, and others as unknown', async () => {
    const day = 86_400_000;
    const entry = instants('x', [0, 400 * day]).schema;
    const found = await known(entry, ['1970-01-03', '', '03.01.1970', '1970-02-01']);
    expect(valuesOf(found)).toEqual([2 * day, NaN, NaN, 31 * day]);
    expect([[...found.gaps], found.unknown]).toEqual([[1], 1]);
  });
});
