import { describe, expect, test } from 'vitest';
import { columnNames } from '../../../workers/table/header.ts';
import { cellsOf, defaultDialect, namesOf, read, refusal, write, bytesOf } from './reading.ts';

const rows = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('delimiter', () => {
  test.each([
    ['decimal commas without a header', ['1;70,5', '2;68,0', '3;71,2'], ';'],
    ['decimal commas with a header', ['id;weight', '1;70,5', '2;68,0'], ';'],
    ['times', ['when,what', '12:30,a', '13:45,b'], ','],
    ['times without a header', ['1,12:30', '2,13:45'], ','],
    ['a comma in every name', ['name\tage', 'Smith, J\t5', 'Doe, A\t7'], '\t'],
    ['many columns against one stray mark', ['a;b;c;d;e,f', '1;2;3;4;x,y', '5;6;7;8;z,w'], ';'],
    ['quoted cells with another mark inside', ['a,b', '"x;y",1', '"z;w",2'], ','],
  ])('%s', async (_, lines, delimiter) => {
    expect((await read(rows(lines))).dialect.delimiter).toBe(delimiter);
  });

  test.each([
    [['a;b,c', '1;2,3'], /comma or semicolon/],
    [['a|b;c', 'd|e;f'], /semicolon or bar/],
  ])('%j: asks instead of guessing, and names the choices', async (lines, names) => {
    const error = await refusal(rows(lines));
    expect(error.message).toMatch(names);
    expect(error.hint).toMatch(names);
    expect((await read(rows(lines), { delimiter: lines[0][1] })).columns).toHaveLength(2);
  });

  test('one column of sentences with stray commas is refused, not torn apart', async () => {
    const lines = ['text', 'hello', 'you, too'];
    expect(await refusal(rows(lines))).toMatchObject({ code: 'bad-file', line: 3 });
    expect((await read(rows(lines), { delimiter: '\t' })).columns).toHaveLength(1);
  });

  test('whatever the person chose is taken', async () => {
    const table = await read(rows(['a;b,c', '1;2,3']), { delimiter: '|' });
    expect(table.dialect.delimiter).toBe('|');
    expect(cellsOf(table)).toEqual([['1;2,3']]);
  });

  test.each(['', ',,', 'é', '"', '\n', '\\'])('“%s” cannot be a delimiter', async (delimiter) => {
    expect(await refusal('a,b\n1,2\n', { delimiter })).toMatchObject({ code: 'bad-settings' });
  });
});

describe('quotes', () => {
  test('an apostrophe at the start of words is no quote', async () => {
    const table = await read(rows(['a,b', "'tis,1", "'twas,2", "rock 'n' roll,3"]));
    expect(table.dialect.quote).toBe('"');
    expect(cellsOf(table)[0][0]).toBe("'tis");
  });

  test('backslashes in Windows paths escape nothing', async () => {
    const table = await read(rows(['a,b', '"C:\\temp\\",1', '"D:\\",2']));
    expect(table.dialect.escape).toBe('double');
    expect(cellsOf(table)[0][0]).toBe('C:\\temp\\');
  });

  test.each([
    [['a,b', '"x",1', '"y",2'], false, false],
    [['"a","b"', '"x",1', '"y",2'], true, false],
    [['"a","b"', '"x","1"', '"y","2"'], true, true],
    [['a,b', '"x,",1', 'y,2'], false, false],
  ])('%j: quotes all texts %s, everything %s', async (lines, texts, everything) => {
    const { dialect } = await read(rows(lines));
    expect(dialect.quotesAllText).toBe(texts);
    expect(dialect.quotesEverything).toBe(everything);
  });
});

describe('header', () => {
  test.each([
    [['name,age', 'Ann,3'], true],
    [['Ann,3', 'Bob,4'], false],
    [['Year,2000,2001,2002', 'a,1,2,3'], true],
    [['1,2,3', '4,5,6'], false],
    [['2020-01-01,a', '2020-01-02,b'], false],
    [['a,b', 'c,d'], true],
    [['id,2', 'x,y'], true],
  ])('%j: %s', async (lines, header) => {
    const table = await read(rows(lines));
    expect(table.dialect.header).toBe(header);
    expect(table.rows).toBe(header ? lines.length - 1 : lines.length);
    const told = await read(rows(lines), { header: !header });
    expect(told.rows).toBe(header ? lines.length : lines.length - 1);
  });

  test('names are unique, keep their order and never take a name of the file', () => {
    expect(columnNames(['a', 'a', 'a_2', '', 'column_4', 'a', '']).names).toEqual([
      'a',
      'a_3',
      'a_2',
      'column_4_2',
      'column_4',
      'a_4',
      'column_7',
    ]);
  });

  test('names that break objects used as maps are names like others', async () => {
    const names = ['__proto__', 'constructor', 'toString', '__proto__'];
    const table = await read(rows([names.join(','), '1,2,3,4']));
    expect(namesOf(table)).toEqual(['__proto__', 'constructor', 'toString', '__proto___2']);
  });

  test('a sparse first row of values is no title', async () => {
    const table = await read(rows(['1,,,,', '2,3,4,5,6', '7,8,9,1,2']));
    expect(table.rows).toBe(3);
  });

  test('the header line can be given', async () => {
    const table = await read(rows(['a,b', 'x,y', '1,2']), { headerLine: 2 });
    expect(namesOf(table)).toEqual(['x', 'y']);
    expect(await refusal('a,b\n1,2\n', { headerLine: 9 })).toMatchObject({ code: 'bad-file', line: 9 });
    expect(await refusal('a,b\n1,2\n', { headerLine: 0 })).toMatchObject({ code: 'bad-settings' });
  });
});

describe('encoding', () => {
  const text = 'näme,b\nÄpfel,€\n';

  test.each(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])('%s is recognised', async (encoding) => {
    const { blob } = await write(['näme', 'b'], [['Äpfel', '€']], { encoding, byteOrderMark: true });
    const table = await read(await bytesOf(blob));
    expect(table.dialect.encoding).toBe(encoding);
    expect(table.dialect.byteOrderMark).toBe(encoding !== 'windows-1252');
    expect(cellsOf(table)).toEqual([['Äpfel', '€']]);
  });

  test.each(['utf-16le', 'utf-16be'])('%s without a mark is recognised by its NULs', async (encoding) => {
    const { blob } = await write(['name', 'b'], [['apple', '1']], { encoding });
    const table = await read(await bytesOf(blob));
    expect(table.dialect).toMatchObject({ encoding, byteOrderMark: false });
  });

  test('every malformed UTF-8 sequence is noticed', async () => {
    const malformed = [
      [0xc0, 0x80],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xf0, 0x80, 0x80, 0x80],
      [0x80],
      [0xff],
      [0xc3],
      [0xe2, 0x82],
    ];
    for (const bytes of malformed) {
      const file = new Uint8Array([
        ...new TextEncoder().encode('a,b\n1,'),
        ...bytes,
        ...new TextEncoder().encode('\n'),
      ]);
      expect((await read(file)).dialect.encoding).toBe('windows-1252');
    }
    expect((await read('a,b\n1,\u07ff\u0800\ud7ff\uffff\u{10000}\u{10ffff}\n')).dialect.encoding).toBe(
      'utf-8',
    );
  });

  test('UTF-8 can be forced, and says what was lost', async () => {
    const table = await read(new Uint8Array([...new TextEncoder().encode('a,b\n1,x'), 0xff, 0x0a]), {
      encoding: 'utf8',
    });
    expect(cellsOf(table)).toEqual([['1', 'x\ufffd']]);
    expect(table.notices[0]).toMatchObject({ severity: 'warning', line: 2 });
  });

  test('an encoding that does not fit is refused, an unknown one named', async () => {
    expect(await refusal(new Uint8Array([0x61, 0x0a, 0x81, 0x0a]), { encoding: 'shift_jis' })).toMatchObject({
      code: 'bad-file',
    });
    expect(await refusal(text, { encoding: 'klingon' })).toMatchObject({ code: 'bad-settings' });
  });

  test.each([
    ['Excel', [0x50, 0x4b, 0x03, 0x04, 1, 2]],
    ['gzip', [0x1f, 0x8b, 8]],
    ['Parquet', [0x50, 0x41, 0x52, 0x31]],
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]],
    ['no text', [0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 5, 6, 0, 0]],
  ])('%s is refused by name', async (what, bytes) => {
    const error = await refusal(new Uint8Array(bytes));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain(what);
  });
});

test('sep= is a directive, also in quotes and after a mark', async () => {
  for (const text of ['sep=;\na;b\n1;2\n', '"sep=;"\na;b\n1;2\n', '\ufeffSEP=;\r\na;b\r\n1;2\r\n']) {
    const table = await read(text);
    expect(namesOf(table)).toEqual(['a', 'b']);
    expect(table.dialect).toMatchObject({ delimiter: ';', preambleLines: 1 });
    expect(table.notices).toEqual([]);
  }
});

test('a dialect that was read can be written', async () => {
  const table = await read('\ufeff"a";"b"\r\n"x y";1,5\r\n"";2,5\r\n');
  expect({ ...defaultDialect, ...table.dialect }).toMatchObject({
    delimiter: ';',
    newline: '\r\n',
    byteOrderMark: true,
    quotesAllText: true,
  });
});
