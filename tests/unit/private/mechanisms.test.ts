import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HomespunError } from '../../../workers/errors.ts';
import type { PlannedEvent } from '../../../workers/privacy/ledger.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { normalTail } from '../../../workers/privacy/special.ts';
import { stabilityThreshold } from '../../../workers/privacy/threshold.ts';
import { gTest, histogram, integerProbabilities, testRandom, TWO_SIDED } from '../privacy/statistics.ts';

/** P[X >= k] of the discrete Gaussian, summed term by term. */
function discreteTail(sigma: number, k: number): number {
  const reach = Math.ceil(40 * sigma) + 2;
  const weight = (x: number): number => Math.exp(-(x * x) / (2 * sigma * sigma));
  let total = 0;
  let above = 0;
  for (let x = -reach; x <= reach; x++) {
    total += weight(x);
    if (x >= k) above += weight(x);
  }
  return above / total;
}

const sigmas = fc.double({ min: 0.4, max: 40, noNaN: true });
const deltas = fc.double({ min: -12, max: -2, noNaN: true }).map((power) => 10 ** power);
const rowsPerUnit = fc.integer({ min: 1, max: 20 });

describe('the threshold of a found category', () => {
  test('is passed by what a single unit holds with probability delta at most, however its rows are spread', () => {
    fc.assert(
      fc.property(sigmas, deltas, rowsPerUnit, (sigma, delta, most) => {
        const threshold = stabilityThreshold(sigma, delta, most);
        // All rows on one value, or each on a value of its own: a union over the values.
        for (let values = 1; values <= most; values++) {
          const rows = Math.floor(most / values);
          expect(values * discreteTail(sigma, threshold - rows)).toBeLessThanOrEqual(delta);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is no more than three rows above the least that a continuous Gaussian would need', () => {
    fc.assert(
      fc.property(sigmas, deltas, rowsPerUnit, (sigma, delta, most) => {
        const least = (stabilityThreshold(sigma, delta, most) - most - 3) / sigma;
        fc.pre(least > 0);
        expect(most * normalTail(least)).toBeGreaterThan(delta);
      }),
    );
  });

  test('rises with the noise and with the rows of a unit, and falls with delta', () => {
    fc.assert(
      fc.property(sigmas, deltas, rowsPerUnit, (sigma, delta, most) => {
        const at = stabilityThreshold(sigma, delta, most);
        expect(stabilityThreshold(sigma * 1.5, delta, most)).toBeGreaterThanOrEqual(at);
        expect(stabilityThreshold(sigma, delta, most + 1)).toBeGreaterThan(at);
        expect(stabilityThreshold(sigma, Math.min(0.5, delta * 3), most)).toBeLessThanOrEqual(at);
      }),
    );
  });

  test.each([
    [0, 1e-6, 1],
    [NaN, 1e-6, 1],
    [3, 0, 1],
    [3, 1, 1],
    [3, 1e-6, 0],
    [3, 1e-6, 1.5],
  ])('refuses sigma %d, delta %d, rows %d', (sigma, delta, most) => {
    expect(() => stabilityThreshold(sigma, delta, most)).toThrow(HomespunError);
  });
});

const [counts, failure, select, step] = [0, 1, 2, 3];
const plan: readonly PlannedEvent[] = [
  { purpose: 'counts', event: { kind: 'discreteGaussian', sigma: 3, sensitivity: 1, count: 2 } },
  { purpose: 'failure', event: { kind: 'approxDp', epsilon: 0, delta: 1e-3, count: 1 } },
  { purpose: 'choice', event: { kind: 'exponential', epsilon: 1, count: 1 } },
  { purpose: 'training', event: { kind: 'sampledGaussian', q: 0.25, sigma: 2, steps: 3 } },
];
const many = (times: number): PlannedEvent[] =>
  plan.map(({ purpose, event }) => ({
    purpose,
    event: event.kind === 'sampledGaussian' ? { ...event, steps: times } : { ...event, count: times },
  }));
const kept = (): Promise<void> => Promise.resolve();
const runOf = (stream: number, events: readonly PlannedEvent[] = plan): PrivateRun =>
  new PrivateRun(events, testRandom(stream), kept);
const whole = Float64Array.of(5, 0, 7);

describe('a private run', () => {
  test('answers nothing that was not paid for, and each payment once', async () => {
    const run = runOf(1);
    expect(() => run.noisyCounts(counts, whole)).toThrow('not paid for');
    await run.prepay(counts, 1);
    run.noisyCounts(counts, whole);
    expect(() => run.noisyCounts(counts, whole)).toThrow('not paid for');
    await run.prepay(counts);
    run.noisyCounts(counts, whole);
    expect(() => run.noisyCounts(counts, whole)).toThrow('not paid for');
    expect(() => run.select(select, whole, 1)).toThrow('not paid for');
    expect(() => run.sampledStep(step, 10)).toThrow('not paid for');
    expect(() => run.discover(counts, failure, [], whole, whole)).toThrow('not paid for');
    expect(run.charged).toEqual([2, 0, 0, 0]);
  });

  test('takes no more payment than was planned', async () => {
    const charged: number[][] = [];
    const run = new PrivateRun(
      plan,
      testRandom(2),
      async (event, count) => void charged.push([event, count]),
    );
    await expect(run.prepay(counts, 3)).rejects.toThrow('More than the planned');
    await run.prepay(counts);
    await run.prepay(counts);
    await expect(run.prepay(counts, 1)).rejects.toThrow('More than the planned');
    expect(charged).toEqual([[counts, 2]]);
  });

  test.each([-1, 4, 0.5, NaN, Infinity])('knows no event number %d', async (event) => {
    const run = runOf(3);
    await run.prepay(counts);
    expect(() => run.noisyCounts(event, whole)).toThrow('no planned event');
    await expect(run.prepay(event)).rejects.toThrow('no planned event');
  });

  test('uses an event for nothing but the mechanism it was planned as', async () => {
    const run = runOf(4);
    for (const event of plan.keys()) await run.prepay(event);
    for (const event of [failure, select, step])
      expect(() => run.noisyCounts(event, whole)).toThrow('another mechanism');
    for (const event of [counts, failure, step])
      expect(() => run.select(event, whole, 1)).toThrow('another mechanism');
    for (const event of [counts, failure, select])
      expect(() => run.sampledStep(event, 10)).toThrow('another mechanism');
    expect(() => run.discover(counts, step, [], whole, whole)).toThrow('another mechanism');
    expect(() => run.discover(select, failure, [], whole, whole)).toThrow('another mechanism');
  });

  test.each([[[0.5]], [[NaN]], [[Infinity]], [[2 ** 53]]])('refuses counts of %d', async (wrong) => {
    const run = runOf(5, many(10));
    for (const event of plan.keys()) await run.prepay(event);
    const bad = Float64Array.from(wrong);
    expect(() => run.noisyCounts(counts, bad)).toThrow('whole number');
    expect(() => run.discover(counts, failure, ['a'], bad, whole)).toThrow('whole number');
    expect(() => run.discover(counts, failure, ['a'], Float64Array.of(1), bad)).toThrow('whole number');
  });

  test('has the charge on record before it answers, and answers nothing where that fails', async () => {
    let onRecord = false;
    const slow = new PrivateRun(plan, testRandom(6), async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      onRecord = true;
    });
    const paying = slow.prepay(counts);
    expect(() => slow.noisyCounts(counts, whole)).toThrow('not paid for');
    await paying;
    expect(onRecord).toBe(true);
    const broken = new PrivateRun(plan, testRandom(7), () => Promise.reject(new Error('disk full')));
    await expect(broken.prepay(counts)).rejects.toThrow('disk full');
    expect(() => broken.noisyCounts(counts, whole)).toThrow('not paid for');
  });

  test('draws the noise that is charged: a discrete Gaussian of the planned sigma', async () => {
    const draws = 60_000;
    const run = runOf(8, many(draws));
    await run.prepay(counts);
    const drawn = histogram(draws, 12, () => run.noisyCounts(counts, Float64Array.of(40))[0] - 40);
    const { statistic, limit } = gTest(
      drawn,
      integerProbabilities(12, (k) => Math.exp(-(k * k) / 18)),
    );
    expect(statistic).toBeLessThan(limit);
  });

  test('names a category of one row about as rarely as was planned, and one of many rows nearly always', async () => {
    const tries = 10_000;
    const run = runOf(9, many(tries));
    await run.prepay(counts);
    await run.prepay(failure);
    let rare = 0;
    let common = 0;
    for (let i = 0; i < tries; i++) {
      const {
        values,
        always,
        counts: found,
      } = run.discover(
        counts,
        failure,
        ['rare', 'common', 'absent'],
        Float64Array.of(1, 40, 0),
        Float64Array.of(3, 2),
      );
      expect(values).not.toContain('absent');
      expect([always.length, found.length]).toEqual([2, values.length]);
      if (values.includes('rare')) rare++;
      if (values.includes('common')) common++;
    }
    expect(rare).toBeLessThan(tries * 1e-3 + TWO_SIDED * Math.sqrt(tries * 1e-3));
    expect(common / tries).toBeGreaterThan(0.999);
  });

  test('tells found values in an order that says nothing of their rows', async () => {
    const run = runOf(10, many(50));
    await run.prepay(counts);
    await run.prepay(failure);
    const names = ['ward 10', 'Ward 9', 'ward 9', 'alpha', 'Ωmega'];
    const orders = Array.from({ length: 40 }, (_, shift) => {
      const turned = [...names.slice(shift % 5), ...names.slice(0, shift % 5)];
      const rows = Float64Array.from(turned, (_name, i) => 100 + 50 * ((i * 3 + shift) % 5));
      return run.discover(counts, failure, turned, rows, Float64Array.of(0)).values.join();
    });
    expect(new Set(orders).size).toBe(1);
  });

  test('samples each unit with exactly the planned rate, apart from all others', async () => {
    const [steps, units] = [4000, 64];
    const run = runOf(11, many(steps));
    await run.prepay(step);
    const chosen = new Float64Array(units);
    const sizes: number[] = [];
    let pairs = 0;
    for (let s = 0; s < steps; s++) {
      const { units: batch } = run.sampledStep(step, units);
      for (const unit of batch) chosen[unit]++;
      sizes.push(batch.length);
      if (batch.includes(3) && batch.includes(4)) pairs++;
    }
    const z = (seen: number, n: number, p: number): number => (seen - n * p) / Math.sqrt(n * p * (1 - p));
    // Two-sided at 1e-6 for each of the 64 units: 6e-5 for the whole, on fixed keys.
    for (const times of chosen) expect(Math.abs(z(times, steps, 0.25))).toBeLessThan(TWO_SIDED);
    expect(Math.abs(z(pairs, steps, 1 / 16))).toBeLessThan(TWO_SIDED);
    const { statistic, limit } = gTest(
      Array.from({ length: units + 1 }, (_, size) => sizes.filter((each) => each === size).length),
      binomial(units, 0.25),
    );
    expect(statistic).toBeLessThan(limit);
  });

  test.each([0.1, 1e-12])('refuses a rate of %d, which no number of random bits meets', async (q) => {
    const run = runOf(12, [
      { purpose: 'training', event: { kind: 'sampledGaussian', q, sigma: 1, steps: 1 } },
    ]);
    await run.prepay(0);
    expect(() => run.sampledStep(0, 10)).toThrow('rate');
  });

  test('gives a step its noise once, of the planned size', async () => {
    const run = runOf(13);
    await run.prepay(step);
    const opened = run.sampledStep(step, 10);
    const sum = new Float32Array(100_000);
    expect(() => opened.addNoise(sum, 0)).toThrow();
    const second = run.sampledStep(step, 10);
    second.addNoise(sum, 1.5);
    const std = Math.sqrt(sum.reduce((total, x) => total + x * x, 0) / sum.length);
    // Two-sided at 1e-6: relative error of a standard deviation is 1 / sqrt(2 n).
    expect(Math.abs(std / 3 - 1)).toBeLessThan(TWO_SIDED / Math.sqrt(2 * sum.length) + 1e-3);
    expect(() => second.addNoise(sum, 1.5)).toThrow('twice');
  });
});

/** P[Bin(n, p) = k] for k = 0 .. n. */
function binomial(n: number, p: number): number[] {
  const cells = [(1 - p) ** n];
  for (let k = 1; k <= n; k++) cells.push((cells[k - 1] * (n - k + 1) * p) / (k * (1 - p)));
  return cells;
}
