/** Every file of our own CSV corpus either reads as its expectation says or is refused for the right reason. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ReadOptions } from '../../../workers/table/types.ts';
import { cellsOf, namesOf, read, refusal } from './reading.ts';

const folder = new URL('../../fixtures/csv/', import.meta.url);
const fixture = (file: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(file, folder)));

interface Expectation {
  readonly file: string;
  readonly sha256: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly header: boolean;
  readonly table?: readonly (readonly string[])[];
}

const isList = (value: unknown): value is Expectation[] => Array.isArray(value);
const parsed: unknown = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8'));
const expectations = isList(parsed) ? parsed : [];

/** Files whose expectation gives the whole table and which are to be read without any choice. */
const wholeTables = expectations.filter(
  ({ file, table }) => table !== undefined && file !== 'shape_header_only.csv',
);

const encodingNames: Record<string, string> = { 'utf-8-bom': 'utf-8', 'utf-16le-nobom': 'utf-16le' };

/** Files that must not be read, with what the message must say and the line it must name. */
const refused: readonly { file: string; message: RegExp; line?: number }[] = [
  { file: 'delim_ambiguous.csv', message: /comma or semicolon/, line: 1 },
  { file: 'quote_unclosed_small.csv', message: /quote opened on line 2/, line: 2 },
  { file: 'shape_5000_columns.csv', message: /5000 columns; at most 2000/, line: 1 },
  { file: 'shape_bom_only.csv', message: /empty/ },
  { file: 'shape_empty.csv', message: /empty/ },
  { file: 'shape_header_only.csv', message: /header but no rows/ },
  { file: 'shape_ragged.csv', message: /Line 4 has 4 cells, but the table has 3 columns/, line: 4 },
];

interface Reading {
  readonly file: string;
  readonly options?: ReadOptions;
  readonly names: readonly string[];
  readonly rows: number;
  /** Some cells by [row, column]. */
  readonly cells?: readonly (readonly [number, number, string])[];
  readonly notice?: RegExp;
}

/** Files with a policy instead of a whole table. */
const readings: readonly Reading[] = [
  {
    file: 'enc_invalid_utf8.csv',
    names: ['id', 'name'],
    rows: 3,
    cells: [
      [1, 1, 'Ã(ÿ'],
      [2, 1, 'fine'],
    ],
    notice: /Not valid UTF-8 \(first on line 3\)/,
  },
  { file: 'enc_utf8_split_char_64k.csv', names: ['id', 'txt'], rows: 2, cells: [[1, 1, 'ok']] },
  {
    file: 'delim_ambiguous.csv',
    options: { delimiter: ';' },
    names: ['a', 'b,c'],
    rows: 2,
    cells: [[1, 1, '5,6']],
  },
  { file: 'nl_crlf_split_64k.csv', names: ['id', 'txt'], rows: 2, cells: [[1, 1, 'ok']] },
  {
    file: 'quote_after_space.csv',
    names: ['id', 'name'],
    rows: 2,
    cells: [
      [0, 1, 'Smith, John'],
      [1, 1, 'Doe, Jane'],
    ],
  },
  {
    file: 'quote_backslash_escape.csv',
    names: ['id', 'name'],
    rows: 2,
    cells: [
      [0, 1, 'a "b" c'],
      [1, 1, 'd'],
    ],
  },
  {
    file: 'quote_single.csv',
    names: ['id', 'name'],
    rows: 2,
    cells: [
      [0, 1, 'Smith, John'],
      [1, 1, "O'Hara"],
    ],
  },
  {
    file: 'shape_trailing_delimiter.csv',
    names: ['a', 'b'],
    rows: 2,
    notice: /1 column without name and values was dropped/,
  },
  {
    file: 'shape_duplicate_headers.csv',
    names: ['id', 'score', 'score_2', 'Score', 'score_3', 'column_6'],
    rows: 2,
    cells: [[1, 5, '12']],
    notice: /Column 3 has the name of another column/,
  },
  { file: 'shape_headers_collide_after_rename.csv', names: ['a', 'a_3', 'a_1', 'a_2', 'a_4'], rows: 1 },
  {
    file: 'shape_preamble.csv',
    names: ['id', 'item', 'qty'],
    rows: 2,
    cells: [[0, 0, '1']],
    notice: /begins on line 4/,
  },
  { file: 'shape_preamble.csv', options: { headerLine: 4 }, names: ['id', 'item', 'qty'], rows: 2 },
  { file: 'shape_duplicate_rows.csv', names: ['a', 'b'], rows: 50 },
  {
    file: 'shape_comment_lines.csv',
    names: ['id', 'n'],
    rows: 3,
    cells: [[1, 0, '#3']],
    notice: /choose # as comment mark/,
  },
  {
    file: 'shape_comment_lines.csv',
    options: { comment: '#' },
    names: ['id', 'n'],
    rows: 2,
    cells: [[1, 0, '5']],
  },
  {
    file: 'val_nul_bytes.csv',
    names: ['id', 'name'],
    rows: 3,
    cells: [
      [0, 1, 'a\0b'],
      [1, 1, '\0'],
      [2, 1, 'c'],
    ],
    notice: /2 NUL characters/,
  },
  {
    file: 'val_html_injection.csv',
    names: ['id', 'name'],
    rows: 3,
    cells: [[1, 1, '<script>alert("x")</script>']],
  },
  {
    file: 'val_missing_tokens.csv',
    names: ['id', 'x'],
    rows: 16,
    cells: [
      [0, 1, ''],
      [12, 1, '\\N'],
      [13, 1, '  '],
      [14, 1, '3.5'],
    ],
  },
  {
    file: 'val_numbers.csv',
    names: ['id', 'x'],
    rows: 19,
    cells: [
      [0, 1, '1e5'],
      [6, 1, '1e400'],
      [7, 1, '9007199254740993'],
      [13, 1, ' 8 '],
      [18, 1, '(3.00)'],
    ],
  },
  {
    file: 'val_dates_iso.csv',
    names: ['d', 'dt', 't'],
    rows: 3,
    cells: [
      [1, 0, '1899-12-31'],
      [2, 1, '2023-03-26T02:30:00+01:00'],
      [1, 2, '00:00:01'],
    ],
  },
  { file: 'val_dates_ambiguous.csv', names: ['id', 'seen'], rows: 12, cells: [[0, 1, '01/12/2024']] },
  {
    file: 'val_dates_dmy_revealed_late.csv',
    names: ['id', 'seen'],
    rows: 1501,
    cells: [[1500, 1, '25/12/2023']],
  },
  {
    file: 'val_dates_invalid.csv',
    names: ['id', 'd'],
    rows: 5,
    cells: [
      [0, 1, '2023-02-30'],
      [1, 1, '0000-00-00'],
      [4, 1, '9999-12-31'],
    ],
  },
  { file: 'val_dates_excel_serial.csv', names: ['id', 'd'], rows: 3, cells: [[2, 1, '60']] },
  {
    file: 'val_booleans.csv',
    names: ['a', 'b', 'c', 'd', 'e', 'f'],
    rows: 3,
    cells: [
      [1, 0, 'FALSE'],
      [2, 5, 'Ja'],
    ],
  },
  {
    file: 'val_type_changes_late.csv',
    names: ['id', 'code'],
    rows: 5001,
    cells: [
      [5000, 1, 'A12'],
      [4999, 1, '52'],
    ],
  },
  {
    file: 'val_category_spellings.csv',
    names: ['id', 'sex'],
    rows: 7,
    cells: [
      [2, 1, ' F'],
      [4, 1, 'female '],
    ],
  },
  {
    file: 'val_unicode.csv',
    names: ['id', 'name'],
    rows: 8,
    cells: [
      [1, 1, 'e\u0301 (decomposed)'],
      [5, 1, '𝄞'],
      [6, 1, '\u00a0nbsp\u00a0'],
    ],
  },
  {
    file: 'val_constant_and_empty_columns.csv',
    names: ['id', 'constant', 'empty', 'allmissing'],
    rows: 30,
    cells: [
      [29, 2, ''],
      [29, 3, 'NA'],
    ],
  },
  {
    file: 'val_pii.csv',
    names: ['full_name', 'email', 'phone', 'iban', 'card', 'ssn', 'ip', 'dob', 'postcode', 'free_text'],
    rows: 2,
    cells: [[0, 4, '4111 1111 1111 1111']],
  },
];

describe('our CSV corpus', () => {
  test('every file has an outcome here', () => {
    const listed = new Set([...wholeTables, ...refused, ...readings].map(({ file }) => file));
    const files = readdirSync(folder).filter((name) => /\.(csv|tsv)$/.test(name));
    expect(files.length).toBeGreaterThan(60);
    expect(files.filter((file) => !listed.has(file))).toEqual([]);
  });

  test.each(wholeTables)('$file reads as its whole expected table', async (expected) => {
    const table = await read(fixture(expected.file));
    const whole = expected.table ?? [];
    const header = expected.header ? [namesOf(table)] : [];
    expect([...header, ...cellsOf(table)]).toEqual(whole);
    expect(table.dialect.delimiter).toBe(expected.delimiter);
    expect(table.dialect.header).toBe(expected.header);
    expect(table.dialect.encoding).toBe(encodingNames[expected.encoding] ?? expected.encoding);
    expect(table.sha256).toBe(createHash('sha256').update(fixture(expected.file)).digest('hex'));
  });

  test.each(refused)('$file is refused', async ({ file, message, line }) => {
    const error = await refusal(fixture(file));
    expect(error.code).toBe('bad-file');
    expect(error.message).toMatch(message);
    expect(error.line).toBe(line);
    expect(error.hint).toBeTruthy();
  });

  test.each(readings)(
    '$file reads as agreed, options $options',
    async ({ file, options, names, rows, cells, notice }) => {
      const table = await read(fixture(file), options);
      const all = cellsOf(table);
      expect(namesOf(table)).toEqual(names);
      expect(table.rows).toBe(rows);
      for (const [row, column, text] of cells ?? []) expect(all[row][column]).toBe(text);
      if (notice) expect(table.notices.map(({ message }) => message).join('\n')).toMatch(notice);
    },
  );
});

describe('files too large to keep', () => {
  test('the first byte that is not ASCII after 200 KB still decides the encoding', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},plain`).join('\n');
    const text = new TextEncoder().encode(`id,name\n${rows}\n20000,M?ller\n`);
    text[text.lastIndexOf(0x3f)] = 0xfc;
    const table = await read(text);
    expect(table.rows).toBe(20_001);
    expect(cellsOf(table)[20_000]).toEqual(['20000', 'Müller']);
    expect(table.notices[0]).toMatchObject({ severity: 'warning', line: 20_002 });
  });

  test('a quote that is never closed is named by its line, however much follows', async () => {
    const rest = Array.from({ length: 200_000 }, (_, i) => `${i},row`).join('\n');
    const error = await refusal(`id,name\n1,"open\n${rest}\n`);
    expect(error).toMatchObject({ code: 'bad-file', line: 2 });
  });

  test('memory for a quote that is never closed is bounded', async () => {
    const error = await refusal(`id,name\n1,a\n2,"open\n${'x'.repeat(18 * 1024 * 1024)}`);
    expect(error).toMatchObject({ code: 'bad-file', line: 3 });
    expect(error.message).toMatch(/longer than 16 MB/);
  });

  test('a quoted cell of 1 MB with 70,000 line ends is one cell', async () => {
    const table = await read(`id,blob\n1,"${'lorem "" ipsum\n'.repeat(70_000)}"\n2,small\n`);
    const cells = cellsOf(table);
    expect(cells[0][1]).toBe('lorem " ipsum\n'.repeat(70_000));
    expect(cells[1]).toEqual(['2', 'small']);
  });
});
