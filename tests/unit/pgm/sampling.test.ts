import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellsOf } from '../../../workers/pgm/cliques.ts';
import { conditioned } from '../../../workers/pgm/conditions.ts';
import { countCliques } from '../../../workers/pgm/counting.ts';
import { calibrate, type CalibratedModel } from '../../../workers/pgm/model.ts';
import { RowSampler } from '../../../workers/pgm/rowSampler.ts';
import type { Codes, ModelState } from '../../../workers/pgm/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { FALSE_ALARM, gTest } from '../privacy/statistics.ts';
import { bruteJoint, cellOf, combinations, randomModel, shapes } from './brute.ts';

const draw = (model: CalibratedModel, rows: number, seed: number | string): Codes[] =>
  new RowSampler(model, rows, seededRng(seed)).read(rows);

/** Counts over attributes in any order. */
function countsOf(
  sizes: readonly number[],
  columns: readonly Codes[],
  attributes: readonly number[],
): Float64Array {
  const counts = new Float64Array(cellsOf(sizes, attributes));
  columns[0].forEach(
    (_, row) =>
      counts[
        cellOf(
          sizes,
          attributes,
          columns.map((codes) => codes[row]),
        )
      ]++,
  );
  return counts;
}

const possible = shapes.map(randomModel).filter((model) => bruteJoint(model).some((p) => p > 0));

/** A chain and a branch with loops: five columns, dependent. */
const dependent = (): ModelState => {
  const rng = seededRng(2);
  const sizes = [3, 2, 4, 3, 2];
  const cliques = [
    [0, 1],
    [1, 2],
    [0, 2],
    [2, 3],
    [1, 4],
  ];
  const potentials = cliques.map((clique) =>
    new Float64Array(cellsOf(sizes, clique)).map(() => rng.normal()),
  );
  return { sizes, total: 100, cliques, potentials };
};

describe('rows drawn from a model', () => {
  test('hold each cell of a clique as often as its separator state asks for, rounded up or down', () => {
    fc.assert(
      fc.property(possible, fc.integer({ min: 1, max: 400 }), fc.nat(), (state, rows, seed) => {
        const model = calibrate(state);
        const columns = draw(model, rows, seed);
        model.tree.nodes.forEach(({ attributes, separator }, node) => {
          const found = countsOf(state.sizes, columns, attributes);
          const parents = countsOf(state.sizes, columns, separator);
          const width = found.length / parents.length;
          found.forEach((count, cell) => {
            const parent = Math.floor(cell / width);
            const joint = model.joints[node];
            const sum = joint.subarray(parent * width, (parent + 1) * width).reduce((a, b) => a + b, 0);
            const expected = parents[parent] === 0 ? 0 : (parents[parent] * joint[cell]) / sum;
            expect(Math.abs(count - expected)).toBeLessThan(1 + 1e-9);
          });
        });
      }),
      { numRuns: 100 },
    );
  });

  // Rounded rows vary less than independent ones, so that the chance of a false alarm is at most the stated one.
  test(`follow the whole joint distribution (false alarm ${String(FALSE_ALARM)})`, () => {
    const state = dependent();
    const columns = draw(calibrate(state), 60_000, 'joint');
    const all = state.sizes.map((_, column) => column);
    const found = countsOf(state.sizes, columns, all);
    const { statistic, limit } = gTest([...found], [...bruteJoint(state)]);
    expect(statistic).toBeLessThan(limit);
  });

  test(`are right on average where there are fewer rows than cells (false alarm ${String(FALSE_ALARM)})`, () => {
    const state = dependent();
    const model = calibrate(state);
    const found = new Float64Array(cellsOf(state.sizes, [0, 1, 2, 3, 4]));
    for (let i = 0; i < 4000; i++) {
      countsOf(state.sizes, draw(model, 7, i), [0, 1, 2, 3, 4]).forEach(
        (count, cell) => (found[cell] += count),
      );
    }
    const { statistic, limit } = gTest([...found], [...bruteJoint(state)]);
    expect(statistic).toBeLessThan(limit);
  });

  test(`come in random order (false alarm ${String(FALSE_ALARM)})`, () => {
    const state = dependent();
    const columns = draw(calibrate(state), 40_000, 'order');
    const pairs = new Float64Array(16);
    const single = new Float64Array(4);
    for (let row = 0; row + 1 < 40_000; row += 2) pairs[columns[2][row] * 4 + columns[2][row + 1]]++;
    columns[2].forEach((code) => single[code]++);
    const shares = single.map((count) => count / 40_000);
    const { statistic, limit } = gTest(
      [...pairs],
      [...pairs].map((_, i) => shares[i >> 2] * shares[i & 3]),
    );
    expect(statistic).toBeLessThan(limit);
  });

  test('vary less than independent rows', () => {
    const state = dependent();
    const model = calibrate(state);
    const joint = bruteJoint(state);
    const pair = combinations(state.sizes).reduce(
      (sum, codes, i) => sum + (codes[3] === 0 ? joint[i] : 0),
      0,
    );
    const squares = Array.from({ length: 200 }, (_, seed) => {
      const count = draw(model, 1000, seed)[3].filter((code: number) => code === 0).length;
      return (count - 1000 * pair) ** 2;
    });
    const variance = squares.reduce((a, b) => a + b, 0) / squares.length;
    expect(variance).toBeLessThan(0.2 * 1000 * pair * (1 - pair));
  });

  test('depend on the seed alone, not on how they are read', () => {
    const model = calibrate(dependent());
    const rows = 150_000;
    const whole = draw(model, rows, 'same');
    const sampler = new RowSampler(model, rows, seededRng('same'));
    let at = 0;
    for (const most of [1, 999, 140_000, 3000, 1e9]) {
      const part = sampler.read(most);
      const equal = part.every((codes, column) => codes.every((code, i) => code === whole[column][at + i]));
      expect(equal).toBe(true);
      at += part[0].length;
      expect(sampler.remaining).toBe(rows - at);
    }
    expect(at).toBe(rows);
    expect(sampler.read(10).map((codes) => codes.length)).toEqual([0, 0, 0, 0, 0]);
    expect(draw(model, 1000, 'other')).not.toEqual(draw(model, 1000, 'same'));
  });

  test('use the narrowest array that holds the codes', () => {
    const sizes = [256, 257, 65536, 65537];
    const columns = draw(calibrate({ sizes, total: 1, cliques: [], potentials: [] }), 5, 1);
    expect(columns.map((codes) => codes.BYTES_PER_ELEMENT)).toEqual([1, 2, 2, 4]);
  });

  test('never hold what is ruled out', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const shape = { seed, columns: 4, cliques: 4, steepness: 2, zeros: 0.25 };
        const state = randomModel(shape);
        fc.pre(bruteJoint(state).some((p) => p > 0));
        const columns = draw(calibrate(state), 500, seed);
        state.cliques.forEach((clique, i) => {
          const counts = countsOf(state.sizes, columns, clique);
          state.potentials[i].forEach((p, cell) => expect(p === -Infinity && counts[cell] > 0).toBe(false));
        });
      }),
      { numRuns: 50 },
    );
  });

  test('have the wanted shares of a column to the row, and only allowed codes', () => {
    const model = conditioned(dependent(), {
      allowed: new Map([
        [0, [0, 2]],
        [4, [1]],
      ]),
      shares: { column: 2, shares: [1, 2, 3, 4] },
    });
    const rows = 1000;
    const columns = draw(model, rows, 'shares');
    const [counts] = countCliques(columns, [3, 2, 4, 3, 2], [[2]]);
    expect(counts).toEqual(Float64Array.of(100, 200, 300, 400));
    expect(columns[0].every((code) => code !== 1)).toBe(true);
    expect(columns[4].every((code) => code === 1)).toBe(true);
  });
});
