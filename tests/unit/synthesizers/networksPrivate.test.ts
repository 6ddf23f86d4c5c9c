import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { tensorCount } from '../../../workers/nn/tensors.ts';
import { countOf } from '../../../workers/privacy/events.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import type { Mechanisms } from '../../../workers/privacy/mechanismTypes.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { synthesizerOf } from '../../../workers/synthesizers/registry.ts';
import type { FitContext, FitResult, PrivateAccess } from '../../../workers/synthesizers/types.ts';
import type { Table } from '../../../workers/table/types.ts';
import { testRandom } from '../privacy/statistics.ts';
import { networks, withControl, type Network } from './networkFits.ts';
import { codesOf, related, valuesOf, type Real } from './related.ts';

const planFor = (method: Network, units: number, epochs: number): readonly PlannedEvent[] => {
  const size = { units, rowsPerUnit: 1, columns: 5, epsilon: 1, delta: 1e-6 };
  return synthesizerOf(method).privacy?.events(size, 0.5, { epochs }) ?? [];
};

const usesOf = (events: readonly PlannedEvent[]): number =>
  events.reduce((sum, { event }) => sum + countOf(event), 0);

/** Access to a real run of the planned events, with what it charged. */
function accessTo(
  events: readonly PlannedEvent[],
  units: number,
  unitOf?: Int32Array,
): { access: PrivateAccess; charged: () => number } {
  let total = 0;
  // Another event of the run comes first, so that numbers matter.
  const before: PlannedEvent = {
    purpose: 'profile',
    event: { kind: 'discreteGaussian', sigma: 1, sensitivity: 1, count: 1 },
  };
  const mechanisms = new PrivateRun([before, ...events], testRandom(9), (_, count) => {
    total += count;
    return Promise.resolve();
  });
  const access = { mechanisms, firstEvent: 1, events, rowsPerUnit: 1, units, ...(unitOf && { unitOf }) };
  return { access, charged: () => total };
}

const fit = (
  method: Network,
  table: Table,
  profile: Profile,
  access: PrivateAccess,
  more: Partial<FitContext> = {},
): Promise<FitResult> =>
  withControl((control) => {
    const context = { now: () => performance.now(), onProgress: () => undefined, onNotice: () => undefined };
    const input = { table, profile, access };
    const whole = { ...context, rng: seededRng('fit'), control, ...more };
    return synthesizerOf(method).fit(input, { epochs: 1 }, whole);
  });

const sampled = ({ model }: FitResult, rows: number): Promise<Table> =>
  withControl(async (control) => {
    try {
      return await model.sample(rows, { rng: seededRng('sample'), control });
    } finally {
      model.dispose();
    }
  });

/** Shares with some set to 0, as noise and clamping leave them, and no missing anywhere. */
function noisyProfile({ table, schema }: Real): Profile {
  const profile = profileTable(table, schema);
  const columns = profile.columns.map((column) => ({
    ...column,
    missing: 0,
    mass: column.mass.map((share, i) => (i % 3 === 1 ? 0 : share)),
  }));
  return { rows: profile.rows + 17, columns };
}

/** Mechanisms that say the same whatever they are asked, and no more often than was planned. */
function blind(steps: number): Mechanisms {
  const unused = (): never => {
    throw new Error('not planned');
  };
  let taken = 0;
  return {
    charged: [],
    prepay: () => Promise.resolve(),
    noisyCounts: (_, counts) => counts.map((__, cell) => (cell % 3) * 20),
    discover: unused,
    select: (_, scores) => scores.length - 1,
    sampledStep: () => {
      if (++taken > steps) throw new Error('more steps than planned');
      return { units: Uint32Array.of(1, 5, 200), addNoise: (sum) => sum.fill(0.25) };
    },
  };
}

describe.each(networks)('%s under differential privacy', { timeout: 60_000 }, (method) => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('keeps columns, domains and the profile’s shares, pays for what it planned, and frees all', async () => {
    const before = tensorCount();
    const real = related(500);
    const profile = profileTable(real.table, real.schema);
    const { access, charged } = accessTo(planFor(method, 500, 3), 500);
    const result = await fit(method, real.table, profile, access);
    expect(result.loss).toEqual([]);
    expect(charged()).toBe(usesOf(access.events));
    const rows = 1000;
    const [colour, , sizes, price] = (await sampled(result, rows)).columns;
    expect(tensorCount()).toBe(before);
    const realColours = codesOf(real.table.columns[0]);
    // 1,000 draws from shares of about a quarter: 8 points are beyond five standard deviations.
    for (let k = 0; k < 4; k++) {
      const share = codesOf(colour).filter((code) => code === k).length / rows;
      expect(Math.abs(share - realColours.filter((code) => code === k).length / 500)).toBeLessThan(0.08);
    }
    expect(valuesOf(sizes).every((v) => Number.isInteger(v) && v >= 0 && v <= 34)).toBe(true);
    const missing = valuesOf(price).filter(Number.isNaN).length / rows;
    expect(missing).toBeGreaterThan(0.1);
    expect(missing).toBeLessThan(0.35);
  });

  it('copes with a noisy profile: masses of 0, and missing cells where it knows of none', async () => {
    const real = related(200);
    const { access } = accessTo(planFor(method, 200, 2), 200);
    const made = await sampled(await fit(method, real.table, noisyProfile(real), access), 400);
    for (const column of made.columns) {
      if (column.type === 'category') expect(codesOf(column).every((code) => code >= 0)).toBe(true);
      else expect(valuesOf(column).some(Number.isNaN)).toBe(false);
    }
    // The second colour has no mass: the last calibration keeps it away, to one row in a thousand.
    const second = codesOf(made.columns[0]).filter((code) => code === 1).length;
    if (method === 'autoregressive') expect(second).toBe(0);
    else expect(second).toBeLessThan(8);
  });

  it('knows of the rows nothing but what mechanisms say', async () => {
    const real = related(300);
    const profile = profileTable(real.table, real.schema);
    const events = planFor(method, 300, 2);
    const steps = usesOf(events.slice(-1));
    const others: Table = {
      rows: 300,
      columns: real.table.columns.map((column) =>
        column.type === 'category'
          ? { ...column, codes: column.codes.map(() => -1) }
          : column.type === 'text'
            ? column
            : { ...column, values: column.values.map(() => NaN) },
      ),
    };
    const made: Table[] = [];
    for (const table of [real.table, others]) {
      const access = { mechanisms: blind(steps), firstEvent: 0, events, rowsPerUnit: 1, units: 300 };
      made.push(await sampled(await fit(method, table, profile, access), 50));
    }
    expect(made[1]).toEqual(made[0]);
  });

  it('trains on persons, shows the half-trained model, and charges all when stopped with it kept', async () => {
    const real = related(300);
    const profile = profileTable(real.table, real.schema);
    const unitOf = Int32Array.from({ length: 300 }, (_, row) => Math.floor(row / 3));
    const { access, charged } = accessTo(planFor(method, 100, 400), 100, unitOf);
    await withControl(async (control) => {
      const seen: number[] = [];
      let latest = 0;
      const { model, stopped } = await fit(method, real.table, profile, access, {
        control,
        onProgress: ({ done, loss }) => {
          latest = done;
          expect(loss).toBeNaN();
        },
        onModel: async (half) => {
          seen.push((await half.sample(20, { rng: seededRng('preview'), control })).rows);
          // What comes before the steps of DP-SGD is charged as far as it got.
          if (latest > 0.5 || method === 'gan') control.stop('keep');
        },
      });
      model.dispose();
      expect(stopped).toBe(true);
      expect(seen).toContain(20);
    });
    expect(charged()).toBe(usesOf(access.events));
  });
});
