import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect, RawTable } from '../../../workers/table/types.ts';
import { bytesOf, cellsOf, namesOf, read, write } from './reading.ts';

const dialects: fc.Arbitrary<Partial<Dialect>> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|', '^', '~', ':', '\u001f'),
  quote: fc.constantFrom('"' as const, "'" as const),
  escape: fc.constantFrom('double' as const, 'backslash' as const),
  newline: fc.constantFrom('\n' as const, '\r\n' as const, '\r' as const),
  header: fc.boolean(),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
  quotesAllText: fc.boolean(),
  comment: fc.constantFrom(undefined, '#', '//'),
});

/** Texts made of everything that means something to a CSV reader. */
const nastyText = fc
  .array(
    fc.constantFrom(
      ...',;\t|^~:"\'\\#/ \n\r\0=+-@',
      '\u001f',
      '\r\n',
      'a',
      'B',
      '0',
      '7',
      '.',
      'é',
      '€',
      '\u00a0',
      '\u2028',
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

const anyText = fc.string({ unit: 'grapheme', maxLength: 8 });

const numberText = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.integer(), fc.nat({ max: 8 })).map(([n, d]) => (n / 1000).toFixed(d)),
  fc.constantFrom('', 'NA', '-0', '+7', '1e5', '007', '12345678901234567890', '1,234.50', '70,5', '$5.00'),
);

const dateText = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .chain((date) => {
    const iso = date.toISOString();
    return fc.constantFrom(
      iso,
      iso.slice(0, 10),
      iso.slice(0, 19),
      `${iso.slice(8, 10)}/${iso.slice(5, 7)}/2024`,
    );
  });

const cellText = fc.oneof(nastyText, anyText, numberText, dateText);

interface Sheet {
  readonly names: string[];
  readonly cells: string[][];
}

const sheets: fc.Arbitrary<Sheet> = fc.nat({ max: 4 }).chain((extra) => {
  const width = extra + 1;
  return fc.record({
    names: fc.uniqueArray(
      anyText.map((t) => t.trim()).filter((t) => t !== ''),
      {
        minLength: width,
        maxLength: width,
      },
    ),
    cells: fc.array(fc.array(cellText, { minLength: width, maxLength: width }), {
      minLength: 1,
      maxLength: 20,
    }),
  });
});

/** What the sniffer is not asked, so that only reading and writing are tested. */
const told = ({ delimiter, quote, escape, header, comment, encoding }: Dialect) => ({
  delimiter,
  quote,
  escape,
  header,
  comment,
  encoding,
  headerLine: 1,
});

const lastColumnIsEmpty = ({ cells }: Sheet): boolean => cells.every((row) => row[row.length - 1] === '');

describe('what was written reads back', () => {
  test('for random tables in random dialects, every cell and name', async () => {
    await fc.assert(
      fc.asyncProperty(sheets, dialects, async (sheet, dialect) => {
        // Without a header a last column without any value is taken for a trailing delimiter.
        fc.pre(dialect.header === true || sheet.names.length === 1 || !lastColumnIsEmpty(sheet));
        // An encoding of bytes cannot tell an unmarked file from UTF-16 full of NULs.
        const { blob, encoding } = await write(sheet.names, sheet.cells, { ...dialect, byteOrderMark: true });
        const full = { ...dialect, encoding } as Dialect;
        const table = await read(await bytesOf(blob), told(full));
        expect(cellsOf(table)).toEqual(sheet.cells.map((row) => row.map(wellFormed)));
        if (dialect.header) expect(namesOf(table)).toEqual(sheet.names.map(wellFormed));
      }),
      { numRuns: 400 },
    );
  });

  test('writing the same table again gives the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(sheets, async ({ names, cells }) => {
        const first = await bytesOf((await write(names, cells)).blob);
        const table = await read(first, {
          delimiter: ',',
          quote: '"',
          escape: 'double',
          header: true,
          headerLine: 1,
        });
        const again = await bytesOf((await write(namesOf(table), cellsOf(table))).blob);
        expect(again).toEqual(first);
      }),
      { numRuns: 100 },
    );
  });
});

/** Lone surrogates have no bytes in UTF-8. */
const wellFormed = (text: string): string => text.replace(/[\ud800-\udfff]/gu, '\ufffd');

const summary = (table: RawTable) => ({
  cells: cellsOf(table),
  names: namesOf(table),
  storage: table.columns.map(({ storage }) => storage),
  dialect: table.dialect,
  notices: table.notices,
  sha256: table.sha256,
});

describe('chunk boundaries never matter', () => {
  const texts = {
    'quotes, escapes and every line end': 'a,b\r\n"x ""y""\r\nz",1\n2, "q" \r"",\n\n5,"€"\r\n',
    'backslash escapes': 'id,t\n1,"a \\"b\\" \\\\"\n2,"c"\n',
    'single quotes': "id;t\r1;'a;b'\r2;'O''Hara'\r",
    'a column with blank lines': 'a\n1\n\n\n2\n\n',
    comments: '#one\nid,n\n#two\n1,2\n#three',
  };
  const options = { comment: '#' };

  test.each(Object.entries(texts))('in %s', async (_, text) => {
    const bytes = new TextEncoder().encode(text);
    const whole = summary(await read(bytes, options));
    expect(whole.cells.length).toBeGreaterThan(0);
    for (let size = 1; size <= bytes.length; size++) {
      expect(summary(await read(bytes, options, size))).toEqual(whole);
    }
  });

  test.each(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])('in %s, with a mark', async (encoding) => {
    const { blob } = await write(
      ['näme', 'b'],
      [
        ['€uro', '1'],
        ['“q”\n', 'ÿ'],
      ],
      { encoding, byteOrderMark: true },
    );
    const bytes = await bytesOf(blob);
    const whole = summary(await read(bytes));
    expect(whole.cells).toEqual([
      ['€uro', '1'],
      ['“q”\n', 'ÿ'],
    ]);
    for (let size = 1; size <= bytes.length; size++)
      expect(summary(await read(bytes, {}, size))).toEqual(whole);
  });

  test('nor does a fault change its line', async () => {
    for (const text of ['a,b\n1,"x"y\n', 'a,b\r\n"1\r\n2",3\r\n4,"open\r\n', 'a,b\n1,2\n3,4,5\n']) {
      const lines = new Set<number | undefined>();
      for (let size = 1; size <= text.length; size++) {
        lines.add(
          await read(text, {}, size).then(
            () => -1,
            (error: { line?: number }) => error.line,
          ),
        );
      }
      expect([...lines]).toEqual([text.startsWith('a,b\r') ? 4 : text.includes('x') ? 2 : 3]);
    }
  });
});

describe('cells are exact, however the column is stored', () => {
  const column = (cell: fc.Arbitrary<string>) => fc.array(cell, { minLength: 1, maxLength: 60 });
  const quoted = (texts: readonly string[]): string =>
    `x,k\n${texts.map((text) => `"${text.replaceAll('"', '""')}",1\n`).join('')}`;

  test.each([
    ['numbers', numberText],
    ['numbers with decimal commas', numberText.map((text) => text.replace('.', ','))],
    ['money', fc.integer({ min: -1e6, max: 1e6 }).map((n) => `€ ${(n / 100).toFixed(2)}`)],
    ['grouped numbers', fc.integer().map((n) => n.toLocaleString('en'))],
    ['grouped with no-break spaces', fc.integer().map((n) => n.toLocaleString('fr').replace('-', '-'))],
    ['dates', dateText],
    ['texts', anyText.map(wellFormed)],
    ['a mixture', cellText.map(wellFormed)],
  ])('%s', async (_, cell) => {
    await fc.assert(
      fc.asyncProperty(column(cell), async (texts) => {
        const table = await read(quoted(texts), {
          delimiter: ',',
          quote: '"',
          escape: 'double',
          header: true,
          headerLine: 1,
          encoding: 'utf-8',
        });
        expect(cellsOf(table).map(([text]) => text)).toEqual(texts);
      }),
      { numRuns: 150 },
    );
  });
});
