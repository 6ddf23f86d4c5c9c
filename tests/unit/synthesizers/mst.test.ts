import { describe, expect, it } from 'vitest';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { mst } from '../../../workers/synthesizers/mst/mst.ts';
import { testRandom } from '../privacy/statistics.ts';
import {
  eventsOf,
  fitted,
  pairDistance,
  planted,
  plantedParents,
  primes,
  profileOf,
  sampled,
} from './marginalFits.ts';

/** Keeps how many cells each measured table has: with columns of prime sizes, which table it is. */
class Measured extends PrivateRun {
  readonly cells: number[] = [];

  override noisyCounts(event: number, counts: Float64Array): Float64Array {
    this.cells.push(counts.length);
    return super.noisyCounts(event, counts);
  }
}

const edges = plantedParents.flatMap((parent, c) => (parent < 0 ? [] : [primes[parent] * primes[c]]));

/** Products of the sizes of the pairs that a fit at `rho` measures. */
async function treeAt(rho: number, key: number): Promise<number[]> {
  const real = planted(4000, 'tree');
  const cells: number[][] = [];
  await fitted({
    synthesizer: mst,
    table: real.table,
    profile: profileOf(real),
    rho,
    mechanisms: (events, charge) => {
      const run = new Measured(events, testRandom(key), charge);
      cells.push(run.cells);
      return run;
    },
  });
  return cells[0].sort((a, b) => a - b);
}

describe('the spanning tree of pairs', () => {
  it('is the planted tree at a generous budget, whatever the noise', async () => {
    const expected = [...edges].sort((a, b) => a - b);
    for (const key of [1, 2, 3]) expect(await treeAt(1, key)).toEqual(expected);
  });

  it('joins all columns at any budget', async () => {
    for (const key of [1, 2, 3, 4]) {
      const tree = await treeAt(1e-6, key);
      const part = primes.map((_, c) => c);
      for (const cells of tree) {
        const [a, b] = primes.flatMap((prime, c) => (cells % prime === 0 ? [part[c]] : []));
        expect(a).not.toBe(b);
        part.forEach((root, c) => root === a && (part[c] = b));
      }
      expect(new Set(part).size).toBe(1);
    }
  });

  it('is no function of what is planted where there is no budget', async () => {
    const trees = await Promise.all([1, 2, 3, 4].map((key) => treeAt(1e-6, key)));
    expect(new Set(trees.map((tree) => tree.join())).size).toBeGreaterThan(1);
  });

  it('gives pairs as near as another sample of the same size', async () => {
    const [real, other] = [planted(4000, 'tree'), planted(4000, 'other')];
    const made = await fitted({ synthesizer: mst, table: real.table, profile: profileOf(real), rho: 1 });
    const floor = pairDistance(real.table, other.table);
    expect(pairDistance(real.table, await sampled(made, 4000))).toBeLessThan(1.2 * floor);
  });
});

describe('the plan of the spanning tree', () => {
  const plan = (columns: number, rho: number, rowsPerUnit = 1) =>
    mst.privacy?.events({ units: 1000, rowsPerUnit, columns, epsilon: 1, delta: 1e-6 }, rho, {
      epochs: null,
    });

  it('is a choice and a count for each pair of the tree, at rho altogether', () => {
    for (const [columns, rho, rowsPerUnit] of [
      [2, 0.1, 1],
      [9, 0.01, 1],
      [100, 1, 3],
    ]) {
      const [choice, counts] = (plan(columns, rho, rowsPerUnit) ?? []).map(({ event }) => event);
      if (choice.kind !== 'exponential' || counts.kind !== 'discreteGaussian')
        throw new Error('other events');
      expect([choice.count, counts.count]).toEqual([columns - 1, columns - 1]);
      expect(counts.sensitivity).toBe(rowsPerUnit);
      const spent =
        (columns - 1) * (choice.epsilon ** 2 / 8 + counts.sensitivity ** 2 / (2 * counts.sigma ** 2));
      expect(spent).toBeCloseTo(rho, 10);
    }
  });

  it('is empty for a single column', () => {
    expect(plan(1, 0.1)).toEqual([]);
  });

  it('is what a fit pays, whole', async () => {
    const real = planted(300, 'paid');
    const request = { synthesizer: mst, table: real.table, profile: profileOf(real), rho: 0.1 };
    const { charged } = await fitted(request);
    expect(charged).toEqual([5, 5]);
    expect(eventsOf(request)).toHaveLength(2);
  });
});
