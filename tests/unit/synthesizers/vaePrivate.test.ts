import { describe, expect, it } from 'vitest';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import { privacy } from '../../../workers/synthesizers/vae/privatePlan.ts';

const size = (units: number) => ({ units, rowsPerUnit: 1, columns: 5, epsilon: 1, delta: 1e-6 });
const planFor = (units: number, rho: number, epochs: number | null = null): readonly PlannedEvent[] =>
  privacy.events(size(units), rho, { epochs });
const lastOf = (events: readonly PlannedEvent[]): PlannedEvent => events[events.length - 1];

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
