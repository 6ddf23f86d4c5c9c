import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { junctionTree } from '../../../workers/pgm/junctionTree.ts';
import { Propagation } from '../../../workers/pgm/propagation.ts';
import type { ModelState } from '../../../workers/pgm/types.ts';
import { bruteJoint, cellOf, combinations, largestGap, project, randomModel, shapes } from './brute.ts';

const propagate = ({ sizes, cliques, potentials }: ModelState) => {
  const propagation = new Propagation(junctionTree(sizes, cliques), cliques);
  return { propagation, logSum: propagation.run(potentials) };
};

test('clique marginals equal those of the joint distribution summed out in full', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const model = randomModel(shape);
      const joint = bruteJoint(model);
      const { propagation } = propagate(model);
      model.cliques.forEach((clique, i) => {
        expect(largestGap(propagation.marginal(i), project(model.sizes, joint, clique))).toBeLessThan(1e-11);
      });
      propagation.tree.nodes.forEach(({ attributes }, node) => {
        expect(largestGap(propagation.joint(node), project(model.sizes, joint, attributes))).toBeLessThan(
          1e-11,
        );
      });
    }),
    { numRuns: 400 },
  );
});

test('the log of the sum of all weights is returned', () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const model = randomModel(shape);
      const { sizes, cliques, potentials } = model;
      const logs = combinations(sizes).map((codes) =>
        cliques.reduce((sum, clique, i) => sum + potentials[i][cellOf(sizes, clique, codes)], 0),
      );
      const top = Math.max(...logs);
      const expected =
        top === -Infinity ? top : top + Math.log(logs.reduce((s, l) => s + Math.exp(l - top), 0));
      const { logSum } = propagate(model);
      if (top === -Infinity) expect(logSum).toBe(-Infinity);
      else expect(Math.abs(logSum - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
    }),
    { numRuns: 200 },
  );
});

test('a second run forgets the first', () => {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) => {
      const model = randomModel(shape);
      const { propagation } = propagate({
        ...model,
        potentials: model.potentials.map((table) => table.map((_, cell) => Math.sin(seed + cell) * 900)),
      });
      propagation.run(model.potentials);
      const fresh = propagate(model).propagation;
      model.cliques.forEach((_, i) => expect(propagation.marginal(i)).toEqual(fresh.marginal(i)));
    }),
  );
});

test('potentials too steep for doubles in a chain give the right marginals', () => {
  const sizes = [2, 2, 2, 2];
  const cliques = [[0, 1], [1, 2], [2, 3], [0], [3]];
  const steep = 5000;
  // Each link wants equal neighbours with e^5000; the ends pull apart with e^4000 and e^3999.
  const link = Float64Array.of(steep, 0, 0, steep);
  const ends = [Float64Array.of(4000, 0), Float64Array.of(0, 3999)];
  const { propagation } = propagate({ sizes, total: 1, cliques, potentials: [link, link, link, ...ends] });
  const expected = 1 / (1 + Math.exp(-1));
  for (let end = 3; end < 5; end++) expect(propagation.marginal(end)[0]).toBeCloseTo(expected, 12);
  expect(propagation.marginal(1)[0]).toBeCloseTo(expected, 12);
});

test('no model at all is uniform, column by column', () => {
  const { propagation, logSum } = propagate({ sizes: [3, 5], total: 1, cliques: [], potentials: [] });
  expect(logSum).toBeCloseTo(Math.log(15), 12);
  expect(propagation.joint(0).every((p) => Math.abs(p - 1 / propagation.joint(0).length) < 1e-15)).toBe(true);
});
