import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import type { ColumnSchema } from '../../../workers/schema/types.ts';
import { count, propose, readText, repeat } from './tables.ts';

const numbers = count(200, (i) => String((i * 37) % 91));

describe('missing tokens', () => {
  for (const word of [
    '',
    'NA',
    'N/A',
    'null',
    'NaN',
    '?',
    '-',
    '.',
    'none',
    'missing',
    '#N/A',
    '\\N',
    '  ',
    'N',
    'Unknown',
  ]) {
    it(`“${word}” among numbers means missing`, async () => {
      const entry = await propose('amount', [...numbers, ...repeat([word], 9)]);
      expect(entry.kind).toBe('integer');
      expect(entry.missingTokens).toEqual([word]);
    });
  }

  for (const word of ['None', 'unknown', 'Other', 'Na']) {
    it(`“${word}” among categories stays a category`, async () => {
      const entry = await propose('finding', repeat(['mild', 'severe', word, 'mild'], 40));
      expect(entry.category?.categories).toContain(word);
      expect(entry.missingTokens).toEqual([]);
    });
  }

  for (const word of ['', 'NA', '?', 'n/a', 'NULL']) {
    it(`“${word}” among categories means missing`, async () => {
      const entry = await propose('finding', repeat(['mild', 'severe', word, 'mild'], 40));
      expect(entry.category?.categories).toEqual(['mild', 'severe']);
      expect(entry.missingTokens).toEqual([word]);
    });
  }

  it('the most common one comes first', async () => {
    const entry = await propose('amount', [...numbers, ...repeat(['NA'], 3), ...repeat(['?'], 8)]);
    expect(entry.missingTokens).toEqual(['?', 'NA']);
  });

  it('NA beside two-letter codes is a code', async () => {
    const codes = ['NA', 'DE', 'NL', 'FR', 'BE', 'ES', 'PT', 'IT', 'AT', 'CH', 'PL', 'CZ'];
    const entry = await propose('land', repeat(codes, 20));
    expect(entry.category?.categories).toContain('NA');
  });

  it('- beside + is a result', async () => {
    const entry = await propose('test', repeat(['+', '-', '-'], 30));
    expect(entry.kind).toBe('boolean');
    expect(entry.category?.categories).toEqual(['-', '+']);
  });

  for (const code of ['-9', '-99', '-999', '9999', '-1']) {
    it(`the sentinel ${code} far from all other numbers means missing and leaves the bounds`, async () => {
      const entry = await propose('amount', [
        ...numbers.map((cell) => String(Number(cell) + 1)),
        ...repeat([code], 30),
      ]);
      expect(entry.missingTokens).toEqual([code]);
      expect(entry.number).toMatchObject({ min: 1, max: 91 });
    });
  }

  it('negative numbers that are no codes are kept', async () => {
    const entry = await propose(
      'balance',
      count(300, (i) => String(((i * 53) % 120) - 40)),
    );
    expect(entry.missingTokens).toEqual([]);
    expect(entry.number).toMatchObject({ min: -40, max: 79 });
  });

  it('9999-12-31 among dates means missing', async () => {
    const days = count(90, (i) => `2024-0${1 + (i % 9)}-1${i % 7}`);
    const entry = await propose('left', [...days, ...repeat(['9999-12-31'], 10)]);
    expect(entry.missingTokens).toEqual(['9999-12-31']);
    expect(entry.datetime?.max).toBeLessThan(Date.UTC(2025, 0, 1));
  });
});

describe('numbers', () => {
  const kinds: readonly (readonly [string, string, readonly string[], ColumnSchema['kind']])[] = [
    [
      'codes with leading zeros are no numbers',
      'zip',
      count(400, (i) => String(i * 17).padStart(5, '0')),
      'identifier',
    ],
    [
      '19-digit numbers are no numbers',
      'account',
      count(99, (i) => `12345678901234${10_000 + i * 7}`),
      'identifier',
    ],
    ['exponents are numbers', 'volume', count(60, (i) => `${1 + (i % 9)}e+0${2 + (i % 5)}`), 'integer'],
    [
      'yyyymmdd is a date',
      'day',
      count(60, (i) => `2024${String(1 + (i % 12)).padStart(2, '0')}${10 + (i % 18)}`),
      'datetime',
    ],
    [
      'decimal commas are numbers',
      'price',
      count(90, (i) => `${i},${String(i % 100).padStart(2, '0')}`),
      'decimal',
    ],
    ['0 and 1 are a boolean', 'ill', repeat(['0', '1', '0'], 30), 'boolean'],
    [
      'a scale of 1 to 5 around its middle is a category',
      'mood',
      repeat(['3', '4', '3', '2', '5', '1', '3', '4'], 30),
      'category',
    ],
    [
      'a count that falls off from 0 is an integer',
      'kids',
      repeat(['0', '0', '0', '0', '1', '1', '2'], 30),
      'integer',
    ],
    ['few numbers of a quantity are an integer', 'weekly_hours', repeat(['38', '20', '16'], 50), 'integer'],
    [
      'few numbers of a nominal thing are a category',
      'region',
      repeat(['11', '12', '31', '44'], 50),
      'category',
    ],
    [
      'unique numbers of a key are an identifier',
      'customerID',
      count(99, (i) => String(((i * 7919) % 90_001) + 10_000)),
      'identifier',
    ],
    ['row numbers are an identifier', 'x1', count(99, (i) => String(i + 1)), 'identifier'],
    ['one year a row is no identifier', 'year', count(99, (i) => String(1900 + i)), 'integer'],
    ['one number throughout is a constant', 'release', repeat(['7'], 30), 'constant'],
    [
      'times since 1970 are no identifier',
      'unix_time',
      count(99, (i) => String(1_700_000_000 + i * 61)),
      'integer',
    ],
  ];
  for (const [property, name, cells, kind] of kinds) {
    it(property, async () => {
      const entry = await propose(name, cells);
      expect(entry.kind).toBe(kind);
      expect(entry.reason).toMatch(/^[A-Z].*\.$/);
      expect(entry.confidence).toBeGreaterThan(0);
      expect(entry.confidence).toBeLessThanOrEqual(1);
    });
  }

  it('how numbers are written is found', async () => {
    const written = async (cells: readonly string[]) => (await propose('price', cells)).number;
    const sequence = (digits: (i: number) => string): string[] => count(90, digits);
    expect(await written(sequence((i) => (i / 4).toFixed(2)))).toMatchObject({
      decimals: 2,
      fixedDecimals: true,
    });
    expect(await written(sequence((i) => String(i / 4)))).toMatchObject({
      decimals: 2,
      fixedDecimals: false,
    });
    const python = (i: number): string => (Number.isInteger(i / 4) ? `${i / 4}.0` : String(i / 4));
    expect(await written(sequence(python))).toMatchObject({
      decimals: 2,
      fixedDecimals: false,
      minDecimals: 1,
    });
    expect(await written(sequence((i) => `$${i}.50`))).toMatchObject({ format: { prefix: '$' } });
  });

  it('dust of binary floats is no precision', async () => {
    const entry = await propose(
      'latitude',
      count(90, (i) => (i % 3 === 0 ? '49.159046999999994' : `${i}.123456`)),
    );
    expect(entry.number?.decimals).toBe(6);
  });
});

describe('a schema can be proposed for any table', () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '',
      'NA',
      '-',
      '0',
      '1',
      '2024-01-31',
      '31.12.1999',
      '1e5',
      '007',
      '9999',
      'a@b.c',
      '\u00a0',
      '+',
      '1,5',
    ),
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  );
  const name = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('id', 'zip', 'Name', 'phone', 'comment', 'age'),
  );

  it('of random cells', async () => {
    const table = fc.record({ name, cells: fc.array(cell, { minLength: 1, maxLength: 40 }) });
    await fc.assert(
      fc.asyncProperty(table, async ({ name: header, cells }) => {
        const clean = cells.map((text) => text.replace(/[\r\n\0]/g, ' '));
        const entry = await propose(header.replace(/[\r\n\0"]/g, ' ') || 'x', clean);
        expect(entry.reason).not.toBe('');
      }),
      { numRuns: 150 },
    );
  });

  const shapes: readonly (readonly [string, string])[] = [
    ['of one row', 'a,b\n1,x\n'],
    ['of one column', 'a\n1\n2\n3\n'],
    ['of a constant', 'a,b\n1,x\n1,x\n1,x\n'],
    ['all missing', 'a,b\n,NA\n,NA\n,NA\n'],
    ['of empty cells beside values', 'a,b\n,\n3,\n,\n'],
  ];
  for (const [property, text] of shapes) {
    it(property, async () => {
      const { columns } = inferSchema(await readText(text));
      expect(columns.length).toBeGreaterThan(0);
      for (const entry of columns) expect(entry.confidence).toBeGreaterThan(0);
    });
  }

  it('without rows', () => {
    const dialect = {
      encoding: 'utf-8',
      byteOrderMark: false,
      delimiter: ',',
      quote: '"',
      escape: 'double',
    } as const;
    const rest = { newline: '\n', header: true, preambleLines: 0, quotesAllText: false } as const;
    const format = { decimalMark: '.', thousandsMark: '', prefix: '', suffix: '' } as const;
    const values = new Float64Array();
    const forms = new Uint8Array();
    const { columns } = inferSchema({
      rows: 0,
      columns: [
        { storage: 'number', name: 'a', values, forms, tokens: [], format },
        { storage: 'text', name: 'b', codes: new Int32Array(), dictionary: [], deduplicated: true },
        {
          storage: 'datetime',
          name: 'c',
          values,
          forms,
          tokens: [],
          pattern: 'yyyy-MM-dd',
          ambiguousDayMonth: false,
        },
      ],
      dialect: { ...dialect, ...rest },
      notices: [],
      bytes: 0,
      sha256: '',
    });
    expect(columns.map(({ kind }) => kind)).toEqual(['constant', 'constant', 'constant']);
  });
});
