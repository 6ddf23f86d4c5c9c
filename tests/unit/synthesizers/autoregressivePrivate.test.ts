import { beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import type { Mechanisms } from '../../../workers/privacy/mechanismTypes.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { autoregressive } from '../../../workers/synthesizers/autoregressive/autoregressive.ts';
import type { FitContext, FitResult, PrivateAccess } from '../../../workers/synthesizers/types.ts';
import { privacy } from '../../../workers/synthesizers/autoregressive/privatePlan.ts';
import type { Table } from '../../../workers/table/types.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import { distance } from '../nn/rowClassifier.ts';
import { ScriptedSteps } from '../nn/scriptedSteps.ts';
import { related } from './related.ts';

const size = (units: number) => ({ units, rowsPerUnit: 1, columns: 5, epsilon: 1, delta: 1e-6 });
const planFor = (units: number, rho: number, epochs: number | null = null): readonly PlannedEvent[] =>
  privacy.events(size(units), rho, { epochs });
const lastOf = (events: readonly PlannedEvent[]): PlannedEvent => events[events.length - 1];

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
    return await autoregressive.fit(
      input,
      { epochs: null },
      { ...context, rng: seededRng('fit'), control, ...more },
    );
  } finally {
    control.close();
  }
};

describe('the plan of the private autoregressive network', () => {
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

  it('counts tables before, and only trains where there is a single column', () => {
    const kinds = (columns: number) =>
      privacy.events({ ...size(3000), columns }, 0.1, { epochs: null }).map(({ event }) => event.kind);
    expect(kinds(5)).toEqual(['exponential', 'discreteGaussian', 'sampledGaussian']);
    expect(kinds(1)).toEqual(['sampledGaussian']);
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

describe('the private autoregressive network', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('changes no sum by more than its sensitivity when a person is taken away, and only where that person is drawn', async () => {
    const real = related(90);
    const profile = profileTable(real.table, real.schema);
    const events = planFor(30, 0.5, 8);
    const gone = 7;
    const persons = Int32Array.from({ length: 90 }, (_, row) => row % 30);
    const staying = [...persons.keys()].filter((row) => persons[row] !== gone);
    const worlds = [
      { table: real.table, unitOf: persons },
      {
        table: takeRows(real.table, Int32Array.from(staying)),
        unitOf: Int32Array.from(staying, (row) => persons[row]),
      },
    ];
    const asked: { sum: Float32Array; sensitivity: number; drawn: boolean }[][] = [];
    for (const { table, unitOf } of worlds) {
      const seen: (typeof asked)[number] = [];
      asked.push(seen);
      const answers = seededRng('answers');
      const mechanisms: Mechanisms = new ScriptedSteps([]);
      mechanisms.select = () => 0;
      mechanisms.noisyCounts = (_, exact) => exact.map((__, cell) => 5 + (cell % 3));
      mechanisms.sampledStep = () => {
        const units = Uint32Array.from({ length: 30 }, (_, unit) => unit).filter(() => answers.int(3) > 0);
        return {
          units,
          addNoise: (sum, sensitivity) => {
            seen.push({ sum: sum.slice(), sensitivity, drawn: units.includes(gone) });
            for (let i = 0; i < sum.length; i++) sum[i] = answers.normal();
          },
        };
      };
      const access = { mechanisms, firstEvent: 0, events, rowsPerUnit: 3, units: 30, unitOf };
      (await fit(table, profile, access)).model.dispose();
    }
    expect(asked[0].length).toBeGreaterThan(4);
    expect(asked[0].some(({ drawn }) => drawn)).toBe(true);
    expect(asked[1]).toHaveLength(asked[0].length);
    asked[0].forEach(({ sum, sensitivity, drawn }, step) => {
      expect(asked[1][step].sensitivity).toBe(sensitivity);
      const moved = distance(sum, asked[1][step].sum);
      if (drawn) expect(moved).toBeGreaterThan(0.01);
      else expect(moved).toBe(0);
      expect(moved).toBeLessThanOrEqual(sensitivity);
    });
  });
});
