import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deltaOf, epsilonOf } from '../../../workers/privacy/accountant.ts';
import { type PrivacyEvent, countOf, selfCompose } from '../../../workers/privacy/events.ts';
import { pldEpsilon } from '../../../workers/privacy/pld.ts';
import { rdpEpsilon, rdpOf } from '../../../workers/privacy/rdp.ts';
import { ONE_OF_EACH } from './events.ts';

const DELTA = 1e-6;
const rdpOnly = (events: readonly PrivacyEvent[], delta = DELTA) => rdpEpsilon(rdpOf(events), delta).epsilon;

/** What a change of grid may move in an upper bound that would otherwise be monotone. */
const GRID = 2e-3;

const sampled = fc.record({
  kind: fc.constant('sampledGaussian' as const),
  q: fc.double({ min: 1e-4, max: 0.3, noNaN: true }),
  sigma: fc.double({ min: 0.6, max: 6, noNaN: true }),
  steps: fc.integer({ min: 1, max: 3000 }),
});
const factor = fc.double({ min: 1.05, max: 3, noNaN: true });
const check = (runs: number) => ({ seed: 20, numRuns: runs });

describe('epsilon', { timeout: 120_000 }, () => {
  test('falls with sigma and delta, rises with q and steps', () => {
    fc.assert(
      fc.property(sampled, factor, (event, by) => {
        const worse: PrivacyEvent[] = [
          { ...event, sigma: event.sigma / by },
          { ...event, q: Math.min(1, event.q * by) },
          { ...event, steps: Math.ceil(event.steps * by) },
        ];
        const [plain, exact] = [epsilonOf([event], DELTA).epsilon, rdpOnly([event])];
        for (const other of worse) {
          expect(rdpOnly([other])).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
          expect(epsilonOf([other], DELTA).epsilon).toBeGreaterThanOrEqual(plain * (1 - GRID));
        }
        expect(epsilonOf([event], DELTA / by).epsilon).toBeGreaterThanOrEqual(plain * (1 - GRID));
      }),
      check(12),
    );
  });

  test('by PLD is at most that by RDP for subsampled Gaussians', () => {
    fc.assert(
      fc.property(sampled, (event) => {
        const pld = pldEpsilon([event], DELTA) ?? NaN;
        expect(pld).toBeLessThanOrEqual(rdpOnly([event]));
        expect(epsilonOf([event], DELTA)).toEqual({ epsilon: pld, accountant: 'pld' });
      }),
      check(20),
    );
  });

  test('is found again from its delta', () => {
    fc.assert(
      fc.property(sampled, (event) => {
        const { epsilon } = epsilonOf([event], DELTA);
        const { delta } = deltaOf([event], epsilon);
        expect(Math.abs(Math.log(delta / DELTA))).toBeLessThan(1e-6);
      }),
      check(10),
    );
  });

  test.each(ONE_OF_EACH)('of $kind run n times is that of n entries in a row', (event) => {
    const entries = Array.from({ length: 5 }, () => event);
    const five = epsilonOf([selfCompose(event, 5)], DELTA);
    expect(epsilonOf(entries, DELTA)).toEqual(five);
    expect(five.epsilon).toBeGreaterThan(epsilonOf([event], DELTA).epsilon * 1.5);
  });

  test.each(ONE_OF_EACH)('of $kind is 0 when it never happened', (event) => {
    const none = selfCompose(event, 0);
    expect(countOf(none)).toBe(0);
    expect(epsilonOf([none], DELTA).epsilon).toBe(0);
    expect(deltaOf([none], 0.1).delta).toBe(0);
  });

  test('of nothing is 0, of a sampled mechanism that samples nobody too', () => {
    expect(epsilonOf([], DELTA).epsilon).toBe(0);
    expect(epsilonOf([{ kind: 'sampledGaussian', q: 0, sigma: 1, steps: 100 }], DELTA).epsilon).toBe(0);
  });

  test('does not depend on the order of events', () => {
    const forward = epsilonOf(ONE_OF_EACH, DELTA).epsilon;
    const backward = epsilonOf([...ONE_OF_EACH].reverse(), DELTA).epsilon;
    expect(backward / forward).toBeCloseTo(1, 9);
  });

  test('of all together is above each alone and below the sum of all at their share of delta', () => {
    const together = epsilonOf(ONE_OF_EACH, DELTA).epsilon;
    let sum = 0;
    for (const event of ONE_OF_EACH) {
      expect(together).toBeGreaterThan(epsilonOf([event], DELTA).epsilon);
      sum += epsilonOf([event], DELTA / ONE_OF_EACH.length).epsilon;
    }
    expect(together).toBeLessThan(0.8 * sum);
  });

  test('of a plain Gaussian is exact, as one event, as many, and as sampling everybody', () => {
    const one = epsilonOf([{ kind: 'gaussian', sigma: 2, count: 1 }], DELTA);
    expect(one.accountant).toBe('analytic-gaussian');
    expect(epsilonOf([{ kind: 'gaussian', sigma: 4, count: 4 }], DELTA).epsilon).toBeCloseTo(one.epsilon, 12);
    const all: PrivacyEvent = { kind: 'sampledGaussian', q: 1, sigma: 2 * Math.sqrt(7), steps: 7 };
    expect(epsilonOf([all], DELTA).epsilon).toBeCloseTo(one.epsilon, 12);
  });

  test('under the floor of the loss distribution comes from RDP', () => {
    const event: PrivacyEvent = { kind: 'sampledGaussian', q: 0.01, sigma: 1, steps: 100 };
    expect(pldEpsilon([event], 9e-10)).toBeUndefined();
    expect(epsilonOf([event], 9e-10)).toEqual({ epsilon: rdpOnly([event], 9e-10), accountant: 'rdp' });
  });

  test('of noise at a person level, where counts move by more than one, comes from RDP', () => {
    const event: PrivacyEvent = { kind: 'discreteGaussian', sigma: 30, sensitivity: 3, count: 4 };
    const bound = epsilonOf([event], DELTA);
    expect(bound.accountant).toBe('rdp');
    // four Gaussians at ratio 10 are one at ratio 5; the price of RDP over the exact bound is under a tenth
    const exact = epsilonOf([{ kind: 'gaussian', sigma: 5, count: 1 }], DELTA).epsilon;
    expect(bound.epsilon).toBeGreaterThan(exact);
    expect(bound.epsilon).toBeLessThan(1.1 * exact);
  });

  test.each([
    ['a selection', { kind: 'exponential', epsilon: 2000, count: 1 }],
    ['a black box', { kind: 'approxDp', epsilon: 2000, delta: 0, count: 1 }],
    ['a Laplace release', { kind: 'laplace', scale: 1 / 2000, count: 1 }],
    ['a discrete Laplace release', { kind: 'discreteLaplace', scale: 1 / 2000, count: 1 }],
  ] as const)('of %s that protects nobody is about its own', (_, event) => {
    const { epsilon } = epsilonOf([event], DELTA);
    expect(epsilon).toBeLessThan(2000.1);
    expect(epsilon).toBeGreaterThan(1950);
  });

  test('of huge noiseless plans stays finite and above that of small ones', () => {
    const event: PrivacyEvent = { kind: 'sampledGaussian', q: 0.9, sigma: 0.02, steps: 100_000 };
    const { epsilon } = epsilonOf([event], DELTA);
    expect(Number.isFinite(epsilon)).toBe(true);
    expect(epsilon).toBeGreaterThan(1e6);
  });
});

describe('a bare failure probability', () => {
  const noise: PrivacyEvent = { kind: 'sampledGaussian', q: 0.01, sigma: 1, steps: 500 };
  const failure = (delta: number, count = 1): PrivacyEvent => ({
    kind: 'approxDp',
    epsilon: 0,
    delta,
    count,
  });

  test('adds to delta', () => {
    const alone = deltaOf([noise], 1).delta;
    const both = deltaOf([noise, failure(1e-4, 3)], 1).delta;
    const fails = 1 - (1 - 1e-4) ** 3;
    expect(both / (fails + (1 - fails) * alone)).toBeCloseTo(1, 9);
  });

  test('eats into delta, and leaves nothing once it is as large', () => {
    const alone = epsilonOf([noise], DELTA).epsilon;
    expect(epsilonOf([noise, failure(DELTA / 2)], DELTA).epsilon).toBeGreaterThan(alone);
    for (const events of [[noise, failure(DELTA)], [failure(2 * DELTA)], [failure(DELTA / 2, 3)]]) {
      expect(epsilonOf(events, DELTA).epsilon).toBe(Infinity);
    }
  });

  test('alone costs no epsilon while it is below delta', () => {
    expect(epsilonOf([failure(DELTA / 4, 2)], DELTA).epsilon).toBe(0);
    expect(deltaOf([failure(0.25, 2)], 3).delta).toBeCloseTo(1 - 0.75 ** 2, 12);
  });
});

describe('refusals name the parameter and its value', () => {
  const good: PrivacyEvent = { kind: 'sampledGaussian', q: 0.1, sigma: 1, steps: 10 };
  const bad: readonly (readonly [PrivacyEvent, string])[] = [
    [{ ...good, q: -0.1 }, 'q=-0.1'],
    [{ ...good, q: 1.1 }, 'q=1.1'],
    [{ ...good, q: NaN }, 'q=NaN'],
    [{ ...good, sigma: 0 }, 'sigma=0'],
    [{ ...good, sigma: -2 }, 'sigma=-2'],
    [{ ...good, sigma: Infinity }, 'sigma=Infinity'],
    [{ ...good, steps: 1.5 }, 'steps=1.5'],
    [{ ...good, steps: -1 }, 'steps=-1'],
    [{ ...good, steps: 1e10 }, 'steps=10000000000'],
    [{ kind: 'gaussian', sigma: 0, count: 1 }, 'sigma=0'],
    [{ kind: 'gaussian', sigma: 1, count: 0.5 }, 'count=0.5'],
    [{ kind: 'discreteGaussian', sigma: 1, sensitivity: 0, count: 1 }, 'sensitivity=0'],
    [{ kind: 'laplace', scale: -1, count: 1 }, 'scale=-1'],
    [{ kind: 'discreteLaplace', scale: NaN, count: 1 }, 'scale=NaN'],
    [{ kind: 'exponential', epsilon: 0, count: 1 }, 'epsilon=0'],
    [{ kind: 'exponential', epsilon: Infinity, count: 1 }, 'epsilon=Infinity'],
    [{ kind: 'approxDp', epsilon: -1, delta: 0, count: 1 }, 'epsilon=-1'],
    [{ kind: 'approxDp', epsilon: 1, delta: 1, count: 1 }, 'delta=1'],
  ];

  test.each(bad)('%o', (event, named) => {
    const refusal = expect.objectContaining({
      code: 'bad-settings',
      message: expect.stringContaining(named),
    });
    expect(() => epsilonOf([event], DELTA)).toThrow(refusal);
    expect(() => deltaOf([event], 1)).toThrow(refusal);
  });

  test.each([0, 1, -1e-6, NaN, 2])('delta=%d', (delta) => {
    expect(() => epsilonOf([good], delta)).toThrow(`delta=${delta}`);
  });

  test.each([-1, NaN, Infinity])('epsilon=%d', (epsilon) => {
    expect(() => deltaOf([good], epsilon)).toThrow(`epsilon=${epsilon}`);
  });
});
