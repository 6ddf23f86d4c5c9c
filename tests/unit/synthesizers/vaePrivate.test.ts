import { beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { tensorCount } from '../../../workers/nn/tensors.ts';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import { countOf } from '../../../workers/privacy/events.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import type { Mechanisms } from '../../../workers/privacy/mechanismTypes.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { FitContext, FitResult, PrivateAccess } from '../../../workers/synthesizers/types.ts';
import { privacy } from '../../../workers/synthesizers/vae/privatePlan.ts';
import { vae } from '../../../workers/synthesizers/vae/vae.ts';
import type { Table } from '../../../workers/table/types.ts';
import { testRandom } from '../privacy/statistics.ts';
import { codesOf, related, valuesOf, type Real } from './related.ts';

const size = (units: number) => ({ units, rowsPerUnit: 1, columns: 5, epsilon: 1, delta: 1e-6 });
const planFor = (units: number, rho: number, epochs: number | null = null): readonly PlannedEvent[] =>
  privacy.events(size(units), rho, { epochs });

const lastOf = (events: readonly PlannedEvent[]): PlannedEvent => events[events.length - 1];
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

const fit = async (
  table: Table,
  profile: Profile,
  access: PrivateAccess,
  more: Partial<FitContext> = {},
): Promise<FitResult> => {
  const control = new RunControl();
  try {
    const context = { now: () => performance.now(), onProgress: () => undefined, onNotice: () => undefined };
    const input = { table, profile, access };
    return await vae.fit(input, { epochs: 1 }, { ...context, rng: seededRng('fit'), control, ...more });
  } finally {
    control.close();
  }
};

const sampled = async ({ model }: FitResult, rows: number): Promise<Table> => {
  const control = new RunControl();
  try {
    return await model.sample(rows, { rng: seededRng('sample'), control });
  } finally {
    model.dispose();
    control.close();
  }
};

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

describe('the plan of the private VAE', () => {
  it('ends with DP-SGD over the units, whose rate and steps do not depend on the budget', () => {
    for (const units of [1, 50, 3000, 100_000]) {
      const [small, large] = [0.001, 1].map((rho) => lastOf(planFor(units, rho)).event);
      if (small.kind !== 'sampledGaussian' || large.kind !== 'sampledGaussian') throw new Error('not DP-SGD');
      expect([small.q, small.steps]).toEqual([large.q, large.steps]);
      expect(small.q).toBeGreaterThan(0);
      expect(small.q).toBeLessThanOrEqual(1);
      expect(Number.isInteger(small.q * 2 ** 32)).toBe(true);
      expect(small.sigma).toBeGreaterThan(large.sigma);
    }
  });

  it('costs more for more rho, and about what rho says', () => {
    const costs = [0.01, 0.05, 0.2, 1].map(
      (rho) =>
        epsilonOf(
          planFor(39_000, rho).map(({ event }) => event),
          1e-5,
        ).epsilon,
    );
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    // The Gaussian mechanism at rho has epsilon 0.86 and 3.1 at delta 1e-5 for rho 0.02 and 0.2.
    expect(costs[2]).toBeGreaterThan(1.5);
    expect(costs[2]).toBeLessThan(6);
  });

  it('has as many expected passes over the units as there are epochs, where that is asked for', () => {
    const { event } = lastOf(planFor(10_000, 0.1, 4));
    if (event.kind !== 'sampledGaussian') throw new Error('not DP-SGD');
    expect(event.steps * event.q).toBeCloseTo(4, 1);
  });
});

describe('the private VAE', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('keeps columns, domains and the profile’s shares, pays for what it planned, and frees all', async () => {
    const before = tensorCount();
    const real = related(500);
    const profile = profileTable(real.table, real.schema);
    const { access, charged } = accessTo(planFor(500, 0.5, 2), 500);
    const result = await fit(real.table, profile, access);
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
    const profile = noisyProfile(real);
    const result = await fit(real.table, profile, accessTo(planFor(200, 0.5, 2), 200).access);
    const made = await sampled(result, 400);
    for (const column of made.columns) {
      if (column.type === 'category') expect(codesOf(column).every((code) => code >= 0)).toBe(true);
      else expect(valuesOf(column).some(Number.isNaN)).toBe(false);
    }
    // The second colour has no mass: the last calibration keeps it away, to one row in a thousand.
    expect(codesOf(made.columns[0]).filter((code) => code === 1).length).toBeLessThan(8);
  });

  it('knows of the rows nothing but what mechanisms say', async () => {
    const real = related(300);
    const profile = profileTable(real.table, real.schema);
    const events = planFor(300, 0.5, 2);
    const steps = countOf(lastOf(events).event);
    const blind = (): Mechanisms => {
      const unused = (): never => {
        throw new Error('not planned');
      };
      let taken = 0;
      return {
        charged: [],
        prepay: () => Promise.resolve(),
        noisyCounts: (_, exact) => exact.map((__, cell) => 5 + (cell % 3)),
        discover: unused,
        select: (_, scores) => scores.length - 1,
        sampledStep: () => {
          if (++taken > steps) throw new Error('more steps than planned');
          return { units: Uint32Array.of(1, 5, 200), addNoise: (sum) => sum.fill(0.25) };
        },
      };
    };
    const access = { firstEvent: 0, events, rowsPerUnit: 1, units: 300 };
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
    const made = [];
    for (const table of [real.table, others]) {
      made.push(await sampled(await fit(table, profile, { ...access, mechanisms: blind() }), 50));
    }
    expect(made[1]).toEqual(made[0]);
  });

  it('trains on persons, shows the half-trained model, and charges all when stopped with it kept', async () => {
    const real = related(300);
    const profile = profileTable(real.table, real.schema);
    const unitOf = Int32Array.from({ length: 300 }, (_, row) => Math.floor(row / 3));
    const { access, charged } = accessTo(planFor(100, 0.5, 400), 100, unitOf);
    const control = new RunControl();
    const seen: number[] = [];
    const result = await fit(real.table, profile, access, {
      control,
      onProgress: ({ done, loss }) => {
        expect(loss).toBeNaN();
        if (done > 0.52) control.stop('keep');
      },
      onModel: async (model) => {
        seen.push((await model.sample(20, { rng: seededRng('preview'), control })).rows);
      },
    });
    control.close();
    expect(result.stopped).toBe(true);
    expect(seen).toContain(20);
    expect(charged()).toBe(usesOf(access.events));
    result.model.dispose();
  });
});
