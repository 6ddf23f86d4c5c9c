import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRng } from '../../../workers/random/rng.ts';
import { charactersOf, feistel, freshValues } from '../../../workers/schema/freshValues.ts';
import { formatOf } from '../../../workers/schema/identifierFormat.ts';
import { identifierTexts } from '../../../workers/schema/identifierTexts.ts';
import type { IdentifierAlphabet, IdentifierDomain, IdentifierPart } from '../../../workers/schema/types.ts';

const first = (count: number, value: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => value(i));

/** The format as a regular expression. */
const patternOf = (parts: readonly IdentifierPart[]): RegExp => {
  const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = parts.map((part) => {
    if ('literal' in part) return escape(part.literal);
    if ('word' in part) return '\\p{L}+(?:-\\p{L}+)?';
    return `[${charactersOf(part) ?? ''}]{${part.min},${part.max}}`;
  });
  return new RegExp(`^${source.join('')}$`, 'u');
};

const run = (alphabet: IdentifierAlphabet, min: number, max = min): IdentifierPart => ({
  alphabet,
  min,
  max,
});

describe('fresh values', () => {
  it('a Feistel network permutes its range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (size, seed) => {
        const permute = feistel(size, seed);
        const seen = new Set(Array.from({ length: size }, (_, i) => permute(i)));
        expect(seen.size).toBe(size);
        expect(Math.max(...seen)).toBeLessThan(size);
      }),
      { numRuns: 60 },
    );
  });

  const formats: readonly (readonly [string, readonly IdentifierPart[]])[] = [
    ['letters and digits', [{ literal: 'AC' }, run('0', 6)]],
    ['dashes', [run('0', 4), { literal: '-' }, run('A', 5)]],
    ['32 hex digits', [run('h', 32)]],
    ['numbers of several lengths', [run('1', 2, 5)]],
    ['long numbers of several lengths', [run('1', 11, 19)]],
    ['two runs of several lengths', [run('a', 3, 7), { literal: '.' }, run('0', 1, 4)]],
    ['runs that meet', [run('A', 1, 2), run('0', 1, 2), { literal: ' ' }, run('0', 1), run('A', 2)]],
    ['mixed letters', [run('x', 8, 12)]],
    ['names', [{ word: 'given' }, { literal: ' ' }, { word: 'family' }]],
  ];
  for (const [name, parts] of formats) {
    it(`of ${name} are unique and of the format`, () => {
      const values = first(6000, freshValues(parts, 11));
      expect(new Set(values).size).toBe(values.length);
      const pattern = patternOf(parts);
      expect(values.filter((value) => !pattern.test(value))).toEqual([]);
    });
  }

  it('stay unique beyond the space of the format', () => {
    for (const parts of [
      [run('0', 1)],
      [{ literal: 'fixed' }],
      [{ word: 'given' } as const],
      [run('1', 1, 2)],
    ]) {
      const values = first(5000, freshValues(parts, 3));
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('digits without leading zeros never start with one', () => {
    const values = first(3000, freshValues([run('1', 4)], 5));
    expect(values.filter((value) => value.startsWith('0'))).toEqual([]);
  });

  it('depend on the seed, and on nothing else', () => {
    const parts = [run('0', 8)];
    expect(first(20, freshValues(parts, 1))).toEqual(first(20, freshValues(parts, 1)));
    expect(first(20, freshValues(parts, 1))).not.toEqual(first(20, freshValues(parts, 2)));
  });
});

describe('a format', () => {
  it('keeps separators and what all values share, and holds every value', () => {
    const texts = Array.from(
      { length: 50 },
      (_, i) => `INV-${2000 + i * 31}/${String.fromCharCode(97 + (i % 26))}`,
    );
    const parts = formatOf(texts);
    expect(parts[0]).toEqual({ literal: 'INV-' });
    expect(texts.filter((text) => !patternOf(parts).test(text))).toEqual([]);
  });

  it('of a few values shows no letter or digit of theirs', () => {
    const parts = formatOf(['AB-1', 'AB-2']);
    const literals = parts.map((part) => ('literal' in part ? part.literal : '')).join('');
    expect(literals).toBe('-');
  });

  it('of random codes holds them all', () => {
    const code = fc.stringMatching(/^[A-Z]{2}[0-9]{1,4}-[a-z]{0,2}[0-9]$/);
    fc.assert(
      fc.property(fc.array(code, { minLength: 1, maxLength: 40 }), (texts) => {
        const parts = formatOf(texts);
        if (parts.length === 1) return;
        const share = texts.filter((text) => patternOf(parts).test(text)).length / texts.length;
        expect(share).toBeGreaterThanOrEqual(0.6);
      }),
      { numRuns: 60 },
    );
  });
});

describe('identifier columns', () => {
  const unique: IdentifierDomain = { parts: [run('0', 6)], sequential: false, start: 0, unique: true };
  const texts = (domain: IdentifierDomain, rows: number, offset = 0, missing = ''): string[] =>
    first(rows, identifierTexts(domain, missing, rows, offset, seededRng(9)));

  it('have no value twice over chunks of one file', () => {
    const values = [...texts(unique, 700), ...texts(unique, 700, 700), ...texts(unique, 99, 1400)];
    expect(new Set(values).size).toBe(1499);
  });

  it('do not depend on where a file is cut into chunks', () => {
    expect([...texts(unique, 30), ...texts(unique, 70, 30)]).toEqual(texts(unique, 100));
  });

  it('count on, in the width of the file', () => {
    const domain: IdentifierDomain = {
      parts: [{ literal: 'T' }, run('0', 5)],
      sequential: true,
      start: 98,
      unique: true,
    };
    expect(texts(domain, 3)).toEqual(['T00098', 'T00099', 'T00100']);
    expect(texts(domain, 1, 3)).toEqual(['T00101']);
    const bare: IdentifierDomain = { parts: [run('1', 1, 3)], sequential: true, start: 9, unique: true };
    expect(texts(bare, 3)).toEqual(['9', '10', '11']);
  });

  it('repeat a key as often as the file does', () => {
    const keys: IdentifierDomain = {
      parts: [run('0', 6)],
      sequential: false,
      start: 0,
      unique: false,
      rowsPerValue: 8,
    };
    const values = texts(keys, 4000);
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect(counts.size).toBe(500);
    expect(Math.max(...counts.values())).toBeLessThan(40);
    const later = new Set(texts(keys, 4000, 4000));
    expect([...later].filter((value) => counts.has(value))).toEqual([]);
  });

  it('miss as often as the file does', () => {
    const values = texts({ ...unique, missingShare: 0.25 }, 4000, 0, 'NA');
    const missing = values.filter((value) => value === 'NA').length;
    // Binomial(4000, 1/4): beyond 5.1 standard deviations once in three million seeds.
    expect(Math.abs(missing - 1000)).toBeLessThan(140);
  });
});
