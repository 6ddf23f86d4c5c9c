import { describe, expect, it } from 'vitest';
import { profileTable } from '../../workers/profile/profileTable.ts';
import { conditionsOf, inWords } from '../../workers/wantedRows.ts';
import { categories, instants, numbers, tableOf } from './profile/tables.ts';

const { table, schema } = tableOf(
  categories('colour', [0, 0, 1, 1, 3], ['red', 'green', 'blue', 'grey']),
  numbers('size', [1, 2, 3, 4, 5]),
  instants('seen', [0, 86_400_000, 0, 0, 0]),
);
const profile = profileTable(table, schema);

describe('the rows that are wanted', () => {
  it('are none where nothing is asked for', () => {
    expect(conditionsOf(undefined, profile)).toBeUndefined();
    expect(conditionsOf({ columns: [] }, profile)).toBeUndefined();
  });

  it('have equal shares of the values that the model has and a condition allows', () => {
    const equal = { column: 'colour', shares: 'equal' } as const;
    const shares = (values: string[]) => ({
      column: 'colour',
      shares: values.map((value) => ({ value, share: 1 })),
    });
    // No row is blue.
    expect(conditionsOf({ shares: equal }, profile)?.shares).toEqual(shares(['red', 'green', 'grey']));
    const columns = [{ column: 'colour', categories: ['grey', 'red'] }];
    expect(conditionsOf({ columns, shares: equal }, profile)).toEqual({
      columns,
      shares: shares(['red', 'grey']),
    });
  });

  it.each(['size', 'nobody'])('cannot be equal in %s', (column) => {
    expect(() => conditionsOf({ shares: { column, shares: 'equal' } }, profile)).toThrow(
      expect.objectContaining({ code: 'bad-settings', column }),
    );
  });

  it('are told in words', () => {
    const told = inWords(
      {
        columns: [
          { column: 'colour', categories: ['red', 'grey'], missing: 'allowed' },
          { column: 'size', interval: [2, Infinity] },
          { column: 'seen', interval: [0, 86_399_999] },
          { column: 'other', missing: 'only' },
        ],
        shares: {
          column: 'colour',
          shares: [
            { value: 'red', share: 3 },
            { value: null, share: 1 },
            { value: 'grey', share: 0 },
          ],
        },
      },
      schema,
    );
    expect(told).toEqual([
      'Column “colour” is “red” or “grey”, or missing.',
      'Column “size” is at least 2.',
      'Column “seen” is from 1970-01-01 to 1970-01-01T23:59:59.999.',
      'Column “other” is missing.',
      'Column “colour” has the shares: “red” 75 %, missing 25 %.',
    ]);
  });
});
