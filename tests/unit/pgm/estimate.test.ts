import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { allPairs, cellsOf, distinctCliques } from '../../../workers/pgm/cliques.ts';
import { estimate } from '../../../workers/pgm/estimate.ts';
import { estimateTotal } from '../../../workers/pgm/leastSquares.ts';
import { calibrate } from '../../../workers/pgm/model.ts';
import { marginalCounts, pairCounts } from '../../../workers/pgm/queries.ts';
import type { Measurement, ModelState } from '../../../workers/pgm/types.ts';
import { permutation, seededRng } from '../../../workers/random/rng.ts';
import { bruteJoint, largestGap, project, randomModel, subset } from './brute.ts';
import { leastObjective } from './simplexSolver.ts';

const exact = { passes: 20_000, tolerance: 1e-12 };

/** Noisy answers to random cliques of a random model, some of them merged into bins, some with uneven noise. */
function randomMeasurements(seed: number): { sizes: readonly number[]; measurements: Measurement[] } {
  const rng = seededRng(seed);
  const model = randomModel({ seed, columns: 2 + rng.int(3), cliques: 3, steepness: 1.5, zeros: 0 });
  const { sizes } = model;
  const joint = bruteJoint(model);
  const cliques = distinctCliques(Array.from({ length: 1 + rng.int(4) }, () => subset(sizes.length, 3, rng)));
  const measurements = cliques.map((clique, i): Measurement => {
    const cells = cellsOf(sizes, clique);
    const counts = project(sizes, joint, clique).map((share) => 1000 * share);
    if (i === 1) {
      const bins = Int32Array.from({ length: cells }, (_, cell) => cell >> 1);
      const values = new Float64Array((cells + 1) >> 1);
      counts.forEach((count, cell) => (values[bins[cell]] += count));
      return { clique, values: values.map((value) => value + 20 * rng.normal()), sigma: 20, bins };
    }
    const sigma = i === 2 ? counts.map(() => 5 + 30 * rng.uniform()) : 10;
    const noise = (cell: number) => (typeof sigma === 'number' ? sigma : sigma[cell]) * rng.normal();
    return { clique, values: counts.map((count, cell) => count + noise(cell)), sigma };
  });
  return { sizes, measurements };
}

/** Exact answers of a model, as if measured with a little noise. */
const answers = (model: ModelState, cliques = model.cliques, sigma = 1): Measurement[] => {
  const joint = bruteJoint(model);
  return cliques.map((clique) => ({
    clique,
    values: project(model.sizes, joint, clique).map((share) => model.total * share),
    sigma,
  }));
};

const chain: ModelState = {
  ...randomModel({ seed: 5, columns: 5, cliques: 0, steepness: 1, zeros: 0 }),
  sizes: [3, 2, 4, 3, 2],
  cliques: [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
  ],
  potentials: [6, 8, 12, 6].map((cells, i) => {
    const rng = seededRng(i);
    return new Float64Array(cells).map(() => 1.5 * rng.normal());
  }),
};

describe('the fit', () => {
  test('reaches the least objective of any distribution, found by another method over all combinations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { sizes, measurements } = randomMeasurements(seed);
        const total = estimateTotal(measurements);
        const least = leastObjective(sizes, measurements, total);
        const { objective } = await estimate(sizes, measurements, exact);
        expect(objective).toBeGreaterThan(least - 1e-3 * (1 + least));
        expect(objective).toBeLessThan(least + 5e-3 * (1 + least));
      }),
      { numRuns: 15 },
    );
  });

  test('recovers every marginal of a planted tree, measured or not', async () => {
    const { state } = await estimate(chain.sizes, answers(chain), exact);
    const model = calibrate(state);
    const joint = bruteJoint(chain);
    for (const pair of [...allPairs(5), [0, 2, 4], [0, 1, 3]]) {
      const expected = project(chain.sizes, joint, pair).map((share) => chain.total * share);
      expect(largestGap(marginalCounts(model, pair), expected)).toBeLessThan(0.01);
    }
  });

  test('never rises, and tells what it did', async () => {
    const { sizes, measurements } = randomMeasurements(11);
    let last = Infinity;
    for (const passes of [1, 3, 7, 15, 31, 63]) {
      const fit = await estimate(sizes, measurements, { passes, tolerance: 0 });
      expect(fit.objective).toBeLessThanOrEqual(last);
      last = fit.objective;
    }
    const done = await estimate(sizes, measurements, { passes: 5000 });
    expect(done.converged).toBe(true);
    expect(done.passes).toBeLessThan(5000);
  });

  test('does not depend on the order of columns or measurements', async () => {
    const measurements = answers(chain, [[0, 1], [1, 2], [0, 2], [2, 3], [4]], 3).map((m, i) => {
      const rng = seededRng(`noise ${String(i)}`);
      return { ...m, values: m.values.map((value) => value + 3 * rng.normal()) };
    });
    const straight = calibrate((await estimate(chain.sizes, measurements, exact)).state);
    // Column c of the original is column place[c] of the permuted table.
    const place = permutation(5, seededRng(4));
    const sizes = new Array<number>(5);
    place.forEach((to, from) => (sizes[to] = chain.sizes[from]));
    const permuted = measurements.map((m) => permutedMeasurement(m, place, chain.sizes)).reverse();
    const turned = calibrate((await estimate(sizes, permuted, exact)).state);
    for (const pair of allPairs(5)) {
      const expected = marginalCounts(straight, pair);
      const clique = pair.map((c) => place[c]).sort((a, b) => a - b);
      const found = permutedMeasurement(
        { clique, values: marginalCounts(turned, clique), sigma: 1 },
        place.map((_, to) => place.indexOf(to)),
        sizes,
      );
      expect(found.clique).toEqual(pair);
      expect(largestGap(found.values, expected)).toBeLessThan(0.05);
    }
  });

  test('keeps structural zeros at zero and refuses those that leave nothing', async () => {
    const impossible = Uint8Array.of(0, 1, 0, 0, 1, 0);
    const zeros = [{ clique: [0, 1], impossible }];
    const { state } = await estimate(chain.sizes, answers(chain), { zeros, passes: 200 });
    const counts = marginalCounts(calibrate(state), [0, 1]);
    impossible.forEach((zero, cell) => expect(counts[cell] === 0).toBe(zero === 1));
    const all = [{ clique: [0], impossible: Uint8Array.of(1, 1, 1) }];
    await expect(estimate(chain.sizes, answers(chain), { zeros: all })).rejects.toMatchObject({
      code: 'bad-settings',
    });
  });

  test('refuses measurements that do not fit their clique', async () => {
    const values = new Float64Array(6);
    const wrong: Measurement[] = [
      { clique: [0, 2], values, sigma: 1 },
      { clique: [0, 1], values, sigma: 0 },
      { clique: [0, 1], values, sigma: new Float64Array(5).fill(1) },
      { clique: [0, 1], values, sigma: 1, bins: Int32Array.of(0, 1, 2, 3, 4, 6) },
      { clique: [1, 0], values, sigma: 1 },
    ];
    for (const measurement of wrong) {
      await expect(estimate(chain.sizes, [measurement])).rejects.toThrow(RangeError);
    }
  });
});

/** A measurement of the same table with its columns moved to other places. */
function permutedMeasurement(
  { clique, values, sigma }: Measurement,
  place: ArrayLike<number>,
  sizes: readonly number[],
): Measurement {
  const moved = clique.map((c) => place[c]).sort((a, b) => a - b);
  const from = moved.map((to) => clique.findIndex((c) => place[c] === to));
  const widths = clique.map((c) => sizes[c]);
  const turned = new Float64Array(values.length);
  values.forEach((value, cell) => {
    const codes = widths.map(
      (width, i) => Math.floor(cell / cellsOf(widths, [...widths.keys()].slice(i + 1))) % width,
    );
    turned[from.reduce((at, i) => at * widths[i] + codes[i], 0)] = value;
  });
  return { clique: moved, values: turned, sigma };
}

describe('a warm start', () => {
  test('continues where the earlier fit ended', async () => {
    const { sizes, measurements } = randomMeasurements(8);
    const first = await estimate(sizes, measurements, { passes: 40 });
    const again = await estimate(sizes, measurements, { start: first.state, passes: 1 });
    expect(again.objective).toBeCloseTo(first.objective, 8);
  });

  test('takes up new cliques and reaches what a fit from nothing reaches', async () => {
    const all = answers(chain, [[0], [1], [2], [3], [4], [0, 1], [1, 2], [0, 2], [2, 3]], 2);
    const first = await estimate(chain.sizes, all.slice(0, 6), { passes: 100 });
    const warm = await estimate(chain.sizes, all, { start: first.state, ...exact });
    const cold = await estimate(chain.sizes, all, exact);
    expect(warm.state.cliques.length).toBe(all.length);
    const [a, b] = [await pairCounts(calibrate(warm.state)), await pairCounts(calibrate(cold.state))];
    a.forEach((table, i) => expect(largestGap(table, b[i])).toBeLessThan(0.05));
  });

  test('refuses a model of other columns', async () => {
    const start = { ...chain, sizes: [3, 2, 4, 3, 3] };
    await expect(estimate(chain.sizes, answers(chain), { start })).rejects.toThrow(RangeError);
  });
});

test('the total is the inverse-variance mean of the sums, and at least 1', () => {
  const one: Measurement = { clique: [0], values: Float64Array.of(60, 50), sigma: 1 };
  const two: Measurement = { clique: [1], values: Float64Array.of(40, 30, 20), sigma: 2 };
  expect(estimateTotal([one, two])).toBeCloseTo((110 / 2 + 90 / 12) / (1 / 2 + 1 / 12), 10);
  expect(estimateTotal([{ ...one, values: Float64Array.of(-5, -8) }])).toBe(1);
});

test('a person who stops keeps what is done; one who cancels gets nothing', async () => {
  const rng = seededRng(1);
  const sizes = [300, 300];
  const values = new Float64Array(90_000).map(() => Math.exp(2 * rng.normal()));
  const measurements = [{ clique: [0, 1], values, sigma: 1 }];
  const control = new RunControl();
  control.stop('keep');
  const fit = await estimate(sizes, measurements, { control, passes: 10_000, tolerance: 0 });
  expect(fit.converged).toBe(false);
  expect(fit.passes).toBeLessThan(30);
  expect(Number.isFinite(fit.objective)).toBe(true);
  control.stop('discard');
  await expect(estimate(sizes, measurements, { control, tolerance: 0 })).rejects.toMatchObject({
    code: 'stopped',
  });
  control.close();
});
