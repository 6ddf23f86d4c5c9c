import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBalance, readCondition, rowsWanted } from '../../../scripts/conditionOptions.mjs';
import { UsageError } from '../../../scripts/optionValues.mjs';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const odd = ['a', 'b', 'a|b', 'x..y', '\\', 'p=q', 'r:1,s', ' '];
const { schema } = tableOf(
  categories('kind', [0], odd),
  numbers('size', [1, 9]),
  instants('seen', [0, 86_400_000]),
);
const wanted = (conditions: string[], balance: string | null = null, allKnown = true) =>
  rowsWanted(
    {
      conditions: conditions.map(readCondition),
      balance: balance === null ? null : readBalance(balance),
    },
    schema,
    allKnown,
  );

describe('--condition', () => {
  it('takes categories, intervals and missing cells by the kind of the column', () => {
    const day = 86_400_000;
    expect(wanted(['kind=a|b', 'size=2..5', 'seen=1970-01-02'])).toEqual({
      columns: [
        { column: 'kind', categories: ['a', 'b'] },
        { column: 'size', interval: [2, 5] },
        { column: 'seen', interval: [day, 2 * day - 1] },
      ],
    });
    expect(wanted(['kind=', 'size=-1.5..|', 'seen=..1970-01-01T12:00'])).toEqual({
      columns: [
        { column: 'kind', missing: 'only' },
        { column: 'size', interval: [-1.5, Infinity], missing: 'allowed' },
        { column: 'seen', interval: [-Infinity, day / 2] },
      ],
    });
    expect(wanted(['size=7', 'kind=x..y|'])).toEqual({
      columns: [
        { column: 'size', interval: [7, 7] },
        { column: 'kind', categories: ['x..y'], missing: 'allowed' },
      ],
    });
  });

  it('takes any text with a backslash before each of its characters', () => {
    const escaped = (text: string): string => Array.from(text, (character) => `\\${character}`).join('');
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
        fc.string({ minLength: 1 }),
        (texts, column) => {
          const read = readCondition(`${escaped(column)}=${texts.map(escaped).join('|')}`);
          expect(read.column).toBe(column);
          const entry = { ...schema.columns[0], name: column, category: { categories: texts } };
          const { columns } = schema;
          const asked = { conditions: [read], balance: null };
          const found = rowsWanted(asked, { ...schema, columns: [entry, ...columns.slice(1)] }, true);
          expect(found?.columns?.[0].categories).toEqual(texts);
        },
      ),
      { seed: 3 },
    );
  });

  it.each([
    ['kind'],
    ['=a'],
    ['kind=odd'],
    ['nobody=1'],
    ['size=ten'],
    ['size=1|2'],
    ['size=5..2'],
    ['size=..'],
    ['seen=01.02.2024'],
    ['seen=2024-13-01'],
  ])('refuses %s', (text) => {
    expect(() => wanted([text])).toThrow(UsageError);
  });

  it('leaves categories that are found in the run to the run', () => {
    expect(wanted(['kind=odd'], null, false)?.columns).toEqual([{ column: 'kind', categories: ['odd'] }]);
  });
});

describe('--balance', () => {
  it('takes equal shares and shares a value', () => {
    expect(wanted([], 'kind')).toEqual({ shares: { column: 'kind', shares: 'equal' } });
    expect(wanted([], 'kind=a:2,r\\:1\\,s:0.5,:1')).toEqual({
      shares: {
        column: 'kind',
        shares: [
          { value: 'a', share: 2 },
          { value: 'r:1,s', share: 0.5 },
          { value: null, share: 1 },
        ],
      },
    });
  });

  it.each([
    ['=a:1'],
    ['kind='],
    ['kind=a'],
    ['kind=a:-1'],
    ['kind=a:0'],
    ['kind=a:1:2'],
    ['kind=odd:1'],
    ['size'],
  ])('refuses %s', (text) => {
    expect(() => wanted([], text)).toThrow(UsageError);
  });

  it('is nothing where nothing is asked for', () => {
    expect(wanted([])).toBeUndefined();
  });
});
