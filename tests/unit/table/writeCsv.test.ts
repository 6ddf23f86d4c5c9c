import { describe, expect, test } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { CsvWriter, writeCsv } from '../../../workers/table/writeCsv.ts';
import { bytesOf, cellsOf, defaultDialect, read, write } from './reading.ts';

const textOf = async (...args: Parameters<typeof write>): Promise<string> =>
  (await write(...args)).blob.text();

describe('dialect', () => {
  test('delimiter, line ends and header are those of the dialect', async () => {
    expect(await textOf(['a', 'b'], [['1', 'x;y']], { delimiter: ';', newline: '\r\n' })).toBe(
      'a;b\r\n1;"x;y"\r\n',
    );
    expect(await textOf(['a', 'b'], [['1', '2']], { header: false, newline: '\r' })).toBe('1,2\r');
  });

  test('only what must be quoted is', async () => {
    expect(await textOf(['a'], [['x y'], ['say "hi"'], ['l\nm'], ['']])).toBe(
      'a\nx y\n"say ""hi"""\n"l\nm"\n""\n',
    );
    expect(await textOf(['a', 'b'], [['', '']])).toBe('a,b\n,\n');
  });

  test('all texts, or everything, quoted as in the file', async () => {
    const cells = [
      ['x', '-1.5', '', '$5'],
      ['2', '2024-01-01', 'y', '7%'],
    ];
    const names = ['a', 'b', 'c', 'd'];
    expect(await textOf(names, cells, { quotesAllText: true })).toBe(
      '"a","b","c","d"\n"x",-1.5,,$5\n2,"2024-01-01","y",7%\n',
    );
    expect(await textOf(names, cells, { quotesAllText: true, quotesEverything: true })).toBe(
      '"a","b","c","d"\n"x","-1.5",,"$5"\n"2","2024-01-01","y","7%"\n',
    );
  });

  test('backslash escapes and single quotes', async () => {
    expect(await textOf(['a', 'b'], [["it's, \\", 'C:\\x']], { quote: "'", escape: 'backslash' })).toBe(
      "a,b\n'it\\'s, \\\\',C:\\x\n",
    );
  });

  test('a first cell like a comment is quoted', async () => {
    expect(await textOf(['a', 'b'], [['#1', '#2']], { comment: '#' })).toBe('a,b\n"#1",#2\n');
  });
});

describe('formulas', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+44 20 7946', "'+44 20 7946"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['\tx', "'\tx"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['-5', '-5'],
    ['-1.5e-7', '-1.5e-7'],
    ['-$12.34', '-$12.34'],
    ['+7', '+7'],
    ['-', '-'],
    ['--', '--'],
    ['a=b', 'a=b'],
  ])('%s is written as %s', async (cell, written) => {
    expect(await textOf(['x', 'y'], [[cell, '1']], {}, true)).toBe(`x,y\n${written},1\n`);
  });

  test('a carriage return does not hide a formula', async () => {
    expect(await textOf(['x', 'y'], [['\r=1', '1']], {}, true)).toBe('x,y\n"\'\r=1",1\n');
  });

  test('names are guarded too, and nothing is when switched off', async () => {
    expect(await textOf(['=x'], [['=1']], {}, true)).toBe("'=x\n'=1\n");
    expect(await textOf(['=x'], [['=1']], {}, false)).toBe('=x\n=1\n');
  });
});

describe('encoding', () => {
  const marks = { 'utf-8': [0xef, 0xbb, 0xbf], 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] };

  test.each(Object.entries(marks))('%s writes its mark when the file had one', async (encoding, mark) => {
    const marked = await bytesOf((await write(['a'], [['é𝄞']], { encoding, byteOrderMark: true })).blob);
    const bare = await bytesOf((await write(['a'], [['é𝄞']], { encoding })).blob);
    expect([...marked]).toEqual([...mark, ...bare]);
    expect(new TextDecoder(encoding).decode(bare)).toBe('a\né𝄞\n');
  });

  test('every character of Windows-1252 is one byte and comes back', async () => {
    const bytes128 = Uint8Array.from({ length: 128 }, (_, i) => 128 + i);
    const all = new TextDecoder('windows-1252').decode(bytes128, { stream: true });
    const { blob, encoding, notices } = await write(['a'], [[all]], { encoding: 'windows-1252' });
    expect(encoding).toBe('windows-1252');
    expect(notices).toEqual([]);
    expect(blob.size).toBe(2 + 128 + 1);
    expect(cellsOf(await read(await bytesOf(blob)))).toEqual([[all]]);
  });

  test('a character Windows-1252 lacks turns the whole file to UTF-8, with a mark and a notice', async () => {
    const control = new RunControl();
    const writer = new CsvWriter({ ...defaultDialect, encoding: 'windows-1252' }, { escapeFormulas: false });
    const block = (text: string) => [{ name: 'a', text: () => text }];
    await writer.write(block('€é'), 200_000, { control });
    await writer.write(block('☃'), 1, { control });
    await writer.write(block('é'), 2, { control });
    const { blob, encoding, notices } = await writer.finish({ control });
    control.close();
    expect(encoding).toBe('utf-8');
    expect(notices).toHaveLength(1);
    const bytes = await bytesOf(blob);
    expect([...bytes.subarray(0, 3)]).toEqual(marks['utf-8']);
    expect(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toBe(
      `a\n${'€é\n'.repeat(200_000)}☃\né\né\n`,
    );
  });

  test('an encoding that cannot be written becomes UTF-8 and says so', async () => {
    const { encoding, notices } = await write(['a'], [['名']], { encoding: 'shift_jis' });
    expect(encoding).toBe('utf-8');
    expect(notices[0].message).toContain('shift_jis');
  });
});

describe('a run', () => {
  const columns = [{ name: 'a', text: (row: number) => `text ${row}` }];

  test('blocks written one after the other are one file with one header', async () => {
    const control = new RunControl();
    const writer = new CsvWriter(defaultDialect, { escapeFormulas: false });
    for (let i = 0; i < 3; i++) await writer.write([{ name: 'a', text: () => String(i) }], 2, { control });
    expect(await (await writer.finish({ control })).blob.text()).toBe('a\n0\n0\n1\n1\n2\n2\n');
    control.close();
  });

  test('tells progress and can be cancelled', async () => {
    const control = new RunControl();
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    await writeCsv(columns, 200_000, defaultDialect, { escapeFormulas: true }, { control, onProgress });
    expect(shares.length).toBeGreaterThan(3);
    expect(shares.at(-1)).toBe(1);
    const stopping = writeCsv(
      columns,
      200_000,
      defaultDialect,
      { escapeFormulas: true },
      {
        control,
        onProgress: () => control.stop('discard'),
      },
    );
    await expect(stopping).rejects.toMatchObject({ code: 'stopped' });
    control.close();
  });
});
