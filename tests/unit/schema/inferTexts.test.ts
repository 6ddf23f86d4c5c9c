import { describe, expect, it } from 'vitest';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import { count, propose, readText, repeat } from './tables.ts';

describe('texts', () => {
  const given = ['Ada', 'Bea', 'Cy', 'Dov', 'Eve', 'Fay', 'Gil', 'Hal', 'Ian', 'Jo'];
  const people = count(100, (i) => `${given[i % 10]} ${given[Math.floor(i / 10)]}son`);
  const likes: readonly (readonly [string, readonly string[], string])[] = [
    ['mail', count(60, (i) => `user${i}@example.com`), 'email'],
    ['full_name', people, 'name'],
    ['phone', count(60, (i) => `+44 20 7946 ${String(i).padStart(4, '0')}`), 'phone'],
    ['iban', repeat(['GB82 WEST 1234 5698 7654 32', 'DE89370400440532013000'], 10), 'iban'],
    ['pan', repeat(['4111 1111 1111 1111', '5555 5555 5555 4444', '378282246310005 '], 10), 'card'],
    ['number', count(60, (i) => `078-05-${1000 + i}`), 'ssn'],
    ['host', count(60, (i) => `192.0.2.${i}`), 'ip'],
    ['request', count(60, (i) => `123e4567-e89b-42d3-a456-4266141740${10 + (i % 90)}`), 'uuid'],
    [
      'home',
      count(60, (i) => `SW${1 + (i % 9)}A ${i % 10}A${String.fromCharCode(65 + (i % 26))}`),
      'postcode',
    ],
    ['link', count(60, (i) => `https://example.org/page/${i}`), 'url'],
  ];
  for (const [name, cells, likeness] of likes) {
    it(`${likeness} values are identifiers and never learned`, async () => {
      const entry = await propose(name, cells);
      expect(entry).toMatchObject({
        kind: 'identifier',
        treatment: 'replace',
        identifier: { looksLike: likeness },
      });
    });
  }

  it('a category of hundreds of values is a category', async () => {
    const entry = await propose(
      'airport',
      count(2400, (i) => `Airport of ${(i * 7) % 300}`),
    );
    expect(entry).toMatchObject({ kind: 'category', treatment: 'learn' });
    expect(entry.category?.categories).toHaveLength(300);
  });

  it('long texts are free text and dropped', async () => {
    const entry = await propose(
      'story',
      count(80, (i) => `The patient came on day ${i} and said it hurts a lot.`),
    );
    expect(entry).toMatchObject({ kind: 'text', treatment: 'drop' });
  });

  it('mostly different words are dropped or replaced, never learned', async () => {
    const entry = await propose(
      'remarked',
      count(80, (i) => `word${'abcdefgh'[i % 8]} thing${i}`),
    );
    expect(entry.treatment).not.toBe('learn');
  });

  it('spellings of one category stay apart and are noticed', async () => {
    const entry = await propose('sex', repeat(['F', 'f', ' F', 'M', 'm'], 20));
    expect(entry.category?.categories).toEqual(['F', 'f', ' F', 'M', 'm']);
    expect(entry.reason).toContain('case');
  });

  it('yes and no are told apart in several languages', async () => {
    for (const pair of [
      ['no', 'yes'],
      ['nein', 'ja'],
      ['FALSE', 'TRUE'],
      ['N', 'Y'],
      ['non', 'oui'],
      ['off', 'on'],
    ]) {
      const entry = await propose('member', repeat([pair[1], pair[0], pair[1]], 20));
      expect([entry.kind, entry.category?.categories]).toEqual(['boolean', pair]);
    }
  });

  it('no cell value appears in a reason', async () => {
    const entry = await propose('secret', repeat(['Xyzzy', 'Plugh', 'Frotz'], 20));
    expect(entry.reason).not.toMatch(/Xyzzy|Plugh|Frotz/);
  });
});

describe('roles', () => {
  it('a key that repeats over rows is the person column', async () => {
    const rows = count(300, (i) => `P${String((i * 7) % 60).padStart(4, '0')},${i % 13}`);
    const schema = inferSchema(await readText(['patient_id,dose', ...rows, ''].join('\n')));
    expect(schema.columns[0]).toMatchObject({ kind: 'identifier', role: 'person' });
    expect(schema.columns[0].identifier).toMatchObject({ unique: false, rowsPerValue: 5 });
  });

  it('where a key of persons is unique, a row is a person', async () => {
    const rows = count(300, (i) => `P${1000 + i * 3},AC${String((i * 7) % 60).padStart(4, '0')}`);
    const schema = inferSchema(await readText(['patient_id,account', ...rows, ''].join('\n')));
    expect(schema.columns.filter(({ role }) => role === 'person')).toEqual([]);
  });
});
