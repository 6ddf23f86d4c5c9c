import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allPairs } from '../../../workers/pgm/cliques.ts';
import { conditioned } from '../../../workers/pgm/conditions.ts';
import { calibrate, checkState, columnMarginal } from '../../../workers/pgm/model.ts';
import { marginalCounts, pairCounts } from '../../../workers/pgm/queries.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { bruteJoint, combinations, largestGap, project, randomModel, shapes, subset } from './brute.ts';

const possible = shapes.map(randomModel).filter((model) => bruteJoint(model).some((p) => p > 0));

describe('queries', () => {
  test('the marginal of any clique equals that of the joint distribution', () => {
    fc.assert(
      fc.property(possible, fc.nat(), (state, seed) => {
        const model = calibrate(state);
        const joint = bruteJoint(state);
        const rng = seededRng(seed);
        for (let i = 0; i < 6; i++) {
          const clique = subset(state.sizes.length, 4, rng);
          const expected = project(state.sizes, joint, clique).map((p) => state.total * p);
          expect(largestGap(marginalCounts(model, clique), expected)).toBeLessThan(1e-8);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('all pairs at once equal all pairs one by one', async () => {
    await fc.assert(
      fc.asyncProperty(possible, async (state) => {
        const model = calibrate(state);
        const tables = await pairCounts(model);
        const pairs = allPairs(state.sizes.length);
        expect(tables.length).toBe(pairs.length);
        const joint = bruteJoint(state);
        pairs.forEach((pair, i) => {
          const expected = project(state.sizes, joint, pair).map((p) => state.total * p);
          expect(largestGap(tables[i], expected)).toBeLessThan(1e-8);
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('conditions', () => {
  test('give exactly the conditional distribution', () => {
    fc.assert(
      fc.property(possible, fc.nat(), (state, seed) => {
        const rng = seededRng(seed);
        const rows = combinations(state.sizes);
        const joint = bruteJoint(state);
        const row = rows[joint.findIndex((p) => p > 0)];
        const allowed = new Map<number, number[]>();
        state.sizes.forEach((size, column) => {
          if (rng.uniform() < 0.4) allowed.set(column, [row[column], rng.int(size)]);
        });
        const meets = (codes: number[]) =>
          [...allowed].every(([column, values]) => values.includes(codes[column]));
        const expected = joint.map((p, i) => (meets(rows[i]) ? p : 0));
        const sum = expected.reduce((a, b) => a + b, 0);
        const model = conditioned(state, { allowed });
        model.tree.nodes.forEach(({ attributes }, node) => {
          const table = project(state.sizes, expected, attributes).map((p) => p / sum);
          expect(largestGap(model.joints[node], table)).toBeLessThan(1e-10);
        });
      }),
      { numRuns: 100 },
    );
  });

  test('wanted shares give exactly the mixture of the models conditioned on each code', () => {
    fc.assert(
      fc.property(possible, fc.nat(), (state, seed) => {
        const rng = seededRng(seed);
        const column = rng.int(state.sizes.length);
        const rows = combinations(state.sizes);
        const joint = bruteJoint(state);
        const marginal = project(state.sizes, joint, [column]);
        // Below, the joint distribution summed out in full has lost its digits.
        const shares = marginal.map((p) => (p > 1e-250 ? 0.1 + rng.uniform() : 0));
        const sum = shares.reduce((a, b) => a + b, 0);
        const expected = joint.map((p, i) => {
          const code = rows[i][column];
          return p === 0 ? 0 : ((p / marginal[code]) * shares[code]) / sum;
        });
        const model = conditioned(state, { shares: { column, shares } });
        expect(
          largestGap(
            columnMarginal(model, column),
            shares.map((share) => share / sum),
          ),
        ).toBeLessThan(1e-12);
        model.tree.nodes.forEach(({ attributes }, node) => {
          expect(largestGap(model.joints[node], project(state.sizes, expected, attributes))).toBeLessThan(
            1e-9,
          );
        });
      }),
      { numRuns: 100 },
    );
  });

  const never = -Infinity;
  const state = {
    sizes: [2, 3],
    total: 10,
    cliques: [[0, 1]],
    potentials: [Float64Array.of(0, 0, never, never, 0, never)],
  };

  test.each([
    [
      'contradict the model',
      {
        allowed: new Map([
          [0, [1]],
          [1, [0]],
        ]),
      },
    ],
    ['allow nothing', { allowed: new Map([[0, []]]) }],
    ['name no value', { allowed: new Map([[0, [2]]]) }],
    ['want what the model rules out', { shares: { column: 1, shares: [1, 1, 1] } }],
    [
      'want what another condition rules out',
      { allowed: new Map([[0, [1]]]), shares: { column: 1, shares: [1, 0, 0] } },
    ],
    ['have too few shares', { shares: { column: 1, shares: [1, 1] } }],
    ['have a negative share', { shares: { column: 1, shares: [1, -1, 0] } }],
    ['have no share', { shares: { column: 1, shares: [0, 0, 0] } }],
  ])('that %s are refused', (_, conditions) => {
    expect(() => conditioned(state, conditions)).toThrow(expect.objectContaining({ code: 'bad-settings' }));
  });

  test('may be a share of nothing where the model has nothing', () => {
    const model = conditioned(state, { shares: { column: 1, shares: [3, 1, 0] } });
    expect(largestGap(columnMarginal(model, 1), [0.75, 0.25, 0])).toBeLessThan(1e-15);
  });

  test('may ask for what is all but impossible', () => {
    const steep = { ...state, potentials: [Float64Array.of(0, -900, -5000, 0, -900, -5000)] };
    const model = conditioned(steep, { shares: { column: 1, shares: [1, 2, 1] } });
    expect(largestGap(columnMarginal(model, 1), [0.25, 0.5, 0.25])).toBeLessThan(1e-12);
  });

  test('a damaged model is told from a whole one', () => {
    expect(() => checkState(state)).not.toThrow();
    const damaged = [
      { ...state, sizes: [2, 4] },
      { ...state, total: NaN },
      { ...state, cliques: [[1, 0]] },
      { ...state, cliques: [[0, 5]] },
      { ...state, potentials: [] },
      { ...state, potentials: [new Float64Array(6).fill(NaN)] },
    ];
    for (const one of damaged) {
      expect(() => checkState(one)).toThrow(expect.objectContaining({ code: 'bad-file' }));
    }
  });
});
