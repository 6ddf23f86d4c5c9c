import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coarserChoices,
  distortionChoices,
  groupColumns,
  niceWidth,
  protectionOf,
  startingAnonymity,
  startingCoarser,
  startingDistortion,
  startingPhase,
  withAnonymity,
  withColumn,
  withQuasiIdentifier,
  withSensitive,
} from '../../../src/steps/columns/protection.ts';
import { checkPlan } from '../../../workers/anonymise/checkPlan.ts';
import type { ColumnSchema } from '../../../workers/protocol.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const { schema } = tableOf(
  numbers('age', [18, 97]),
  numbers('flag', [0, 1]),
  numbers('pay', [0.25, 4999.75], 2),
  instants('seen', [0, 86_400_000]),
  categories('town', [0, 1], ['Ulm', 'Bonn']),
);
const { columns } = schema;
const [age, , , , town] = columns;
const withRole = (name: string, role: ColumnSchema['role']): ColumnSchema[] =>
  columns.map((column) => (column.name === name ? { ...column, role } : column));

test.each(columns)('every choice offered for $name is one the engine takes as it starts', (column) => {
  for (const { value } of coarserChoices(column, 'none')) {
    const generalise = startingCoarser(value, column, 'before');
    const plan = withColumn(null, { column: column.name, ...(generalise && { generalise }) });
    if (plan) checkPlan(plan, schema, null);
    else expect(value).toBe('none');
  }
  for (const { value } of distortionChoices(column, 'none')) {
    const perturb = startingDistortion(value, 'after');
    const plan = withColumn(null, { column: column.name, ...(perturb && { perturb }) });
    if (plan) checkPlan(plan, schema, null);
    else expect(value).toBe('none');
  }
});

test('a choice that does not fit the column any more stays visible', () => {
  const labels = coarserChoices(age, 'prefix').filter(({ value }) => value === 'prefix');
  expect(labels).toEqual([{ value: 'prefix', label: 'First characters only (does not fit)' }]);
});

test('the target cannot be removed, and a column that is not learned can only be', () => {
  const values = (column: ColumnSchema) => coarserChoices(column, 'none').map(({ value }) => value);
  expect(values({ ...age, role: 'target' })).not.toContain('remove');
  expect(values({ ...age, treatment: 'replace' })).toEqual(['none', 'remove']);
});

test('a bin to start from is 1, 2 or 5 times a power of ten, and a tenth of the range at most', () => {
  const ranges = fc.double({ min: 1, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(ranges, (range) => {
      const width = niceWidth(range, 0.01);
      expect(width).toBeLessThanOrEqual((range / 10) * (1 + 1e-9));
      expect(width).toBeGreaterThan(range / 30);
      expect([1, 2, 5]).toContain(Number(width.toExponential(6).split('e')[0]));
    }),
  );
  expect(niceWidth(3, 1)).toBe(1);
});

describe('the plan', () => {
  const remove = { type: 'remove', phase: 'before' } as const;

  test('takes one entry a column, and is none when nothing is left in it', () => {
    const once = withColumn(null, { column: 'age', generalise: remove });
    const twice = withColumn(once, { column: 'age', generalise: { ...remove, phase: 'after' } });
    expect(twice?.columns).toEqual([{ column: 'age', generalise: { ...remove, phase: 'after' } }]);
    expect(protectionOf(twice, 'town')).toEqual({ column: 'town' });
    expect(withColumn(twice, { column: 'age' })).toBeNull();
    const asked = startingAnonymity(columns, null, 'before');
    expect(withColumn(withAnonymity(twice, asked), { column: 'age' })).toEqual({
      columns: [],
      kAnonymity: asked,
    });
    expect(withAnonymity({ columns: [], kAnonymity: asked }, null)).toBeNull();
  });

  test('k-anonymity starts from the columns that have the roles', () => {
    expect(startingAnonymity(withRole('age', 'quasi-identifier'), null, 'before')).toMatchObject({
      quasiIdentifiers: ['age'],
      sensitive: [],
      l: null,
    });
    expect(startingAnonymity(withRole('town', 'sensitive'), null, 'after')).toMatchObject({
      sensitive: ['town'],
      l: 2,
      phase: 'after',
    });
  });

  test('beside a guarantee protection starts after synthesis, where all of it is taken', () => {
    const guarantee = { epsilon: 1, delta: null, person: null, profileShare: null };
    expect(startingPhase('none')).toBe('before');
    const phase = startingPhase(guarantee);
    for (const column of columns) {
      for (const { value } of coarserChoices(column, 'none')) {
        const generalise = startingCoarser(value, column, phase);
        const plan = withColumn(null, { column: column.name, ...(generalise && { generalise }) });
        if (plan) checkPlan(plan, schema, 'person');
      }
      for (const { value } of distortionChoices(column, 'none')) {
        const perturb = startingDistortion(value, phase);
        const plan = withColumn(null, { column: column.name, ...(perturb && { perturb }) });
        if (plan) checkPlan(plan, schema, 'person');
      }
    }
    const asked = startingAnonymity(withRole('age', 'quasi-identifier'), null, phase);
    expect(() => checkPlan({ columns: [], kAnonymity: asked }, schema, 'row')).not.toThrow();
  });

  test('a column is a quasi-identifier or sensitive, and l comes and goes with the sensitive ones', () => {
    const none = startingAnonymity(columns, null, 'before');
    const sensitive = withSensitive(none, 'age', true);
    expect(sensitive).toMatchObject({ sensitive: ['age'], quasiIdentifiers: [], l: 2 });
    expect(withQuasiIdentifier(sensitive, 'age', true)).toMatchObject({
      sensitive: [],
      quasiIdentifiers: ['age'],
      l: null,
    });
    expect(withSensitive(sensitive, 'age', false)).toEqual(none);
  });

  test('k-anonymity cannot go by a column that is gone by then', () => {
    const after = withColumn(null, { column: 'age', generalise: { ...remove, phase: 'after' } });
    const names = (phase: 'before' | 'after') => groupColumns(columns, after, phase).map(({ name }) => name);
    expect(names('before')).toContain('age');
    expect(names('after')).not.toContain('age');
    expect(groupColumns([{ ...town, treatment: 'drop' }], null, 'before')).toEqual([]);
  });
});
