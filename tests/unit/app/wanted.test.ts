import { describe, expect, it } from 'vitest';
import {
  conditionColumns,
  endOf,
  missingChoice,
  percentOf,
  problemOf,
  summaryOf,
  totalPercent,
  whyNot,
  withCategory,
  withColumn,
  withCondition,
  withEnd,
  withMissing,
  withoutColumn,
  withShare,
} from '../../../src/steps/export/wanted.ts';
import type { RowsWanted } from '../../../workers/protocol.ts';
import { categories, numbers, tableOf } from '../profile/tables.ts';

const { schema } = tableOf(
  categories('colour', [0, 1, 2], ['red', 'green', 'blue']),
  numbers('size', [1, 9]),
  numbers('hidden', [1, 9]),
);
const [colour, size] = schema.columns;

describe('the rows a person asks for', () => {
  it('can be of learned columns that the table has', () => {
    const columns = ['colour', 'size'];
    expect(conditionColumns(schema, { columns }).map(({ name }) => name)).toEqual(columns);
    expect(conditionColumns(null, { columns })).toEqual([]);
  });

  it('are not asked for before a value is chosen, and never of an interval that is empty', () => {
    const fresh = withColumn({}, colour);
    expect(whyNot(fresh)).toContain('colour');
    const [condition] = fresh.columns ?? [];
    const chosen = withCondition(fresh, withCategory(condition, 'red', true));
    expect([whyNot(chosen), chosen.columns]).toEqual([null, [{ column: 'colour', categories: ['red'] }]]);
    const both = withColumn(chosen, size);
    expect(whyNot(both)).toBeNull();
    const [, interval] = both.columns ?? [];
    const upside = withEnd(withEnd(interval, 'from', 5), 'to', 2);
    expect(problemOf(upside)).toContain('ends before');
    expect([endOf(upside, 'from'), endOf(withEnd(upside, 'from', null), 'from')]).toEqual([5, null]);
    expect(withoutColumn(both, 'colour').columns?.map(({ column }) => column)).toEqual(['size']);
  });

  it('leave no values where only missing cells are wanted, and have them back after', () => {
    const condition = { column: 'colour', categories: ['red'] };
    const only = withMissing(condition, 'only', colour);
    expect([only, missingChoice(only), problemOf(only)]).toEqual([
      { column: 'colour', missing: 'only' },
      'only',
      null,
    ]);
    expect(withMissing(only, 'allowed', colour)).toEqual({
      column: 'colour',
      categories: [],
      missing: 'allowed',
    });
    expect(withMissing(condition, 'none', colour)).toEqual(condition);
  });

  it('start balanced equally, and keep the other shares when one changes', () => {
    const equal = { column: 'colour', shares: 'equal' } as const;
    expect([percentOf(equal, colour, 'red'), totalPercent(equal)]).toEqual([33.3, 100]);
    const changed = withShare(equal, colour, 'red', 50);
    expect(percentOf(changed, colour, 'red')).toBe(50);
    expect(percentOf(changed, colour, 'blue')).toBe(33.3);
    expect(percentOf(changed, colour, null)).toBe(0);
    expect(totalPercent(changed)).toBe(116.6);
    const none: RowsWanted = { shares: { column: 'colour', shares: [{ value: 'red', share: 0 }] } };
    expect(whyNot(none)).toContain('colour');
    expect(whyNot({ shares: changed })).toBeNull();
  });

  it('are summed up in a line', () => {
    expect(summaryOf({})).toBe('Rows you want: any');
    expect(summaryOf({ columns: [{ column: 'size' }], shares: { column: 'colour', shares: 'equal' } })).toBe(
      'Rows you want: only some of size; colour balanced',
    );
  });
});
