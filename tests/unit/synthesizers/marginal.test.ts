import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import type { Charge } from '../../../workers/privacy/mechanismTypes.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { Synthesizer } from '../../../workers/synthesizers/types.ts';
import type { Column, Table } from '../../../workers/table/types.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import { type Asked, BlindMechanisms } from '../../support/blindMechanisms.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';
import {
  eventsOf,
  fitted,
  marginalMethods,
  pairDistance,
  planted,
  profileOf,
  sampled,
} from './marginalFits.ts';
import { codesOf, related, valuesOf, type Real } from './related.ts';

const withNoise = (profile: Profile, noise: number): Profile => ({
  ...profile,
  columns: profile.columns.map((column) => ({ ...column, noise })),
});

const made = async (
  synthesizer: Synthesizer,
  { table, schema }: Real,
  rho: number,
  rows = 400,
): Promise<Table> =>
  sampled(await fitted({ synthesizer, table, profile: profileOf({ table, schema }), rho }), rows);

/** Every cell is one that the real column could hold. */
function expectValid(column: Column, real: Column, grid: number): void {
  expect([column.type, column.name]).toEqual([real.type, real.name]);
  if (real.type === 'category' && column.type === 'category') {
    expect(column.categories).toEqual(real.categories);
    const least = Math.min(...real.codes) < 0 ? -1 : 0;
    expect(column.codes.every((code) => code >= least && code < real.categories.length)).toBe(true);
    return;
  }
  const present = valuesOf(real).filter((value) => !Number.isNaN(value));
  const [least, most] = [Math.min(...present), Math.max(...present)];
  for (const value of valuesOf(column)) {
    if (Number.isNaN(value)) expect(present.length).toBeLessThan(valuesOf(real).length);
    else {
      expect(value >= least && value <= most).toBe(true);
      expect(Math.abs(value / grid - Math.round(value / grid))).toBeLessThan(1e-6);
    }
  }
}

describe.each(marginalMethods)('%s', (_, synthesizer) => {
  it('makes valid cells at any budget: integers whole, values within bounds, dates on days', async () => {
    const real = related(500);
    const grids = [1, 1, 1, 0.01, 86_400_000];
    for (const rho of [1e-6, 0.01, 10]) {
      const table = await made(synthesizer, real, rho);
      expect(table.rows).toBe(400);
      table.columns.forEach((column, c) => expectValid(column, real.table.columns[c], grids[c]));
    }
  });

  it('keeps missing cells, and where they lie', async () => {
    const real = related(2000);
    const request = { synthesizer, table: real.table, profile: profileOf(real), rho: 10, epsilon: 30 };
    const table = await sampled(await fitted(request), 2000);
    const share = ({ columns }: Table, colour: number): number => {
      const rows = [...codesOf(columns[0])].flatMap((code, row) => (code === colour ? [row] : []));
      return rows.filter((row) => Number.isNaN(valuesOf(columns[3])[row])).length / rows.length;
    };
    // Missing in nine of ten red rows, in no other.
    expect(share(table, 0)).toBeGreaterThan(0.75);
    for (const colour of [1, 2, 3]) expect(share(table, colour)).toBeLessThan(0.1);
  });

  it('has smaller errors for more budget, in the mean over keys', async () => {
    const real = planted(3000, 'budget');
    const profile = profileOf(real);
    const errors: number[] = [];
    for (const rho of [1e-5, 1e-3, 0.1]) {
      let sum = 0;
      for (const key of [1, 2, 3, 4]) {
        const result = await fitted({ synthesizer, table: real.table, profile, rho, key });
        sum += pairDistance(real.table, await sampled(result, 3000));
      }
      errors.push(sum / 4);
    }
    expect(errors[1]).toBeLessThan(0.8 * errors[0]);
    expect(errors[2]).toBeLessThan(0.8 * errors[1]);
  });

  const some = (rows: number, most: number): number[] =>
    Array.from({ length: rows }, (_, i) => (i * 7) % most);
  it.each<[string, Real, number]>([
    ['one column', tableOf(categories('a', some(50, 3), ['x', 'y', 'z'])), 0],
    ['one number', tableOf(numbers('n', some(50, 30))), 0],
    ['two columns', tableOf(categories('a', some(50, 3), ['x', 'y', 'z']), numbers('n', some(50, 30))), 1],
    [
      'a constant column',
      tableOf(
        categories('a', some(50, 1), ['only']),
        numbers('n', some(50, 30)),
        categories('b', some(50, 2), ['p', 'q']),
      ),
      3,
    ],
    [
      'constant columns alone',
      tableOf(categories('a', some(50, 1), ['only']), instants('d', some(50, 1))),
      1,
    ],
    [
      'an empty column',
      tableOf(numbers('n', new Array<number>(50).fill(NaN)), categories('a', some(50, 3), ['x', 'y', 'z'])),
      1,
    ],
    ['one row', tableOf(categories('a', [0], ['x']), numbers('n', [4])), 1],
  ])('takes %s', async (_name, real, pairs) => {
    const profile = profileOf(real);
    for (const noise of [0.001, 20]) {
      const request = { synthesizer, table: real.table, profile: withNoise(profile, noise), rho: 0.1 };
      const result = await fitted(request);
      expect(result.charged.every((count) => (pairs === 0 ? count === 0 : count >= 1))).toBe(true);
      expect(result.charged).toEqual(
        eventsOf(request).map(({ event }) => ('count' in event ? event.count : undefined)),
      );
      const table = await sampled(result, 60);
      table.columns.forEach((column, c) => expectValid(column, real.table.columns[c], 1));
    }
  });

  it('refuses to work without a budget, and epochs below 0', async () => {
    const real = related(20);
    const control = new RunControl();
    const ignore = (): void => undefined;
    const context = { rng: seededRng(1), now: () => 0, control, onProgress: ignore, onNotice: ignore };
    const input = { table: real.table, profile: profileOf(real) };
    await expect(synthesizer.fit(input, { epochs: null }, context)).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringContaining(synthesizer.meta.label),
    });
    expect(() => synthesizer.meta.validate({ epochs: -1 })).toThrow(/-1 epochs/);
    control.close();
  });

  it('protects persons of three rows by three times the noise', async () => {
    const real = related(300);
    const request = { synthesizer, table: real.table, profile: profileOf(real), rho: 0.1 };
    const sigmas = [1, 3].map((rowsPerUnit) =>
      eventsOf({ ...request, rowsPerUnit }).flatMap(({ event }) =>
        // Fewer tables may be counted: noise grows with the root of their number.
        event.kind === 'discreteGaussian' ? [event.sigma / Math.sqrt(event.count), event.sensitivity] : [],
      ),
    );
    expect(sigmas[1][0] / sigmas[0][0]).toBeCloseTo(3, 6);
    expect([sigmas[0][1], sigmas[1][1]]).toEqual([1, 3]);
    const table = await sampled(await fitted({ ...request, rowsPerUnit: 3 }), 100);
    expect(table.rows).toBe(100);
  });
});

/** A fit under mechanisms that never look, and all that it handed to them. */
async function blindFit(
  synthesizer: Synthesizer,
  table: Table,
  profile: Profile,
  more: { readonly rowsPerUnit?: number; readonly target?: number } = {},
) {
  const blind: BlindMechanisms[] = [];
  const mechanisms = (events: readonly PlannedEvent[], charge: Charge): BlindMechanisms => {
    const run = new BlindMechanisms(events, charge);
    blind.push(run);
    return run;
  };
  const result = await fitted({ synthesizer, table, profile, rho: 0.1, mechanisms, ...more });
  return { result, asked: blind[0].asked };
}

/** A table of the same form with nothing in common. */
const otherTable = ({ table }: Real): Table => ({
  rows: table.rows,
  columns: table.columns.map((column): Column => {
    if (column.type === 'text') return column;
    if (column.type === 'category')
      return { ...column, codes: column.codes.map((code) => (code === 0 ? 1 : -1)) };
    return { ...column, values: column.values.map((value) => (Number.isNaN(value) ? 1e9 : NaN)) };
  }),
});

const sumOfGaps = (a: Float64Array, b: Float64Array): number[] => [...a.map((v, i) => Math.abs(v - b[i]))];

describe.each(marginalMethods)('what %s takes from rows', (_, synthesizer) => {
  it.each([undefined, 0])('is what mechanisms say, nothing else (target %s)', async (target) => {
    const real = related(300);
    const profile = withNoise(profileOf(real), 5);
    const one = await blindFit(synthesizer, real.table, profile, { target });
    const other = await blindFit(synthesizer, otherTable(real), profile, { target });
    expect(await sampled(other.result, 300)).toEqual(await sampled(one.result, 300));
    expect(other.result.charged).toEqual(one.result.charged);
    expect(other.asked.map(({ kind, event }) => [kind, event])).toEqual(
      one.asked.map(({ kind, event }) => [kind, event]),
    );
    expect(other.asked).not.toEqual(one.asked);
  });

  it.each([
    [1, undefined],
    [1, 0],
    [3, undefined],
    [3, 2],
  ])('moves within its sensitivity by one unit of %i rows (target %s)', async (unit, target) => {
    const real = related(300);
    const profile = withNoise(profileOf(real), 5);
    const without = takeRows(
      real.table,
      Int32Array.from({ length: 300 - unit }, (_unused, row) => row + unit),
    );
    const [all, less] = await Promise.all(
      [real.table, without].map((table) =>
        blindFit(synthesizer, table, profile, { rowsPerUnit: unit, target }),
      ),
    );
    expect(less.asked.length).toBe(all.asked.length);
    expect(all.asked.length).toBeGreaterThan(4);
    all.asked.forEach((call: Asked, i) => {
      const twin = less.asked[i];
      if (call.kind === 'counts' && twin.kind === 'counts') {
        const gaps = sumOfGaps(call.counts, twin.counts).filter((gap) => gap > 0);
        expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBe(unit);
        if (unit === 1) expect(gaps).toEqual([1]);
      } else if (call.kind === 'select' && twin.kind === 'select') {
        expect([call.sensitivity, twin.sensitivity]).toEqual([unit, unit]);
        expect(Math.max(...sumOfGaps(call.scores, twin.scores))).toBeLessThanOrEqual(unit + 1e-9);
        expect(twin.scores).not.toEqual(call.scores);
      } else {
        throw new Error('calls of another kind');
      }
    });
  });
});
