import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { budgetRun } from '../../../workers/privatePlan.ts';
import type { PrivacyEvent } from '../../../workers/privacy/events.ts';
import { measureProfile } from '../../../workers/profile/privateProfile.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { splitPersons } from '../../../workers/schema/units.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import { synthesizerOf } from '../../../workers/synthesizers/registry.ts';
import type { MethodId } from '../../../workers/synthesizers/types.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import type { Table } from '../../../workers/table/types.ts';
import { type Asked, BlindMechanisms } from '../../support/blindMechanisms.ts';
import { privateMethods } from '../../support/privateMethods.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

/*
 * The claim on which the noise rests: one unit changes what each mechanism is asked by no more than the sensitivity of
 * its event. Answers are blind, so that both worlds are asked the same questions; a unit is taken out the zero-out way,
 * leaving the number of units as it was.
 */

const NONE = NaN;
const extreme = fc.constantFrom(NONE, 0, -0, 1e15, -1e15, 1e300, -1e300, 0.5, 2 ** 53);
const number = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 1, arbitrary: extreme },
);
const date = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 20_000 }).map((day) => day * 86_400_000) },
  { weight: 1, arbitrary: fc.constantFrom(NONE, -8e15, 8e15) },
);
const row = fc.record({
  number,
  listed: fc.integer({ min: -2, max: 12 }),
  hours: fc.integer({ min: -10, max: 9000 }).map((tenths) => tenths / 10),
  date,
  found: fc.integer({ min: -1, max: 6 }),
  declared: fc.integer({ min: -1, max: 2 }),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** Every way of measuring a column: staged with and without bounds, listed, dates, found and declared categories. */
function described(rows: readonly Row[]): { table: Table; schema: TableSchema } {
  const declare = <T extends { schema: TableSchema['columns'][number] }>(column: T): T => ({
    ...column,
    schema: { ...column.schema, domain: 'declared' },
  });
  return tableOf(
    numbers(
      'number',
      rows.map((each) => each.number),
      1,
    ),
    declare(
      numbers(
        'listed',
        rows.map((each) => each.listed),
        0,
        { min: 0, max: 10 },
      ),
    ),
    declare(
      numbers(
        'hours',
        rows.map((each) => each.hours),
        1,
        { min: 0, max: 800 },
      ),
    ),
    instants(
      'date',
      rows.map((each) => each.date),
    ),
    categories(
      'found',
      rows.map((each) => each.found),
      labels,
    ),
    declare(
      categories(
        'declared',
        rows.map((each) => each.declared),
        ['x', 'y', 'z'],
      ),
    ),
  );
}

interface World {
  readonly table: Table;
  readonly unitOf?: Int32Array;
  readonly units: number;
}

/** All that one private fit asks of its mechanisms. */
async function askedIn(
  { table, unitOf, units }: World,
  schema: TableSchema,
  method: MethodId,
  rowsPerUnit: number,
): Promise<{ asked: Asked[]; events: readonly PrivacyEvent[] }> {
  const synthesizer = synthesizerOf(method);
  const persons = unitOf !== undefined;
  const budget = budgetRun(
    schema,
    { units, rowsPerUnit, columns: table.columns.length, target: 5, epsilon: 20, delta: 1e-10 },
    synthesizer,
    { epochs: null },
    {
      epsilon: 20,
      delta: null,
      person: persons ? { column: 'who', rowsPerPerson: rowsPerUnit } : null,
      profileShare: null,
    },
    1e-10,
  );
  const mechanisms = new BlindMechanisms(budget.events, () => Promise.resolve());
  const control = new RunControl();
  const publicRows = persons ? undefined : units;
  const measured = await measureProfile(table, schema, {
    mechanisms,
    plan: budget.profile,
    publicRows,
    control,
  });
  await synthesizer.fit(
    {
      table: measured.table,
      profile: measured.profile,
      target: 5,
      access: {
        mechanisms,
        firstEvent: budget.firstEvent,
        events: budget.events.slice(budget.firstEvent),
        rowsPerUnit,
        units,
        ...(unitOf ? { unitOf } : {}),
      },
    },
    { epochs: null },
    { rng: seededRng(1), now: () => 0, control, onProgress: () => undefined, onNotice: () => undefined },
  );
  control.close();
  return { asked: mechanisms.asked, events: budget.events.map(({ event }) => event) };
}

const distance = (a: Float64Array, b: Float64Array): number => {
  expect(b.length).toBe(a.length);
  return Math.hypot(...a.map((count, i) => count - b[i]));
};

/** The counts of both as one vector over the values that either has. */
function discoverDistance(a: Asked & { kind: 'discover' }, b: Asked & { kind: 'discover' }): number {
  const values = new Set([...a.rows.keys(), ...b.rows.keys()]);
  const apart = [...values].map((value) => (a.rows.get(value) ?? 0) - (b.rows.get(value) ?? 0));
  return Math.hypot(...apart, distance(a.always, b.always));
}

/** Throws unless the two worlds are asked the same questions, within the sensitivity of each. */
function expectNeighbours(
  one: { asked: readonly Asked[]; events: readonly PrivacyEvent[] },
  other: { asked: readonly Asked[] },
): void {
  const shape = (asked: readonly Asked[]): string[] => asked.map(({ kind, event }) => `${kind} of ${event}`);
  expect(shape(other.asked)).toEqual(shape(one.asked));
  one.asked.forEach((a, i) => {
    const b = other.asked[i];
    const event = one.events[a.event];
    const allowed = event.kind === 'discreteGaussian' ? event.sensitivity : NaN;
    if (a.kind === 'counts' && b.kind === 'counts') {
      expect(distance(a.counts, b.counts)).toBeLessThanOrEqual(allowed);
    } else if (a.kind === 'discover' && b.kind === 'discover') {
      expect(discoverDistance(a, b)).toBeLessThanOrEqual(allowed);
    } else if (a.kind === 'select' && b.kind === 'select') {
      expect(b.sensitivity).toBe(a.sensitivity);
      expect(b.scores).toHaveLength(a.scores.length);
      const worst = a.scores.reduce((most, score, c) => Math.max(most, Math.abs(score - b.scores[c])), 0);
      // Rounding of sums: the mechanism's grid of 1/4096 has room for it.
      expect(worst).toBeLessThanOrEqual(a.sensitivity * (1 + 1e-9));
    } else expect(b).toEqual(a);
  });
}

const without = <T>(all: readonly T[], index: number): T[] => all.filter((_, i) => i !== index);

describe.each(privateMethods)('what %s asks about rows and about', (method) => {
  const numRuns = method === 'independent' ? 60 : 12;

  test('all of them but one is within the sensitivity', async () => {
    const tables = fc
      .array(row, { minLength: 1, maxLength: 40 })
      .chain((rows) => fc.record({ rows: fc.constant(rows), gone: fc.nat({ max: rows.length - 1 }) }));
    await fc.assert(
      fc.asyncProperty(tables, async ({ rows, gone }) => {
        const { table, schema } = described(rows);
        const one = await askedIn({ table, units: rows.length }, schema, method, 1);
        const other = described(without(rows, gone)).table;
        expectNeighbours(one, await askedIn({ table: other, units: rows.length }, schema, method, 1));
      }),
      { numRuns },
    );
  });

  test('all but those of one person is within the sensitivity, for up to five rows a person', async () => {
    const worlds = fc.record({
      rows: fc.array(fc.record({ row, person: fc.nat({ max: 7 }) }), { minLength: 1, maxLength: 40 }),
      gone: fc.nat({ max: 7 }),
      most: fc.integer({ min: 1, max: 5 }),
      held: fc.constantFrom(0, 0.2),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(worlds, async ({ rows, gone, most, held, seed }) => {
        const { schema } = described(rows.map((each) => each.row));
        const worldOf = (present: typeof rows): World => {
          const units = { unitOf: Int32Array.from(present, ({ person }) => person), count: 8 };
          const split = splitPersons(units, most, held, seededRng(seed));
          const { table } = described(present.map((each) => each.row));
          return {
            table: takeRows(table, split.train),
            unitOf: split.units.unitOf,
            units: split.units.count,
          };
        };
        const one = await askedIn(worldOf(rows), schema, method, most);
        const fewer = worldOf(rows.filter(({ person }) => person !== gone));
        expectNeighbours(one, await askedIn(fewer, schema, method, most));
      }),
      { numRuns },
    );
  });
});

test('a row counted twice is over the sensitivity', async () => {
  const rows = fc.sample(row, { numRuns: 20, seed: 3 });
  const { table, schema } = described([...rows, rows[0]]);
  const one = await askedIn({ table, units: 21 }, schema, 'independent', 1);
  const other = await askedIn({ table: described(rows.slice(1)).table, units: 21 }, schema, 'independent', 1);
  expect(() => expectNeighbours(one, other)).toThrow();
});
