import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import { gaussianDelta, gaussianEpsilon, gaussianSigma } from '../../../workers/privacy/analyticGaussian.ts';
import { bisect, doubleUntil } from '../../../workers/privacy/bisect.ts';
import { calibrateNoise } from '../../../workers/privacy/calibrate.ts';
import type { PrivacyEvent } from '../../../workers/privacy/events.ts';
import { publicDelta, validateDeltaForRows } from '../../../workers/privacy/validate.ts';
import {
  cdpDelta,
  cdpEpsilon,
  cdpRho,
  exponentialEpsilonOfRho,
  exponentialRho,
  gaussianRho,
  sigmaOfRho,
} from '../../../workers/privacy/zcdp.ts';

const check = (runs: number) => ({ seed: 40, numRuns: runs });
const anyEpsilon = fc.double({ min: 0.05, max: 20, noNaN: true });
const anyDelta = fc.integer({ min: 3, max: 9 }).map((exponent) => Number(`1e-${exponent}`));
const anyRho = fc.double({ min: 1e-6, max: 10, noNaN: true });

describe('calibrated noise', { timeout: 120_000 }, () => {
  test('never overshoots the budget, and a little less noise would', () => {
    const plan = fc.record({
      epsilon: fc.double({ min: 0.3, max: 10, noNaN: true }),
      delta: anyDelta,
      q: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
      steps: fc.integer({ min: 1, max: 2000 }),
    });
    fc.assert(
      fc.property(plan, ({ epsilon, delta, q, steps }) => {
        const at = (sigma: number): PrivacyEvent[] => [{ kind: 'sampledGaussian', q, sigma, steps }];
        const found = calibrateNoise(at, { epsilon, delta }, 1e-4);
        expect(found.epsilon).toBeLessThanOrEqual(epsilon);
        expect(epsilonOf(at(found.noise), delta).epsilon).toBe(found.epsilon);
        expect(epsilonOf(at(found.noise * 0.999), delta).epsilon).toBeGreaterThan(epsilon);
      }),
      check(8),
    );
  });

  test('leaves room for what else the plan holds', () => {
    const budget = { epsilon: 2, delta: 1e-6 };
    const fixed: readonly PrivacyEvent[] = [
      { kind: 'exponential', epsilon: 0.1, count: 10 },
      { kind: 'approxDp', epsilon: 0, delta: 1e-7, count: 1 },
    ];
    const training = (sigma: number): PrivacyEvent => ({
      kind: 'sampledGaussian',
      q: 0.01,
      sigma,
      steps: 1000,
    });
    const alone = calibrateNoise((sigma) => [training(sigma)], budget, 1e-3);
    const shared = calibrateNoise((sigma) => [...fixed, training(sigma)], budget, 1e-3);
    expect(shared.noise).toBeGreaterThan(alone.noise);
    expect(shared.epsilon).toBeLessThanOrEqual(2);
    expect(shared.epsilon).toBeGreaterThan(1.99);
  });

  test('scales a whole plan of measurements and selections at once', () => {
    const budget = { epsilon: 1, delta: 1e-6 };
    const adaptive = (noise: number): PrivacyEvent[] => [
      { kind: 'discreteGaussian', sigma: noise, sensitivity: 1, count: 60 },
      { kind: 'exponential', epsilon: 0.67 / noise, count: 60 },
    ];
    const found = calibrateNoise(adaptive, budget, 1e-4);
    expect(found.epsilon).toBeLessThanOrEqual(1);
    expect(found.epsilon).toBeGreaterThan(0.9995);
    expect(found.accountant).toBe('pld');
    // zCDP alone would have asked for more noise
    const rho = (noise: number) => 60 * (gaussianRho(noise) + exponentialRho(0.67 / noise));
    expect(rho(found.noise)).toBeGreaterThan(1.05 * cdpRho(1, 1e-6));
  });

  test('finds the exact sigma for plain Gaussians', () => {
    const budget = { epsilon: 1, delta: 1e-5 };
    const found = calibrateNoise((sigma) => [{ kind: 'gaussian', sigma, count: 9 }], budget, 1e-8);
    expect(found.noise / (3 * gaussianSigma(1, 1e-5))).toBeCloseTo(1, 7);
    expect(found.accountant).toBe('analytic-gaussian');
  });

  test('says so where no noise is enough', () => {
    const fixed: PrivacyEvent = { kind: 'approxDp', epsilon: 0, delta: 1e-5, count: 1 };
    const plan = (sigma: number): PrivacyEvent[] => [fixed, { kind: 'gaussian', sigma, count: 1 }];
    expect(() => calibrateNoise(plan, { epsilon: 1, delta: 1e-6 })).toThrow('No amount of noise');
  });

  test.each([
    [0, 1e-6, 'epsilon=0'],
    [-1, 1e-6, 'epsilon=-1'],
    [NaN, 1e-6, 'epsilon=NaN'],
    [1e5, 1e-6, 'epsilon=100000'],
    [1, 0, 'delta=0'],
    [1, 1, 'delta=1'],
  ])('refuses epsilon %d at delta %d', (epsilon, delta, named) => {
    const plan = (sigma: number): PrivacyEvent[] => [{ kind: 'gaussian', sigma, count: 1 }];
    expect(() => calibrateNoise(plan, { epsilon, delta })).toThrow(named);
  });
});

describe('the analytic Gaussian', () => {
  test('sigma, epsilon and delta invert each other on the private side', () => {
    fc.assert(
      fc.property(anyEpsilon, anyDelta, (epsilon, delta) => {
        const sigma = gaussianSigma(epsilon, delta);
        expect(gaussianDelta(sigma, epsilon)).toBeLessThanOrEqual(delta);
        expect(gaussianDelta(sigma * (1 - 1e-9), epsilon)).toBeGreaterThan(delta);
        const back = gaussianEpsilon(sigma, delta);
        expect(gaussianDelta(sigma, back)).toBeLessThanOrEqual(delta);
        expect(back / epsilon).toBeCloseTo(1, 8);
      }),
      check(100),
    );
  });

  test('delta falls with sigma and epsilon', () => {
    for (const sigma of [0.3, 1, 7]) {
      for (const epsilon of [0, 0.5, 4]) {
        expect(gaussianDelta(sigma * 1.1, epsilon)).toBeLessThan(gaussianDelta(sigma, epsilon));
        expect(gaussianDelta(sigma, epsilon + 0.1)).toBeLessThan(gaussianDelta(sigma, epsilon));
      }
    }
  });
});

describe('zCDP', () => {
  test('conversions end on the private side', () => {
    fc.assert(
      fc.property(anyRho, anyEpsilon, anyDelta, (rho, epsilon, delta) => {
        const asEpsilon = cdpEpsilon(rho, delta);
        expect(cdpDelta(rho, asEpsilon)).toBeLessThanOrEqual(delta);
        if (asEpsilon > 0) expect(cdpDelta(rho, asEpsilon * (1 - 1e-6))).toBeGreaterThan(delta);
        const asRho = cdpRho(epsilon, delta);
        expect(cdpDelta(asRho, epsilon)).toBeLessThanOrEqual(delta);
        expect(cdpDelta(asRho * (1 + 1e-6), epsilon)).toBeGreaterThan(delta);
      }),
      check(100),
    );
  });

  test('bounds the Gaussian that spends the same rho', () => {
    fc.assert(
      fc.property(anyRho, anyEpsilon, (rho, epsilon) => {
        const exact = gaussianDelta(sigmaOfRho(rho), epsilon);
        expect(cdpDelta(rho, epsilon)).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
      }),
      check(200),
    );
  });

  test('noise and rho invert each other', () => {
    for (const rho of [1e-4, 0.3, 5]) {
      expect(gaussianRho(sigmaOfRho(rho))).toBeCloseTo(rho, 12);
      expect(exponentialRho(exponentialEpsilonOfRho(rho))).toBeCloseTo(rho, 12);
    }
  });
});

describe('searches', () => {
  test('bisect brackets the turning point to the last bit', () => {
    const { low, high } = bisect((x) => x * x >= 2, 0, 2);
    expect(low * low).toBeLessThan(2);
    expect(high * high).toBeGreaterThanOrEqual(2);
    expect(high - low).toBeLessThan(3e-16);
  });

  test('doubleUntil gives up at its limit', () => {
    expect(doubleUntil((x) => x >= 5, 1, 100)).toBe(8);
    expect(doubleUntil(() => false, 1, 100)).toBeUndefined();
  });
});

describe('the public delta', () => {
  test.each([
    [300, 1e-5],
    [99_999, 1e-5],
    [100_000, 1e-6],
    [100_001, 1e-6],
    [1_000_000, 1e-7],
    [48_842, 1e-5],
  ])('of %i rows is %d', (rows, delta) => {
    expect(publicDelta(rows)).toBe(delta);
    expect(() => validateDeltaForRows(publicDelta(rows), rows)).not.toThrow();
  });

  test('of 1 / rows or more is refused', () => {
    expect(() => validateDeltaForRows(1e-3, 1000)).toThrow('delta=0.001');
    expect(() => validateDeltaForRows(0.5, 300)).toThrow('Expected delta below 1 / rows');
    expect(() => validateDeltaForRows(1e-6, 0)).toThrow('rows=0');
  });
});
