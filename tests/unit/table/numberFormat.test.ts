import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectNumberFormat, markEvidence } from '../../../workers/table/numberDetection.ts';
import { formatNumber, parseNumber, plainFormat } from '../../../workers/table/numberFormat.ts';
import { NumberReader } from '../../../workers/table/numberReader.ts';
import type { NumberFormat } from '../../../workers/table/types.ts';

const german: NumberFormat = { decimalMark: ',', thousandsMark: '.', prefix: '', suffix: '' };
const dollars: NumberFormat = { decimalMark: '.', thousandsMark: ',', prefix: '$', suffix: '' };
const percent: NumberFormat = { decimalMark: ',', thousandsMark: '', prefix: '', suffix: ' %' };
const french: NumberFormat = { decimalMark: ',', thousandsMark: '\u202f', prefix: '', suffix: ' €' };
const padded: NumberFormat = { decimalMark: '.', thousandsMark: '', prefix: ' ', suffix: '' };

describe('formatNumber', () => {
  test.each<[number, number, boolean, NumberFormat, string]>([
    [1234.5, 2, true, german, '1.234,50'],
    [-1234.5, 2, true, dollars, '-$1,234.50'],
    [2.5, 2, false, plainFormat, '2.5'],
    [2, 2, false, plainFormat, '2'],
    [100, 0, false, plainFormat, '100'],
    [12, 1, true, percent, '12,0 %'],
    [1234567, 0, true, french, '1\u202f234\u202f567 €'],
    [-5, 0, true, padded, ' -5'],
    [-0.001, 2, true, plainFormat, '0.00'],
    [999, 0, true, dollars, '$999'],
    [1e21, 0, true, plainFormat, '1000000000000000000000'],
    [1.5e22, 1, true, dollars, '$15,000,000,000,000,000,000,000.0'],
  ])('%d with %d decimals, fixed %s', (value, decimals, fixed, format, text) => {
    expect(formatNumber(value, decimals, fixed, format)).toBe(text);
  });
});

describe('parseNumber', () => {
  test.each<[string, NumberFormat, number]>([
    ['1.234,56', german, 1234.56],
    ['1234,56', german, 1234.56],
    ['-12,00', german, -12],
    ['1.5e3', plainFormat, 1500],
    ['+7', plainFormat, 7],
    ['.5', plainFormat, 0.5],
    ['5.', plainFormat, 5],
    [' 8 ', plainFormat, 8],
    ['007', plainFormat, 7],
    ['\u22124', plainFormat, -4],
    ['($7,890.00)', dollars, -7890],
    ['-$12.34', dollars, -12.34],
    ['$-12.34', dollars, -12.34],
    ['12', dollars, 12],
    ['12 %', percent, 12],
  ])('%s', (text, format, value) => {
    expect(parseNumber(text, format)).toBe(value);
  });

  test.each([
    '',
    ' ',
    '-',
    '.',
    'e5',
    '1e400',
    'Infinity',
    'NaN',
    '0x1F',
    '1_000',
    '1 234',
    '1,2',
    '--1',
    '+-1',
    '1-',
    '(',
    '\u0663',
  ])('“%s” is no plain number', (text) => {
    expect(parseNumber(text, plainFormat)).toBeNaN();
  });

  test.each(['1.23,4', '12.3456', '1,2,3', '.123,4'])('“%s” has its marks in the wrong places', (text) => {
    expect(parseNumber(text, german)).toBeNaN();
  });
});

const formats = fc.constantFrom(plainFormat, german, dollars, percent, french, padded);

describe('NumberReader', () => {
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('every number formatted with up to 15 digits is read back exactly', () => {
    const number = fc.tuple(fc.maxSafeNat(), fc.nat({ max: 15 }), fc.boolean());
    fc.assert(
      fc.property(number, formats, ([digits, decimals, negative], format) => {
        const value = (digits % 1e15) / 10 ** decimals;
        const text = formatNumber(negative ? -value : value, decimals, true, format);
        const reader = new NumberReader(format);
        const bytes = bytesOf(text);
        const reading = reader.read(bytes, 0, bytes.length);
        if (reading === 'exact') {
          expect(formatNumber(reader.value, reader.decimals, true, format)).toBe(text);
          expect(reader.value).toBe(parseNumber(text, format));
        }
        const significant = text.replace(/\D/g, '').length;
        if (significant <= 15) expect(reading).toBe('exact');
      }),
      { numRuns: 2000 },
    );
  });

  test('whatever reads as exact is written back as it was', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789.,-$ %€\u202f'), maxLength: 24 });
    fc.assert(
      fc.property(text, formats, (cell, format) => {
        const reader = new NumberReader(format);
        const bytes = bytesOf(cell);
        if (reader.read(bytes, 0, bytes.length) !== 'exact') return;
        expect(formatNumber(reader.value, reader.decimals, true, format)).toBe(cell);
      }),
      { numRuns: 5000 },
    );
  });

  test('shortest spellings of doubles with 16 and 17 digits are exact', () => {
    for (const text of [
      '0.30000000000000004',
      '0.1234567890123456',
      '2.718281828459045',
      '123456.7890123456',
    ]) {
      const reader = new NumberReader(plainFormat);
      const bytes = bytesOf(text);
      expect(reader.read(bytes, 0, bytes.length)).toBe('exact');
      expect(formatNumber(reader.value, reader.decimals, true, plainFormat)).toBe(text);
    }
  });

  test.each(['02134', '00', '1234567890123456', '99999999999999999999'])('%s is a code', (text) => {
    const bytes = bytesOf(text);
    expect(new NumberReader(plainFormat).read(bytes, 0, bytes.length)).toBe('code');
  });

  test.each([
    '',
    '-',
    '-0',
    '-0.00',
    '+7',
    '1e5',
    '.5',
    '5.',
    '1,5',
    ' 8',
    '1.123456789012345678901',
    '0x10',
  ])('“%s” is not stored as a number', (text) => {
    const bytes = bytesOf(text);
    expect(new NumberReader(plainFormat).read(bytes, 0, bytes.length)).toBe('other');
  });
});

describe('detectNumberFormat', () => {
  const neutral = { decimalComma: false, decimalPoint: false, delimiter: ',' };
  const formatOf = (texts: string[], evidence = neutral) => detectNumberFormat(texts, evidence)?.format;

  test.each<[string[], NumberFormat]>([
    [['1', '22', '333'], plainFormat],
    [['1.5', '22.75'], plainFormat],
    [['70,5', '68,0'], { ...german, thousandsMark: '' }],
    [['1.234,56', '-12,00', '0,99'], german],
    [['1,234', '12,345.67'], { ...dollars, prefix: '' }],
    [['$1,234.56', '-$12.34', '$5.00'], dollars],
    [['12 %', '7 %'], { ...plainFormat, suffix: ' %' }],
    [['1 234', '12', '1 234 567'], { ...plainFormat, thousandsMark: ' ' }],
    [["1'234.50", '12.00'], { ...plainFormat, thousandsMark: "'" }],
    [['€ 3.50', '€ 12.00'], { ...plainFormat, prefix: '€ ' }],
    [['70 kg', '80 kg'], { ...plainFormat, suffix: ' kg' }],
    [[' 5', ' -7'], padded],
  ])('%j', (texts, format) => {
    expect(formatOf(texts)).toEqual(format);
  });

  test('three digits after a mark follow the delimiter and the other columns', () => {
    expect(formatOf(['1,234', '5,678'])?.decimalMark).toBe('.');
    expect(formatOf(['1,234', '5,678'], { ...neutral, delimiter: ';' })?.decimalMark).toBe(',');
    expect(formatOf(['1.234', '5.678'], { ...neutral, delimiter: ';' })?.decimalMark).toBe('.');
    expect(formatOf(['1.234', '5.678'], { ...neutral, decimalComma: true })?.decimalMark).toBe(',');
    expect(
      formatOf(['1,234', '5,678'], { ...neutral, delimiter: ';', decimalPoint: true })?.decimalMark,
    ).toBe('.');
  });

  test('codes among the texts forbid a number column', () => {
    expect(formatOf(['02134', '10001'])).toBeUndefined();
    expect(formatOf(['1234567890123456', '2'])).toBeUndefined();
  });

  test('evidence comes only from columns with one meaning', () => {
    expect(markEvidence([['1.234', '2.345']], ';')).toMatchObject({
      decimalComma: false,
      decimalPoint: false,
    });
    expect(markEvidence([['1.234'], ['70,5']], ';')).toMatchObject({
      decimalComma: true,
      decimalPoint: false,
    });
    expect(
      markEvidence(
        [
          ['1', '2'],
          ['x', 'y'],
        ],
        ',',
      ),
    ).toMatchObject({ decimalComma: false, decimalPoint: false });
    expect(markEvidence([['17.49', '18.5']], ';')).toMatchObject({ decimalPoint: true });
  });
});
