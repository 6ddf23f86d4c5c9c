/** The fixtures of other CSV readers, which are not part of this project: skipped when they are absent. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ReadOptions } from '../../../workers/table/types.ts';
import { cellsOf, namesOf, read, refusal } from './reading.ts';

const folder = new URL('../../../../shared/csv-corpus/', import.meta.url);
const present = existsSync(folder);
const content = (file: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(file, folder)));

interface Outcome {
  readonly file: string;
  readonly options?: ReadOptions;
  /** Rows x columns. */
  readonly size?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly header?: false;
  readonly preamble?: number;
  readonly cells?: readonly (readonly [number, number, string])[];
  readonly refused?: RegExp;
  readonly line?: number;
}

const outcomes: readonly Outcome[] = [
  {
    file: 'duckdb/all_latin1.csv',
    size: '189x1',
    encoding: 'windows-1252',
    cells: [
      [0, 0, '"'],
      [10, 0, ','],
    ],
  },
  { file: 'duckdb/bug_7578.csv', size: '2x10', delimiter: '\t' },
  {
    file: 'duckdb/comma_decimal_null.csv',
    size: '8x28',
    cells: [
      [0, 6, ''],
      [0, 8, '80000000,00'],
    ],
  },
  {
    file: 'duckdb/csv_quoted_newline_odd.csv',
    refused: /Line 11 has 2 cells, but the table has 1 column\./,
    line: 11,
  },
  { file: 'duckdb/decimal_separators.csv', size: '5x2', delimiter: ';', cells: [[3, 0, '+1,53e4']] },
  { file: 'duckdb/duplicate_header_collision.csv', size: '2x4' },
  {
    file: 'duckdb/evil_nullpadding.csv',
    size: '3x4',
    delimiter: ';',
    header: false,
    cells: [
      [1, 3, ''],
      [2, 1, '\npedro;nl;'],
    ],
  },
  { file: 'duckdb/extra_delimiters.csv', refused: /Line 4 has 5 cells/, line: 4 },
  { file: 'duckdb/mid_null.csv', refused: /Line 3 has 6 cells/, line: 3 },
  {
    file: 'duckdb/multi_column_string_r.csv',
    size: '9x4',
    delimiter: '|',
    header: false,
    cells: [[8, 3, 'p9']],
  },
  {
    file: 'duckdb/quote_escape.csv',
    size: '3x3',
    delimiter: '|',
    header: false,
    cells: [[1, 2, 'text"2"text']],
  },
  { file: 'duckdb/quotednewlines.csv', size: '10100x2' },
  { file: 'duckdb/shift_jis.csv', options: { encoding: 'shift_jis' }, size: '20x2', encoding: 'shift_jis' },
  {
    file: 'duckdb/single_quote_backslash.csv',
    size: '3x3',
    delimiter: '|',
    header: false,
    cells: [[1, 2, "text'2'text"]],
  },
  { file: 'duckdb/time_date_timestamp_dd-mm-yyyy.csv', size: '3x5' },
  { file: 'duckdb/time_date_timestamp_mm-dd-yyyy.csv', size: '3x5' },
  { file: 'duckdb/utf16.csv', size: '20x2', encoding: 'utf-16le' },
  { file: 'frictionless/blank-headers.csv', size: '2x3' },
  { file: 'frictionless/blank-rows-multiple.csv', size: '13x3' },
  { file: 'frictionless/defective-rows.csv', refused: /Line 3 has 4 cells, but the table has 3/, line: 3 },
  { file: 'frictionless/doublequote.csv', size: '5x17' },
  { file: 'frictionless/duplicate-headers.csv', size: '2x5', cells: [[0, 4, '001101']] },
  { file: 'frictionless/encoding-issue-274.csv', size: '507x17', encoding: 'utf-8' },
  { file: 'frictionless/issue-1066-largecellsize.csv', size: '19x2' },
  { file: 'frictionless/latin1.csv', size: '2x2', encoding: 'windows-1252' },
  { file: 'frictionless/leading-zeros.csv', size: '3x1', cells: [[2, 0, '00003']] },
  { file: 'frictionless/matrix-with-comment.csv', size: '4x4', preamble: 1 },
  { file: 'frictionless/matrix-with-comment.csv', options: { comment: '#' }, size: '4x4' },
  { file: 'frictionless/structure-errors.csv', refused: /Line 5 has 6 cells/, line: 5 },
  {
    file: 'frictionless/table-infer-iso-8859-7.csv',
    options: { encoding: 'iso-8859-7' },
    size: '4x3',
    encoding: 'iso-8859-7',
    cells: [[0, 2, 'Λεωνιδας']],
  },
  { file: 'frictionless/table-unicode-headers.csv', size: '2x2' },
  { file: 'frictionless/vix.csv', size: '2x5', delimiter: ';' },
  { file: 'frictionless/without-rows.csv', refused: /header but no rows/ },
  { file: 'messytables/begrotingsanalyse-2011.csv', size: '39x14', preamble: 3 },
  {
    file: 'messytables/complex.csv',
    size: '3x4',
    cells: [
      [2, 2, '6,000,000'],
      [1, 2, ' -1'],
    ],
  },
  { file: 'messytables/excel_pasting.csv', size: '17x9', preamble: 3, cells: [[0, 1, '2,666']] },
  { file: 'messytables/long.csv', size: '3999x1' },
  { file: 'messytables/mixedGLB.csv', size: '133x19', preamble: 3, cells: [[0, 14, '****']] },
  { file: 'messytables/null.csv', size: '10x4', header: false, cells: [[0, 1, 'null']] },
  { file: 'messytables/simple.psv', size: '28x6', delimiter: '|' },
  { file: 'messytables/small.csv', refused: /header but no rows/ },
  { file: 'messytables/spanish_chars.csv', size: '116x8', encoding: 'windows-1252' },
  { file: 'messytables/utf-16le_encoded.csv', size: '327x19', encoding: 'utf-16le' },
  {
    file: 'messytables/weird_head_padding.csv',
    size: '76x10',
    delimiter: ';',
    preamble: 11,
  },
  { file: 'misc/CSV-basic-ISO-8859-1.CRLF.csv', size: '3x3', encoding: 'windows-1252' },
  {
    file: 'misc/adult_head_200.data',
    size: '200x15',
    header: false,
    cells: [
      [0, 1, ' State-gov'],
      [0, 2, ' 77516'],
    ],
  },
  { file: 'misc/bank_semicolon_4521.csv', size: '4521x17', delimiter: ';' },
  { file: 'misc/berka_district.csv', size: '77x16' },
  { file: 'misc/cr_only_300rows.csv', size: '300x14' },
  {
    file: 'misc/evil.csv',
    size: '9x2',
    cells: [
      [3, 1, '"";drop table'.slice(1)],
      [4, 1, "Trust me, I'm an expert"],
    ],
  },
  { file: 'misc/nepote_semicolon_utf8.csv', refused: /Line 18 has 8 cells/, line: 18 },
  { file: 'papaparse/malformed.tsv', refused: /Line 3 has 9 cells, but the table has 8/, line: 3 },
  { file: 'papaparse/utf-8-bom-sample.csv', size: '1x3' },
  { file: 'rust_csv/smallpop-colon.csv', size: '10x4', delimiter: ':' },
  { file: 'rust_csv/smallpop-no-headers.csv', size: '10x4', header: false },
  {
    file: 'rust_csv/strange.csv',
    size: '7x2',
    delimiter: ';',
    header: false,
    cells: [
      [0, 0, '"Hacksaw" Jim Duggan'],
      [3, 1, ''],
    ],
  },
  { file: 'rust_csv/strange.csv', options: { comment: '#' }, size: '6x2', delimiter: ';', header: false },
  { file: 'rust_csv/uspop-latin1.csv', size: '100x5', encoding: 'windows-1252' },
  { file: 'rust_csv/uspop-null.csv', size: '100x5' },
  { file: 'rvl/ambiguous_delimiter.csv', refused: /comma or semicolon/, line: 1 },
  { file: 'rvl/backslash_escape.csv', size: '1x1', preamble: 1, cells: [[0, 0, 'a"b']] },
  { file: 'rvl/backslash_in_quoted_rfc.csv', size: '2x2', cells: [[1, 1, 'literal \\\\ backslash']] },
  { file: 'rvl/blank_lines_before_header.csv', size: '2x2', preamble: 2 },
  { file: 'rvl/blank_only.csv', refused: /empty/ },
  { file: 'rvl/bom_no_trailing_newline.csv', size: '2x2' },
  { file: 'rvl/caret_quoted.csv', size: '2x3', delimiter: '^', cells: [[0, 1, 'alpha^beta']] },
  { file: 'rvl/control_byte_header.csv', size: '2x2', delimiter: '\u0001' },
  { file: 'rvl/currency_values.csv', size: '3x2', cells: [[1, 1, '($7,890.00)']] },
  { file: 'rvl/delim_0x1f.csv', size: '2x2', delimiter: '\u001f' },
  { file: 'rvl/duplicate_headers.csv', size: '1x2' },
  { file: 'rvl/empty_header_names.csv', size: '1x3' },
  { file: 'rvl/encoding_nul_first8k.csv', refused: /header but no rows/ },
  { file: 'rvl/encoding_utf32be.csv', refused: /UTF-32/ },
  { file: 'rvl/extra_trailing_nonempty.csv', refused: /Line 3 has 3 cells/, line: 3 },
  { file: 'rvl/invalid_quote.csv', refused: /text after a closing quote/, line: 2 },
  { file: 'rvl/leading_tabs_header.csv', size: '2x2', preamble: 1 },
  { file: 'rvl/locale_decimal.csv', size: '2x2' },
  { file: 'rvl/missing_tokens.csv', size: '5x3' },
  { file: 'rvl/mixed_line_endings.csv', size: '2x2' },
  { file: 'rvl/non_ascii_header.csv', size: '2x3' },
  { file: 'rvl/numeric_thousands.csv', size: '2x2' },
  { file: 'rvl/pipe_quoted.csv', size: '2x3', delimiter: '|' },
  {
    file: 'rvl/ragged_rows_short.csv',
    size: '3x3',
    cells: [
      [2, 0, '3'],
      [2, 2, ''],
    ],
  },
  { file: 'rvl/scientific_notation.csv', size: '2x2' },
  { file: 'rvl/sep_semicolon.csv', size: '2x3', delimiter: ';', preamble: 1 },
  { file: 'rvl/sep_tab.csv', size: '2x3', delimiter: '\t', preamble: 1 },
  { file: 'rvl/single_column.csv', size: '1x1' },
  { file: 'rvl/trailing_spaces_fields.csv', size: '2x2', cells: [[1, 1, '20  ']] },
  { file: 'rvl/unterminated_quote.csv', refused: /quote opened on line 2/, line: 2 },
  { file: 'rvl/utf16le_bom.csv', refused: /empty/ },
  { file: 'rvl/utf8_bom_sep_pipe.csv', size: '1x3', delimiter: '|', preamble: 1 },
];

/** csv-spectrum gives each file as a list of records. */
const spectrum = present
  ? readdirSync(new URL('spectrum/', folder)).filter(
      // Its JSON states another phone number than the file holds.
      (name) => name.endsWith('.csv') && name !== 'location_coordinates.csv',
    )
  : [];

describe.skipIf(!present)('fixtures of other readers', () => {
  test('every file has an outcome here', () => {
    const listed = new Set(outcomes.map(({ file }) => file));
    const parsers = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const files = parsers
      .filter(({ name }) => name !== 'generated' && name !== 'spectrum')
      .flatMap(({ name }) => readdirSync(new URL(`${name}/`, folder)).map((file) => `${name}/${file}`))
      .filter((file) => !file.endsWith('.json'));
    expect(files.length).toBeGreaterThan(80);
    expect(files.filter((file) => !listed.has(file))).toEqual([]);
  });

  test.each(outcomes.filter(({ refused }) => refused !== undefined))('$file is refused', async (outcome) => {
    const error = await refusal(content(outcome.file), outcome.options);
    expect(error.code).toBe('bad-file');
    expect(error.message).toMatch(outcome.refused ?? /^$/);
    if (outcome.line !== undefined) expect(error.line).toBe(outcome.line);
  });

  test.each(outcomes.filter(({ refused }) => refused === undefined))(
    '$file reads, options $options',
    async (outcome) => {
      const table = await read(content(outcome.file), outcome.options);
      expect(`${table.rows}x${table.columns.length}`).toBe(outcome.size);
      expect(table.dialect.delimiter).toBe(outcome.delimiter ?? ',');
      expect(table.dialect.header).toBe(outcome.header ?? true);
      if (outcome.encoding) expect(table.dialect.encoding).toBe(outcome.encoding);
      if (outcome.preamble !== undefined) expect(table.dialect.preambleLines).toBe(outcome.preamble);
      const cells = cellsOf(table);
      for (const [row, column, text] of outcome.cells ?? []) expect(cells[row][column]).toBe(text);
    },
  );

  test.each(spectrum)('spectrum/%s gives the records its authors state', async (file) => {
    const table = await read(content(`spectrum/${file}`));
    const names = namesOf(table);
    const records = cellsOf(table).map((row) => Object.fromEntries(row.map((text, k) => [names[k], text])));
    const stated: unknown = JSON.parse(
      new TextDecoder().decode(content(`spectrum/${file.replace('.csv', '.json')}`)),
    );
    expect(records).toEqual(stated);
  });
});
