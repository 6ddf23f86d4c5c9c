import { describe, expect, test } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { cellText, columnRows } from '../../../workers/table/cellText.ts';
import { readTable } from '../../../workers/table/readTable.ts';
import type { RawColumn } from '../../../workers/table/types.ts';
import { cellsOf, read, refusal } from './reading.ts';

/** One column of these texts, beside another so that blank cells are no blank lines. */
async function columnOf(texts: readonly string[]): Promise<RawColumn> {
  const table = await read(`x;k\n${texts.map((text) => `${text};1`).join('\n')}\n`, {
    delimiter: ';',
    header: true,
  });
  expect(cellsOf(table).map(([text]) => text)).toEqual(texts);
  return table.columns[0];
}

const repeated = (count: number, text: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => text(i));

describe('storage follows all rows', () => {
  test.each<[string, string[], RawColumn['storage']]>([
    ['integers', ['1', '22', '-3'], 'number'],
    ['numbers with words for missing', ['1.5', 'NA', '', '-', '2.5', 'null'], 'number'],
    ['one text late among numbers', [...repeated(5000, String), 'A12'], 'number'],
    ['a code late among numbers', [...repeated(5000, (i) => String(i + 1)), '007'], 'text'],
    ['a number of 19 digits late', [...repeated(5000, String), '1234567890123456789'], 'text'],
    [
      'many texts late among numbers',
      [...repeated(3000, String), ...repeated(3000, (i) => `t${i % 7}`)],
      'text',
    ],
    [
      'very many different texts late',
      [...repeated(20000, String), ...repeated(1500, (i) => `t${i}`)],
      'text',
    ],
    ['numbers after thousands of blanks', [...repeated(3000, () => ''), ...repeated(50, String)], 'number'],
    ['dates', ['2024-01-05', '2023-12-31', ''], 'datetime'],
    [
      'dates after thousands of blanks',
      [...repeated(3000, () => 'NA'), '2024-01-05', '2024-02-06'],
      'datetime',
    ],
    ['dates with an impossible one', ['2023-02-30', '2023-06-15', '9999-12-31'], 'datetime'],
    ['eight digits that are dates', ['20240105', '20231231'], 'datetime'],
    ['eight digits that are not', ['20240105', '20231331'], 'number'],
    ['only words for missing', ['', 'NA', '-'], 'text'],
    ['codes', ['02134', '10001'], 'text'],
    ['words', ['a', 'b', 'a'], 'text'],
  ])('%s', async (_, texts, storage) => {
    const column = await columnOf(texts);
    expect(column.storage).toBe(storage);
    expect(columnRows(column)).toBe(texts.length);
  });

  test('a text among numbers is a token, not a value', async () => {
    const column = await columnOf([...repeated(5000, String), 'A12']);
    if (column.storage !== 'number') throw new Error('not stored as numbers');
    expect(column.tokens).toEqual(['A12']);
    expect(column.forms[5000]).toBe(255);
    expect(cellText(column, 5000)).toBe('A12');
    expect(column.values[4999]).toBe(4999);
  });

  test.each([
    ['day first', (i: number) => `0${1 + (i % 9)}/0${1 + ((i >> 2) % 9)}/2023`, '25/12/2023', 'dd/MM/yyyy'],
    ['month first', (i: number) => `0${1 + (i % 9)}/0${1 + ((i >> 2) % 9)}/2023`, '12/25/2023', 'MM/dd/yyyy'],
  ])('%s, shown only by row 4,001', async (_, text, last, pattern) => {
    const column = await columnOf([...repeated(4000, text), last]);
    if (column.storage !== 'datetime') throw new Error('not stored as datetimes');
    expect(column).toMatchObject({ pattern, ambiguousDayMonth: false });
    expect(new Date(column.values[4000]).toISOString()).toBe('2023-12-25T00:00:00.000Z');
    const [first, second] = text(1).split('/').map(Number);
    const month = pattern.startsWith('dd') ? second : first;
    expect(new Date(column.values[1]).getUTCMonth() + 1).toBe(month);
  });

  test('what fits both stays marked as a guess', async () => {
    const column = await columnOf(repeated(3000, (i) => `0${1 + (i % 9)}.0${1 + ((i >> 2) % 9)}.2023`));
    expect(column).toMatchObject({ storage: 'datetime', pattern: 'dd.MM.yyyy', ambiguousDayMonth: true });
  });

  test('the decimal mark of one column decides an open one', async () => {
    const table = await read('a;b\n1.234;70,5\n5.678;68,25\n');
    expect(table.columns[0]).toMatchObject({ storage: 'number', format: { thousandsMark: '.' } });
    expect(Array.from('values' in table.columns[0] ? table.columns[0].values : [])).toEqual([1234, 5678]);
  });

  test('equal texts share one entry', async () => {
    const column = await columnOf(repeated(10_000, (i) => `word ${i % 3}`));
    if (column.storage !== 'text') throw new Error('not stored as text');
    expect(column.dictionary).toEqual(['word 0', 'word 1', 'word 2']);
  });

  test('many different texts, ASCII or not, come back as they were', async () => {
    await columnOf(repeated(30_000, (i) => `näme ${i} ☃ ${i * 7919}`));
    await columnOf(repeated(30_000, (i) => `name ${i} ${i * 7919}`));
  });
});

describe('rows', () => {
  test('short rows are filled and told with the first line', async () => {
    const table = await read('a,b,c\n1,2,3\n4,5\n6\n7,8,9\n');
    expect(cellsOf(table)).toEqual([
      ['1', '2', '3'],
      ['4', '5', ''],
      ['6', '', ''],
      ['7', '8', '9'],
    ]);
    expect(table.notices).toEqual([
      {
        severity: 'warning',
        message: '2 rows too short: missing values were filled in, the first on line 3.',
        line: 3,
      },
    ]);
  });

  test('surplus cells without a value are dropped and told; with a value they are refused', async () => {
    const table = await read('a,b\n1,2,\n3,4,,\n');
    expect(cellsOf(table)).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(table.notices[0].message).toMatch(/2 rows with surplus empty cells/);
    expect(await refusal('a,b\n1,2\n3,4,,x\n')).toMatchObject({ code: 'bad-file', line: 3 });
  });

  test('lines are counted through quoted line ends, comments and blank lines', async () => {
    const text = 'a,b\r\n"1\r\n\n",2\r\n\r\n#x\r\n3,4,5\r\n';
    expect(await refusal(text, { comment: '#' })).toMatchObject({ line: 7 });
  });

  test('a blank line inside one column is a missing value, at the end it is nothing', async () => {
    const table = await read('a\n1\n\n\n2\n\n\n');
    expect(cellsOf(table)).toEqual([['1'], [''], [''], ['2']]);
    expect(table.notices[0].message).toMatch(/2 blank lines read as missing values, the first on line 3/);
  });

  test('rows without any value are kept and told', async () => {
    const table = await read('a,b\n1,2\n,\n,\n');
    expect(table.rows).toBe(3);
    expect(table.notices[0]).toMatchObject({ severity: 'warning', line: 3 });
  });

  test('no message holds a cell value', async () => {
    for (const text of [
      'a,b\n1,SECRET,SECRET\n',
      'a,b\n1,"SECRET"SECRET\n',
      'a,b\n1,"SECRET\n',
      'SECRET;b,c\n1;2,3\n',
    ]) {
      const { message, hint } = await refusal(text);
      expect(`${message} ${hint}`).not.toContain('SECRET');
    }
  });
});

describe('a run', () => {
  const big = `a,b\n${repeated(60_000, (i) => `${i},text ${i}`).join('\n')}\n`;

  test('tells its progress, never going back', async () => {
    const control = new RunControl();
    const shares: number[] = [];
    await readTable(
      new Blob([big]),
      {},
      { control, chunkBytes: 10_000, onProgress: (share) => shares.push(share) },
    );
    control.close();
    expect(shares.length).toBeGreaterThan(100);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeCloseTo(1);
  });

  test('ends as stopped when it is cancelled, in either pass', async () => {
    for (const at of [0.1, 0.6]) {
      const control = new RunControl();
      const run = readTable(
        new Blob([big]),
        {},
        {
          control,
          chunkBytes: 10_000,
          onProgress: (share) => share >= at && control.stop('discard'),
        },
      );
      await expect(run).rejects.toMatchObject({ code: 'stopped' });
      control.close();
    }
  });
});
