import { beforeAll, describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import type { Mechanisms } from '../../../workers/privacy/mechanismTypes.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { Profile } from '../../../workers/profile/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { FitContext, FitResult, PrivateAccess } from '../../../workers/synthesizers/types.ts';
import { pairsOf } from '../../../workers/synthesizers/gan/pairs.ts';
import { privacy } from '../../../workers/synthesizers/gan/privatePlan.ts';
import { gan } from '../../../workers/synthesizers/gan/gan.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import type { Table } from '../../../workers/table/types.ts';
import { related } from './related.ts';

const size = (units: number) => ({ units, rowsPerUnit: 1, columns: 5, epsilon: 1, delta: 1e-6 });
const planFor = (units: number, rho: number, epochs: number | null = null): readonly PlannedEvent[] =>
  privacy.events(size(units), rho, { epochs });

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
    return await gan.fit(input, { epochs: null }, { ...context, rng: seededRng('fit'), control, ...more });
  } finally {
    control.close();
  }
};

interface Step {
  readonly sum: Float32Array;
  readonly sensitivity: number;
}

describe('the plan of the private GAN', () => {
  it('counts every pair of columns and trains the critic, at a rate that does not depend on the budget', () => {
    for (const units of [1, 50, 3000, 100_000]) {
      const [[pairs, training], [, more]] = [planFor(units, 0.1), planFor(units, 0.4)];
      expect(pairs.event).toMatchObject({ kind: 'discreteGaussian', sensitivity: 1, count: 10 });
      if (training.event.kind !== 'sampledGaussian' || more.event.kind !== 'sampledGaussian')
        throw new Error('not DP-SGD');
      expect([more.event.q, more.event.steps]).toEqual([training.event.q, training.event.steps]);
      expect(Number.isInteger(training.event.q * 2 ** 32)).toBe(true);
      expect(training.event.sigma).toBeGreaterThan(more.event.sigma);
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
    expect(costs[2]).toBeGreaterThan(1.5);
    expect(costs[2]).toBeLessThan(6);
  });

  it('takes few of many pairs, but all of the target’s', () => {
    expect(pairsOf(5)).toHaveLength(10);
    const many = pairsOf(200, 7);
    expect(many.length).toBeLessThan(2600);
    expect(many.filter((pair) => pair.includes(7))).toHaveLength(199);
    expect(new Set(many.map(String)).size).toBe(many.length);
    expect(many.every(([first, second]) => first < second && second < 200)).toBe(true);
    expect(pairsOf(1)).toEqual([]);
  });
});

describe('the private GAN', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('asks of rows without one unit’s what it asks of all, within the sensitivities', async () => {
    const real = related(60);
    const profile = profileTable(real.table, real.schema);
    const events = planFor(20, 0.5, 3);
    const unitOf = Int32Array.from({ length: 60 }, (_, row) => row % 20);
    const askedIn = async (rows: Int32Array): Promise<{ counts: Float64Array[]; sums: Step[] }> => {
      const asked = { counts: new Array<Float64Array>(), sums: new Array<Step>() };
      const unused = (): never => {
        throw new Error('not planned');
      };
      const mechanisms: Mechanisms = {
        charged: [],
        prepay: () => Promise.resolve(),
        noisyCounts: (_, counts) => {
          asked.counts.push(counts.slice());
          return counts.map((__, cell) => cell % 5);
        },
        discover: unused,
        select: unused,
        sampledStep: () => ({
          units: Uint32Array.from({ length: 20 }, (_, unit) => unit),
          addNoise: (sum, sensitivity) => {
            asked.sums.push({ sum: sum.slice(), sensitivity });
            sum.forEach((_, i) => (sum[i] = (i % 7) - 3));
          },
        }),
      };
      const access = {
        mechanisms,
        firstEvent: 0,
        events,
        rowsPerUnit: 3,
        units: 20,
        unitOf: unitOf.filter((_, row) => rows.includes(row)),
      };
      (await fit(takeRows(real.table, rows), profile, access)).model.dispose();
      return asked;
    };
    const all = Int32Array.from({ length: 60 }, (_, row) => row);
    const whole = await askedIn(all);
    expect(whole.counts).toHaveLength(10);
    for (const gone of [0, 7]) {
      const less = await askedIn(all.filter((row) => unitOf[row] !== gone));
      whole.counts.forEach((counts, i) => {
        const apart = Math.hypot(...counts.map((count, cell) => count - less.counts[i][cell]));
        expect(apart).toBeGreaterThan(0);
        expect(apart).toBeLessThanOrEqual(3);
      });
      expect(whole.sums).toHaveLength(3);
      whole.sums.forEach(({ sum, sensitivity }, i) => {
        const apart = Math.hypot(...sum.map((value, at) => value - less.sums[i].sum[at]));
        expect(less.sums[i].sensitivity).toBe(sensitivity);
        expect(apart).toBeGreaterThan(0);
        expect(apart).toBeLessThanOrEqual(sensitivity);
      });
    }
  });
});
