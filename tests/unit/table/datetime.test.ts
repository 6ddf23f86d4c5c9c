import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  daysFromCivil,
  daysInMonth,
  exchangeDayMonth,
  formatDatetime,
  parseDatetime,
} from '../../../workers/table/datetime.ts';
import { detectDatetime, isCompactDate } from '../../../workers/table/datetimeDetection.ts';

const patterns = [
  'yyyy-MM-dd',
  'dd.MM.yyyy',
  'd/M/yyyy',
  'MM/dd/yyyy hh:mm:ss a',
  "yyyy-MM-dd'T'HH:mm:ss'Z'",
  "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'+01:00'",
  'yyyy-MM-dd HH:mm:ss.SSS',
  'yyyyMMdd',
  'd MMM yyyy',
  'MMMM d, yyyy h:mm a',
  'dd-MMM-yyyy',
  'HH:mm',
  'H:mm:ss',
  'yyyy-MM',
  'dd.MM.yy',
  " yyyy-MM-dd 'o''clock'",
];

const instant = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2069-12-31'), noInvalidDate: true })
  .map((date) => date.getTime());

describe('patterns', () => {
  test.each(patterns)('%s: what is formatted parses, and formats to the same again', (pattern) => {
    fc.assert(
      fc.property(instant, (ms) => {
        const text = formatDatetime(ms, pattern);
        const value = parseDatetime(text, pattern);
        expect(value).not.toBeNaN();
        expect(formatDatetime(value, pattern)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['2024-02-29', 'yyyy-MM-dd', '2024-02-29T00:00:00Z'],
    ['31.12.1899', 'dd.MM.yyyy', '1899-12-31T00:00:00Z'],
    ['12/31/2023 12:05:00 AM', 'MM/dd/yyyy hh:mm:ss a', '2023-12-31T00:05:00Z'],
    ['12/31/2023 12:05:00 PM', 'MM/dd/yyyy hh:mm:ss a', '2023-12-31T12:05:00Z'],
    ['7 Mar 2021', 'd MMM yyyy', '2021-03-07T00:00:00Z'],
    ['05.06.69', 'dd.MM.yy', '2069-06-05T00:00:00Z'],
    ['05.06.70', 'dd.MM.yy', '1970-06-05T00:00:00Z'],
    ['23:59', 'HH:mm', '1970-01-01T23:59:00Z'],
    ['2023-05', 'yyyy-MM', '2023-05-01T00:00:00Z'],
    ['0001-01-01', 'yyyy-MM-dd', '0001-01-01T00:00:00Z'],
  ])('%s in %s', (text, pattern, iso) => {
    expect(parseDatetime(text, pattern)).toBe(Date.parse(iso));
    expect(formatDatetime(Date.parse(iso), pattern)).toBe(text);
  });

  test('microseconds survive', () => {
    const pattern = 'yyyy-MM-dd HH:mm:ss.SSSSSS';
    fc.assert(
      fc.property(fc.nat({ max: 999_999 }), fc.nat({ max: 2_000_000_000 }), (micros, seconds) => {
        const text = `${formatDatetime(seconds * 1000, 'yyyy-MM-dd HH:mm:ss')}.${String(micros).padStart(6, '0')}`;
        expect(formatDatetime(parseDatetime(text, pattern), pattern)).toBe(text);
      }),
    );
  });

  test.each([
    ['2023-02-29', 'yyyy-MM-dd'],
    ['2023-13-01', 'yyyy-MM-dd'],
    ['0000-00-00', 'yyyy-MM-dd'],
    ['2023-1-01', 'yyyy-MM-dd'],
    ['01/2/2023', 'd/M/yyyy'],
    ['24:00', 'HH:mm'],
    ['12:60', 'HH:mm'],
    ['13:00 PM', 'hh:mm a'],
    ['2023-01-01 ', 'yyyy-MM-dd'],
    ['', 'yyyy-MM-dd'],
    ['7 mar 2021', 'd MMM yyyy'],
  ])('“%s” is not in %s', (text, pattern) => {
    expect(parseDatetime(text, pattern)).toBeNaN();
  });

  test('an unknown letter is named', () => {
    expect(() => parseDatetime('x', 'yyyy-QQ')).toThrow(/letter Q/);
  });

  test('the calendar agrees with the platform over 400 years', () => {
    for (let year = 1800; year < 2200; year++) {
      for (let month = 1; month <= 12; month++) {
        expect(daysFromCivil(year, month, 1)).toBe(Date.UTC(year, month - 1, 1) / 86_400_000);
        expect(daysInMonth(year, month)).toBe(new Date(Date.UTC(year, month, 0)).getUTCDate());
      }
    }
  });
});

describe('exchanging day and month', () => {
  test.each([
    ['dd/MM/yyyy', 'MM/dd/yyyy'],
    ['M-d-yy HH:mm', 'd-M-yy HH:mm'],
    ['dd.M.yyyy', 'M.dd.yyyy'],
  ])('%s and %s', (one, other) => {
    expect(exchangeDayMonth(one)).toBe(other);
    expect(exchangeDayMonth(other)).toBe(one);
  });

  test.each(['yyyy-MM-dd', 'HH:mm', 'd MMM yyyy'])('%s cannot be mistaken', (pattern) => {
    expect(exchangeDayMonth(pattern)).toBeNull();
  });
});

describe('detection', () => {
  test.each(patterns.filter((pattern) => !/^yyyyMMdd$|o''clock/.test(pattern)))(
    'finds %s again',
    (pattern) => {
      // Days beyond the 12th, so that nothing is ambiguous; one-digit days, so that padding shows.
      const days = [3, 13, 17, 21, 25, 28].map((day, i) =>
        Date.UTC(2021, (i * 2) % 12, day, 3 + i * 3, 4, 5, 123),
      );
      const texts = days.map((ms) => formatDatetime(ms, pattern));
      expect(detectDatetime(texts)?.pattern).toBe(pattern);
    },
  );

  test('day or month first stays open while both fit', () => {
    expect(detectDatetime(['01/02/2024', '03/04/2024'])).toMatchObject({
      pattern: 'dd/MM/yyyy',
      exchanged: 'MM/dd/yyyy',
    });
    expect(detectDatetime(['01/02/2024', '03/14/2024'])).toMatchObject({
      pattern: 'MM/dd/yyyy',
      exchanged: null,
    });
  });

  test.each([[['hello']], [['1.5', '2.5']], [['192.168.0.1']], [['078-05-1120']], [['12-34']]])(
    '%j is no date',
    (texts) => {
      expect(detectDatetime(texts)).toBeNull();
    },
  );

  test('eight digits are dates only if all of them can be', () => {
    expect(isCompactDate(['20230101', '19991231'])).toBe(true);
    expect(isCompactDate(['20230101', '20231301'])).toBe(false);
    expect(isCompactDate(['20230101', '12345678'])).toBe(false);
  });
});
