import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { replaceCells, type CellTexts } from '../../../workers/table/replaceCells.ts';
import type { ReadOptions } from '../../../workers/table/types.ts';
import { bytesOf, cellsOf, read, type Content } from './reading.ts';

interface Edit {
  readonly columns: readonly string[];
  readonly text: CellTexts['text'];
  readonly blockRows?: number;
  readonly options?: ReadOptions;
  readonly chunkBytes?: number;
  readonly escapeFormulas?: boolean;
}

/** The file with some cells replaced, rows told in blocks. */
async function replaced(
  content: Content,
  { columns, text, blockRows = 1000, options = {}, chunkBytes, escapeFormulas = false }: Edit,
): Promise<Uint8Array> {
  async function* blocks(): AsyncGenerator<CellTexts> {
    for (let from = 0; ; from += blockRows) {
      yield { rows: blockRows, text: (row, column) => text(from + row, column) };
    }
  }
  const control = new RunControl();
  try {
    const hooks = { control, escapeFormulas, ...(chunkBytes && { chunkBytes }) };
    return await bytesOf(await replaceCells(new Blob([content]), options, columns, blocks(), hooks));
  } finally {
    control.close();
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const edited = async (content: Content, edit: Edit): Promise<string> => textOf(await replaced(content, edit));

/** Replaces the cells of one row. */
const inRow =
  (wanted: number, texts: readonly (string | undefined)[]): CellTexts['text'] =>
  (row, column) =>
    row === wanted ? texts[column] : undefined;

describe('a file with cells replaced', () => {
  it.each<[string, Content, string]>([
    [
      'mixed quoting',
      '"a",b,c\n1,"x",\'q\'\n"2",,"z ""q"" z"\n',
      '"a",b,c\n1,"x",\'q\'\n"2",new,"z ""q"" z"\n',
    ],
    ['mixed line ends and none at the end', 'a,b,c\r\n1,2,3\n4,,6', 'a,b,c\r\n1,2,3\n4,new,6'],
    ['blank lines', '\n\na,b,c\n1,2,3\n\n4,,6\n\n\n', '\n\na,b,c\n1,2,3\n\n4,new,6\n\n\n'],
    ['blanks around cells', 'a,b,c\n 1 , 2 ,3\n4, "",6\n', 'a,b,c\n 1 , 2 ,3\n4, "new",6\n'],
    ['a byte order mark', '\ufeffa,b,c\n1,2,3\n4,,6\n', '\ufeffa,b,c\n1,2,3\n4,new,6\n'],
    ['an empty cell in quotes', 'a,b,c\n1,2,3\n4,"",6\n', 'a,b,c\n1,2,3\n4,"new",6\n'],
    ['a word for missing', 'a,b,c\n1,2,3\n4,NA,6\n', 'a,b,c\n1,2,3\n4,new,6\n'],
    ['surplus empty cells', 'a,b,c\n1,2,3\n4,,6,,\n', 'a,b,c\n1,2,3\n4,new,6,,\n'],
    ['a short row', 'a,b,c\n1,2,3\n4\n7,8,9\n', 'a,b,c\n1,2,3\n4,new\n7,8,9\n'],
    ['another delimiter', 'sep=;\na;b;c\n1;2;3\n4;;6\n', 'sep=;\na;b;c\n1;2;3\n4;new;6\n'],
    ['line breaks in cells', 'a,b,c\n1,"2\n2",3\n"4\r\n",,6\n', 'a,b,c\n1,"2\n2",3\n"4\r\n",new,6\n'],
  ])('keeps every other byte: %s', async (_, content, expected) => {
    for (const chunkBytes of [1, 7, 100_000])
      for (const blockRows of [1, 1000]) {
        const edit = { columns: ['b'], text: inRow(1, ['new']), chunkBytes, blockRows };
        expect(await edited(content, edit)).toBe(expected);
      }
  });

  it('lengthens a short row up to the last cell that is filled', async () => {
    const content = 'a,b,c,d\n1,2,3,4\n5\n6,7\n';
    const edit = { columns: ['c', 'b'], text: inRow(1, ['C', undefined]) };
    expect(await edited(content, edit)).toBe('a,b,c,d\n1,2,3,4\n5,,C\n6,7\n');
    const both = { columns: ['d', 'b'], text: inRow(2, ['D', 'B']) };
    expect(await edited(content, both)).toBe('a,b,c,d\n1,2,3,4\n5\n6,B,,D\n');
  });

  it('quotes and escapes what needs it, in quotes that are there too', async () => {
    const text = inRow(0, ['x,"y"', 'x,"y"']);
    expect(await edited('a,b\n,""\n1,2\n', { columns: ['a', 'b'], text })).toBe(
      'a,b\n"x,""y""","x,""y"""\n1,2\n',
    );
    const formula = { columns: ['b'], text: inRow(0, ['=1+1']) };
    expect(await edited('a,b\n1,\n', { ...formula, escapeFormulas: true })).toBe("a,b\n1,'=1+1\n");
    expect(await edited('a,b\n1,\n', formula)).toBe('a,b\n1,=1+1\n');
  });

  it('keeps comments, and files without a header', async () => {
    const commented = { columns: ['b'], text: inRow(1, ['new']), options: { comment: '#' } };
    expect(await edited('a,b\n1,2\n# 3,4\n5,\n', commented)).toBe('a,b\n1,2\n# 3,4\n5,new\n');
    const bare = { columns: ['column_2'], text: inRow(0, ['9']), options: { header: false } };
    expect(await edited('1,\n3,4\n', bare)).toBe('1,9\n3,4\n');
  });

  it('is written in its own encoding, to the byte', async () => {
    const utf16 = (text: string): Uint8Array<ArrayBuffer> => {
      const units = Uint16Array.from(text, (letter) => letter.charCodeAt(0));
      return new Uint8Array(units.buffer);
    };
    const [before, after] = ['\ufeffa,b\nä,\nö,y\n', '\ufeffa,b\nä,ü\nö,y\n'];
    const edit = { columns: ['b'], text: inRow(0, ['ü']) };
    for (const chunkBytes of [1, 3, 1000]) {
      expect(await replaced(utf16(before), { ...edit, chunkBytes })).toEqual(utf16(after));
      const latin = Uint8Array.from([0x61, 0x2c, 0x62, 10, 0xe4, 0x2c, 10, 0x80, 0x2c, 0x79, 10]);
      const filled = Uint8Array.from([0x61, 0x2c, 0x62, 10, 0xe4, 0x2c, 0xfc, 10, 0x80, 0x2c, 0x79, 10]);
      expect(await replaced(latin, { ...edit, chunkBytes })).toEqual(filled);
    }
  });

  it('is refused where its encoding could not be kept', async () => {
    const latin = Uint8Array.from([0x61, 0x2c, 0x62, 10, 0xe4, 0x2c, 10, 0x80, 0x2c, 0x79, 10]);
    const edit = { columns: ['b'], text: inRow(0, ['ł']) };
    await expect(replaced(latin, edit)).rejects.toMatchObject({ code: 'bad-file', hint: /UTF-8/ });
    const options = { encoding: 'utf-8' };
    await expect(replaced(latin, { ...edit, options })).rejects.toMatchObject({ code: 'bad-file' });
  });

  it('differs in the replaced cells alone, whatever cells there are', async () => {
    const cell = fc.constantFrom('', '', 'x', '1', 'NA', '"q, ""r"""', '""', ' y ', '"two\nlines"');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 40 }),
        async (rows, newline, chunkBytes) => {
          // The first and last cells are never empty, so that no line is blank.
          const lines = rows.map(([a, b, c], i) => [`k${i}`, a, b, c, `e${i}`].join(','));
          const content = ['first,a,b,c,last', ...lines].join(newline) + newline;
          const text: CellTexts['text'] = (row, column) => {
            const raw = rows[row]?.[column];
            return raw === '' || raw === '""' || raw === 'NA' ? `new ${row}` : undefined;
          };
          const columns = ['a', 'b', 'c'];
          const output = await edited(content, { columns, text, chunkBytes, blockRows: 3 });
          const filled = (raw: string, row: number): string =>
            raw === '""' ? `"new ${row}"` : raw === '' || raw === 'NA' ? `new ${row}` : raw;
          const expected = rows.map((cells, i) =>
            [`k${i}`, ...cells.map((raw) => filled(raw, i)), `e${i}`].join(','),
          );
          expect(output).toBe(['first,a,b,c,last', ...expected].join(newline) + newline);
          expect(cellsOf(await read(output))).toHaveLength(rows.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
