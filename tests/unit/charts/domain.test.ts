import { describe, expect, it } from 'vitest';
import { intervalMarks } from '../../../src/charts/intervalMarks.ts';
import {
  domainFinding,
  domainGroups,
  domainHead,
  domainRange,
  domainRows,
  examplesFor,
} from '../../../src/steps/scorecard/domain.ts';
import { checkFormula, columnsOfSchema } from '../../../workers/evaluate/domain/checkFormula.ts';
import type { DomainResult, TableSchema } from '../../../workers/protocol.ts';
import { fakeResult } from '../app/fakeAssessed.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const result = fakeResult({ text: 'share(ill = yes)', tolerance: 0.05 });

describe('a figure of the person’s own', () => {
  it('is said in a sentence with both values, the difference and what is allowed', () => {
    expect(domainFinding(result)).toBe(
      '30.0% in real rows, 33.0% in synthetic ones: +10.0% of the real value (+6.0% to +14.0%); held-out rows +3.0%. 5.0% either way is allowed.',
    );
    const undefinedLine = { ...result.lines[0], difference: NaN, note: 'Not defined.' };
    expect(domainFinding({ ...result, lines: [undefinedLine] })).toBe('Not defined.');
  });

  it('is drawn as real, held-out and synthetic rows, all within the axis', () => {
    const groups = domainGroups(result);
    expect(groups[0].values.map(({ series }) => series)).toEqual(['real', 'held-out', 'synthetic']);
    const marks = intervalMarks(groups, domainRange(result), 600, String);
    for (const { whisker } of marks.groups[0].values) {
      expect(whisker?.[0]).toBeGreaterThan(marks.labelRoom);
      expect(whisker?.[1]).toBeLessThan(600);
    }
    const [line] = result.lines;
    const single = { ...line.real, value: 5, interval: null };
    const flat: DomainResult = {
      ...result,
      lines: [{ ...line, real: single, synthetic: single, holdout: null }],
    };
    const [low, high] = domainRange(flat);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
    expect(domainRange({ ...result, lines: [] })).toEqual([0, 1]);
  });

  it('stands in a table as wide as its head', () => {
    for (const row of domainRows(result)) expect(row).toHaveLength(domainHead(result).length);
    expect(domainRows(result)[0]).toContain('Missed');
  });
});

describe('examples', () => {
  const tables: Record<string, TableSchema> = {
    all: tableOf(
      numbers('age', [20, 90]),
      categories('ill today', [0, 1], ['no', "it's so"]),
      categories('by', [0, 1, 2], ['a', 'b', 'c']),
      instants('when', [0, 1]),
    ).schema,
    numbers: tableOf(numbers('a`b', [1, 2])).schema,
    dates: tableOf(instants('when', [0, 1])).schema,
  };

  it.each(Object.entries(tables))('of a table with %s fit its columns', (_, schema) => {
    for (const text of examplesFor(schema.columns)) {
      expect(() => checkFormula({ text, tolerance: 0.05 }, columnsOfSchema(schema))).not.toThrow();
    }
  });

  it('are of each kind where there are columns for it, and none where there are none', () => {
    expect(examplesFor(tables.all.columns).map((text) => text.slice(0, 4))).toEqual(['shar', 'shar', 'mean']);
    expect(examplesFor(tables.dates.columns)).toEqual([]);
  });
});
