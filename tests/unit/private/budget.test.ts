import { describe, expect, test } from 'vitest';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import { rowSensitivity } from '../../../workers/synthesizers/copula/privateMoments.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import { budgetRun, budgetWarnings, publicFacts, type RunBudget } from '../../../workers/privatePlan.ts';
import { measuringOf } from '../../../workers/profile/privatePlan.ts';
import { publicSchema } from '../../../workers/schema/publicSchema.ts';
import type { ColumnSchema, TableSchema } from '../../../workers/schema/types.ts';
import { synthesizerOf } from '../../../workers/synthesizers/registry.ts';
import type { MethodId } from '../../../workers/synthesizers/types.ts';
import { privateMethods } from '../../support/privateMethods.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const declared = (column: ColumnSchema): ColumnSchema => ({ ...column, domain: 'declared' });

/** `count` columns of every kind in turn: found and declared, numbers, dates and categories. */
function schemaOf(count: number): TableSchema {
  const { schema } = tableOf(
    numbers('number', [1, 2, 500]),
    categories('found', [0, 1, 1], ['a', 'b']),
    numbers('listed', [1, 2, 3]),
    instants('date', [0, 86_400_000, 1e12]),
    categories('declared', [0, 1, 1], ['a', 'b']),
  );
  const columns = Array.from({ length: count }, (_, c): ColumnSchema => {
    const column = { ...schema.columns[c % 5], name: `column ${c}` };
    return c % 5 === 2 || c % 5 === 4 ? declared(column) : column;
  });
  return { ...schema, columns };
}

interface Asked {
  readonly epsilon: number;
  readonly delta: number;
  readonly columns: number;
  readonly rowsPerUnit: number;
}

function budgetOf({ epsilon, delta, columns, rowsPerUnit }: Asked, method: MethodId): RunBudget {
  const person = rowsPerUnit > 1 ? { column: 'who', rowsPerPerson: rowsPerUnit } : null;
  return budgetRun(
    schemaOf(columns),
    { units: 1000, rowsPerUnit, columns, target: 0, epsilon, delta },
    synthesizerOf(method),
    { epochs: null },
    { epsilon, delta, person, profileShare: null },
    delta,
  );
}

const sigmas = (events: readonly PlannedEvent[]): number[] =>
  events.flatMap(({ event }) => ('sigma' in event ? [event.sigma] : []));

// Below 1e-9 the bound is that of Renyi divergences alone, which takes no time; loss distributions in a case or two.
const asked: Asked[] = [
  ...[0.1, 1, 10].flatMap((epsilon) =>
    [1, 5, 40].flatMap((columns) =>
      [1, 4].map((rowsPerUnit) => ({ epsilon, delta: 1e-10, columns, rowsPerUnit })),
    ),
  ),
  ...[1, 4].map((rowsPerUnit) => ({ epsilon: 1, delta: 1e-5, columns: 5, rowsPerUnit })),
];

describe.each(privateMethods)('the budget of %s', (method) => {
  test.each(asked)(
    'keeps to epsilon $epsilon at delta $delta for $columns columns, $rowsPerUnit rows a unit',
    (ask) => {
      const budget = budgetOf(ask, method);
      expect(budget.epsilon).toBeLessThanOrEqual(ask.epsilon);
      expect(budget.epsilon).toBeGreaterThan(ask.epsilon * 0.98);
      const again = epsilonOf(
        budget.events.map(({ event }) => event),
        ask.delta,
      );
      expect(again).toEqual({ epsilon: budget.epsilon, accountant: budget.accountant });
      // Of counts, or of the copula's sums of products: a unit's rows add up.
      const sensitivities = [1, rowSensitivity].map((row) => row * ask.rowsPerUnit);
      for (const { event } of budget.events)
        if (event.kind === 'discreteGaussian') expect(sensitivities).toContain(event.sensitivity);
    },
  );

  test('gives less noise for more epsilon, and more for more columns or rows a unit', () => {
    const base: Asked = { epsilon: 1, delta: 1e-10, columns: 5, rowsPerUnit: 1 };
    const noise = sigmas(budgetOf(base, method).events);
    const richer = sigmas(budgetOf({ ...base, epsilon: 2 }, method).events);
    const crowded = sigmas(budgetOf({ ...base, rowsPerUnit: 3 }, method).events).slice(1);
    noise.forEach((sigma, i) => {
      expect(richer[i]).toBeLessThan(sigma);
      expect(crowded[i]).toBeGreaterThan(2.5 * sigma);
    });
    const wide = budgetOf({ ...base, columns: 20 }, method);
    expect(wide.profile.countNoise).toBeGreaterThan(budgetOf(base, method).profile.countNoise);
  });
});

describe('what a budget cannot carry is said', () => {
  const warningsAt = (
    epsilon: number,
    rows: number,
    change = (column: ColumnSchema): ColumnSchema => column,
  ) => {
    const schema = { ...schemaOf(10) };
    const changed = { ...schema, columns: schema.columns.map(change) };
    const { profile } = budgetRun(
      changed,
      { units: rows, rowsPerUnit: 1, columns: 10, epsilon, delta: 1e-10 },
      synthesizerOf('independent'),
      { epochs: null },
      { epsilon, delta: 1e-10, person: null, profileShare: null },
      1e-10,
    );
    return { profile, warnings: budgetWarnings(profile, changed, rows) };
  };

  test('at epsilon 0.1 on 300 rows: which columns to declare, and that there are too many', () => {
    const { warnings } = warningsAt(0.1, 300);
    const [lost, hidden] = warnings;
    expect(warnings.map(({ severity }) => severity)).toEqual(['blocking', 'blocking']);
    expect(lost.columns).toEqual(['column 1', 'column 6']);
    expect(lost.hint).toContain('declare');
    expect(hidden.columns).toEqual(['column 0', 'column 3', 'column 5', 'column 8']);
    expect(hidden.hint).toContain('fewer columns');
  });

  test('and declaring them helps', () => {
    const known = (column: ColumnSchema): ColumnSchema =>
      column.number
        ? { ...declared(column), number: { ...column.number, min: 0, max: 9 } }
        : declared(column);
    const { profile, warnings } = warningsAt(0.1, 300, (column) =>
      column.datetime ? { ...column, kind: 'text', treatment: 'drop', datetime: undefined } : known(column),
    );
    expect(profile.leastRows).toBeNull();
    expect(warnings.filter(({ severity }) => severity === 'blocking')).toEqual([]);
  });

  test('and nothing is said where there are rows enough', () => {
    expect(warningsAt(10, 100_000).warnings).toEqual([]);
  });

  test('with the rows that a category needs: one of so many is found, one of a few is not', () => {
    const { profile, warnings } = warningsAt(1, 1500);
    expect(profile.leastRows).toBeGreaterThan(3 * profile.countNoise);
    expect(warnings[0].severity).toBe('warning');
    expect(warnings[0].message).toContain(Math.round(profile.leastRows ?? NaN).toLocaleString('en-US'));
  });
});

test('a method without a private form is refused by name', () => {
  const exact = { ...synthesizerOf('independent'), privacy: undefined };
  const size = { units: 100, rowsPerUnit: 1, columns: 1, epsilon: 1, delta: 1e-6 };
  const settings = { epsilon: 1, delta: null, person: null, profileShare: null };
  expect(() => budgetRun(schemaOf(1), size, exact, { epochs: null }, settings, 1e-6)).toThrow(
    '“Independent columns” has no private form.',
  );
});

test('the words of a yes-or-no column come with its kind; those of any other pair have to be found', () => {
  const { schema } = tableOf(
    categories('fraud', [0, 1], ['0', '1']),
    categories('sex', [0, 1], ['Ann', 'Bob']),
  );
  const columns = schema.columns.map((column): ColumnSchema => ({ ...column, kind: 'boolean' }));
  const known = publicSchema({ ...schema, columns });
  expect(known.columns.map(measuringOf)).toEqual(['listed', 'open']);
  const facts = publicFacts(known, { kind: 'row' }, []).join();
  expect(facts).toContain('the two words of the yes-or-no columns');
  expect(facts).toContain('fraud');
  expect(facts).not.toContain('sex');
});
