import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussianDelta } from '../../../workers/privacy/analyticGaussian.ts';
import type { PrivacyEvent } from '../../../workers/privacy/events.ts';
import { deltaAt, epsilonAt, type LossDistribution } from '../../../workers/privacy/lossDistribution.ts';
import { composeLoss, pldDelta } from '../../../workers/privacy/pld.ts';
import { lossPair } from '../../../workers/privacy/pldMechanisms.ts';
import { normalCdf } from '../../../workers/privacy/special.ts';
import { ONE_OF_EACH } from './events.ts';

const check = (runs: number) => ({ seed: 30, numRuns: runs });

/** Above the truth, and by no more than `slack`. */
function expectTightBound(bound: number | undefined, exact: number, slack: number): void {
  expect(bound ?? NaN).toBeGreaterThanOrEqual(exact * (1 - 1e-12));
  expect(bound ?? NaN).toBeLessThanOrEqual(exact + slack);
}

const EPSILONS = [0, 0.01, 0.1, 0.37, 0.8, 1.5, 3];

describe('one release: the hockey stick is the known one, never below it', () => {
  test.each(EPSILONS)('Laplace at epsilon %d', (epsilon) => {
    for (const scale of [0.5, 1, 4]) {
      const exact = Math.max(0, -Math.expm1((epsilon - 1 / scale) / 2));
      expectTightBound(pldDelta([{ kind: 'laplace', scale, count: 1 }], epsilon), exact, 1e-7);
    }
  });

  test.each(EPSILONS)('randomised response and discrete Laplace at epsilon %d', (epsilon) => {
    const exact = Math.max(0, (Math.E - Math.exp(epsilon)) / (1 + Math.E));
    expectTightBound(pldDelta([{ kind: 'approxDp', epsilon: 1, delta: 0, count: 1 }], epsilon), exact, 1e-7);
    expectTightBound(pldDelta([{ kind: 'discreteLaplace', scale: 1, count: 1 }], epsilon), exact, 1e-7);
    const broken = pldDelta([{ kind: 'approxDp', epsilon: 1, delta: 0.01, count: 1 }], epsilon);
    expectTightBound(broken, 0.01 + 0.99 * exact, 1e-7);
  });

  test.each(EPSILONS)('Gaussian at epsilon %d', (epsilon) => {
    for (const sigma of [0.5, 1, 5]) {
      const bound = pldDelta([{ kind: 'gaussian', sigma, count: 1 }], epsilon);
      expectTightBound(bound, gaussianDelta(sigma, epsilon), 1e-7);
    }
  });

  test.each(EPSILONS)('discrete Gaussian at epsilon %d', (epsilon) => {
    for (const sigma of [0.6, 2, 11.5]) {
      const weight = (k: number) => Math.exp((-k * k) / (2 * sigma * sigma));
      let [total, excess] = [0, 0];
      for (let k = -400; k <= 400; k++) {
        total += weight(k);
        excess += Math.max(0, weight(k) - Math.exp(epsilon) * weight(k - 1));
      }
      const bound = pldDelta([{ kind: 'discreteGaussian', sigma, sensitivity: 1, count: 1 }], epsilon);
      expectTightBound(bound, excess / total, 1e-7);
    }
  });

  test.each(EPSILONS)('subsampled Gaussian at epsilon %d, in each direction', (epsilon) => {
    for (const [q, sigma] of [
      [0.01, 0.7],
      [0.2, 1],
      [0.6, 2],
    ]) {
      const at = (loss: number) => sigma * sigma * Math.log((Math.exp(loss) - (1 - q)) / q) + 0.5;
      const above = (x: number) => (1 - q) * normalCdf(-x / sigma) + q * normalCdf((1 - x) / sigma);
      const remove = above(at(epsilon)) - Math.exp(epsilon) * normalCdf(-at(epsilon) / sigma);
      const x = Math.exp(-epsilon) > 1 - q ? at(-epsilon) : -Infinity;
      const add = normalCdf(x / sigma) - Math.exp(epsilon) * (1 - above(x));
      const event: PrivacyEvent = { kind: 'sampledGaussian', q, sigma, steps: 1 };
      const composed = composeLoss([event]);
      if (!composed) throw new Error('nothing composed');
      expectTightBound(deltaAt(composed.remove, epsilon), Math.max(0, remove), 1e-7);
      expectTightBound(deltaAt(composed.add, epsilon), Math.max(0, add), 1e-7);
      expect(pldDelta([event], epsilon)).toBe(
        Math.max(deltaAt(composed.remove, epsilon), deltaAt(composed.add, epsilon)),
      );
    }
  });
});

describe('the exponential mechanism', { timeout: 120_000 }, () => {
  /** A two-outcome mechanism of bounded range: losses t and t - range. */
  interface TwoPoint {
    readonly top: number;
    readonly range: number;
  }
  const chanceOfTop = ({ top, range }: TwoPoint) => (Math.exp(range) - Math.exp(top)) / Math.expm1(range);

  /** Exact delta of a composition of two-outcome mechanisms. */
  function exactDelta(parts: readonly TwoPoint[], epsilon: number): number {
    let delta = 0;
    for (let outcome = 0; outcome < 2 ** parts.length; outcome++) {
      let [chance, loss] = [1, 0];
      parts.forEach((part, i) => {
        const isTop = ((outcome >> i) & 1) === 1;
        chance *= isTop ? chanceOfTop(part) : 1 - chanceOfTop(part);
        loss += isTop ? part.top : part.top - part.range;
      });
      delta += chance * Math.max(0, -Math.expm1(epsilon - loss));
    }
    return delta;
  }

  test('is bounded for every place of its range, one to six times in a row', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 6 }), share, (places, at) => {
        const range = 0.6;
        const parts = places.map((place) => ({ top: place * range, range }));
        const epsilon = at * range * places.length;
        const bound =
          pldDelta([{ kind: 'exponential', epsilon: range, count: places.length }], epsilon) ?? NaN;
        expect(bound).toBeGreaterThanOrEqual(exactDelta(parts, epsilon) * (1 - 1e-12));
      }),
      check(60),
    );
  });

  test('has the least such bound for one selection', () => {
    const range = 0.6;
    for (const epsilon of [0, 0.1, 0.3, 0.55]) {
      const places = Array.from({ length: 2001 }, (_, i) => ({ top: (i / 2000) * range, range }));
      const worst = Math.max(...places.map((place) => exactDelta([place], epsilon)));
      expectTightBound(pldDelta([{ kind: 'exponential', epsilon: range, count: 1 }], epsilon), worst, 1e-6);
    }
  });
});

describe('composition', { timeout: 120_000 }, () => {
  /** Convolution by the definition, with everything infinite composed apart. */
  function convolve(a: LossDistribution, b: LossDistribution): LossDistribution {
    const mass = new Float64Array(a.mass.length + b.mass.length - 1);
    a.mass.forEach((x, i) => b.mass.forEach((y, j) => (mass[i + j] += x * y)));
    const infinite = 1 - (1 - a.infinite) * (1 - b.infinite);
    return { step: a.step, lowest: a.lowest + b.lowest, mass, infinite };
  }

  const events: readonly PrivacyEvent[] = [
    { kind: 'sampledGaussian', q: 0.3, sigma: 1.5, steps: 3 },
    { kind: 'laplace', scale: 2, count: 1 },
    { kind: 'exponential', epsilon: 0.5, count: 2 },
    { kind: 'discreteGaussian', sigma: 3, sensitivity: 1, count: 1 },
  ];

  test('by FFT equals convolution by the definition, in each direction', () => {
    const step = 0.01;
    const composed = composeLoss(events, step);
    for (const side of ['remove', 'add'] as const) {
      const singles = events.flatMap((event) =>
        Array.from(
          { length: event.kind === 'sampledGaussian' ? event.steps : event.count },
          () => lossPair(event, step)[side],
        ),
      );
      const direct = singles.reduce(convolve);
      const ours = composed?.[side];
      if (ours === undefined) throw new Error('nothing composed');
      for (const epsilon of EPSILONS) {
        const [exact, bound] = [deltaAt(direct, epsilon), deltaAt(ours, epsilon)];
        expect(bound).toBeGreaterThanOrEqual(exact - 1e-16);
        expect(bound - exact).toBeLessThan(1e-12);
      }
    }
  });

  test('keeps ADD and REMOVE apart: they differ for sampled mechanisms only', () => {
    const sampled = composeLoss([events[0]]);
    const plain = composeLoss(events.slice(1));
    if (!sampled || !plain) throw new Error('nothing composed');
    expect(deltaAt(sampled.remove, 0.5)).not.toBeCloseTo(deltaAt(sampled.add, 0.5), 4);
    expect(deltaAt(plain.remove, 0.5)).toBeCloseTo(deltaAt(plain.add, 0.5), 12);
  });

  test('on any grid is an upper bound: a coarser one costs more', () => {
    const epsilons = [0.02, 0.005, 0.001, 0.0001].map((step) => {
      const composed = composeLoss(events, step);
      return composed ? epsilonAt(composed.remove, 1e-5) : NaN;
    });
    for (let i = 1; i < epsilons.length; i++) expect(epsilons[i]).toBeLessThan(epsilons[i - 1]);
  });

  test('counts what rounding and the cut of the window may have moved, more with more steps', () => {
    const infinite = [1, 1000, 100_000].map((steps) => {
      const event: PrivacyEvent = { kind: 'sampledGaussian', q: 0.001, sigma: 2, steps };
      return composeLoss([event])?.remove.infinite ?? NaN;
    });
    expect(infinite[0]).toBeGreaterThan(2e-15);
    expect(infinite[1]).toBeGreaterThan(1000 * 2 ** -53);
    expect(infinite[2]).toBeGreaterThan(100_000 * 2 ** -53);
    expect(infinite[2]).toBeLessThan(1e-9);
  });

  test('widens its grid for wide losses, and declines the hopeless', () => {
    const wide = composeLoss([{ kind: 'laplace', scale: 0.01, count: 400 }]);
    expect(wide?.remove.step).toBeGreaterThan(1e-4);
    expect(composeLoss([{ kind: 'laplace', scale: 1e-7, count: 1 }])).toBeUndefined();
  });

  test('of every kind at once gives decreasing deltas that epsilonAt inverts', () => {
    const composed = composeLoss(ONE_OF_EACH);
    if (!composed) throw new Error('nothing composed');
    let before = Infinity;
    for (let epsilon = 0; epsilon < 6; epsilon += 0.25) {
      const delta = deltaAt(composed.remove, epsilon);
      expect(delta).toBeLessThan(before);
      if (delta > 1e-7) expect(epsilonAt(composed.remove, delta)).toBeCloseTo(epsilon, 6);
      before = delta;
    }
  });
});

describe('reading a loss distribution', () => {
  const loss: LossDistribution = {
    step: 0.5,
    lowest: -1,
    mass: Float64Array.of(0.3, 0.4, 0.2, 0.05),
    infinite: 0.05,
  };
  const direct = (epsilon: number) =>
    loss.mass.reduce(
      (sum, mass, i) => sum + mass * Math.max(0, -Math.expm1(epsilon - (loss.lowest + i) * loss.step)),
      loss.infinite,
    );

  test.each([0, 0.1, 0.25, 0.5, 0.7, 1, 1.2, 5])(
    'delta at %d is the sum over the losses above',
    (epsilon) => {
      expect(deltaAt(loss, epsilon)).toBeCloseTo(direct(epsilon), 14);
    },
  );

  test('epsilon inverts delta within cells, is 0 above delta(0) and infinite under the infinite mass', () => {
    for (const epsilon of [0.05, 0.25, 0.5, 0.75, 0.999]) {
      expect(epsilonAt(loss, direct(epsilon))).toBeCloseTo(epsilon, 12);
    }
    expect(epsilonAt(loss, direct(0) + 0.01)).toBe(0);
    expect(epsilonAt(loss, 0.05)).toBe(Infinity);
    expect(epsilonAt(loss, 0.01)).toBe(Infinity);
  });

  test('of positive losses only still finds small epsilons', () => {
    const high: LossDistribution = { step: 0.5, lowest: 2, mass: Float64Array.of(0.5, 0.5), infinite: 0 };
    const at = (epsilon: number) => -0.5 * Math.expm1(epsilon - 1) - 0.5 * Math.expm1(epsilon - 1.5);
    for (const epsilon of [0, 0.3, 0.49, 0.8, 1.2]) {
      const exact = epsilon > 1 ? -0.5 * Math.expm1(epsilon - 1.5) : at(epsilon);
      expect(deltaAt(high, epsilon)).toBeCloseTo(exact, 14);
      expect(epsilonAt(high, exact)).toBeCloseTo(epsilon, 12);
    }
  });
});
