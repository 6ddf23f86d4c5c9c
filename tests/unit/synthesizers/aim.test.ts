import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { aim } from '../../../workers/synthesizers/aim/aim.ts';
import { candidateCount, candidatesOf } from '../../../workers/synthesizers/aim/candidates.ts';
import { roundsOf, tablesOf } from '../../../workers/synthesizers/aim/plan.ts';
import type { Table } from '../../../workers/table/types.ts';
import { exclusive, fitted, pairDistance, planted, profileOf, sampled } from './marginalFits.ts';
import { codesOf } from './related.ts';

describe('adaptive combinations', () => {
  it('come as near to all pairs as another sample of the same size, at a generous budget', async () => {
    const [real, other] = [planted(4000, 'pairs'), planted(4000, 'other')];
    const request = { synthesizer: aim, table: real.table, profile: profileOf(real), rho: 1, epsilon: 8 };
    const made = await sampled(await fitted(request), 4000);
    expect(pairDistance(real.table, made)).toBeLessThan(pairDistance(real.table, other.table));
  });

  const agreeing = ({ columns, rows }: Table): number => {
    const [a, , b, target] = columns.map(codesOf);
    return target.filter((bit, row) => bit === (a[row] ^ b[row])).length / rows;
  };

  it('find what only three columns together show, where one of them is the target', async () => {
    const real = exclusive(4000, 'bits');
    expect(agreeing(real.table)).toBeGreaterThan(0.93);
    const request = { synthesizer: aim, table: real.table, profile: profileOf(real), rho: 0.1, epsilon: 3 };
    for (const key of [1, 2, 3]) {
      const made = await sampled(await fitted({ ...request, target: 3, key }), 4000);
      expect(agreeing(made)).toBeGreaterThan(0.9);
    }
    // Pairs alone cannot.
    expect(agreeing(await sampled(await fitted(request), 4000))).toBeLessThan(0.6);
  });

  it('show the model under way', async () => {
    const real = planted(500, 'shown');
    const seen: number[] = [];
    const control = new RunControl();
    const onModel = async (model: Parameters<typeof sampled>[0]['model']): Promise<void> => {
      const shown = { model, stopped: false, epochs: 0, loss: [] };
      seen.push((await sampled(shown, 20)).rows);
    };
    const done: number[] = [];
    const { charged } = await fitted({
      synthesizer: aim,
      table: real.table,
      profile: profileOf(real),
      rho: 0.1,
      context: { control, onModel, onProgress: (progress) => done.push(progress.done) },
    });
    control.close();
    expect(seen).toEqual(roundsOf(charged[0]).map(() => 20));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done[done.length - 1]).toBeLessThanOrEqual(1);
  });
});

describe('the plan of adaptive combinations', () => {
  const size = { units: 10_000, rowsPerUnit: 1, epsilon: 1, delta: 1e-6 };

  it('counts at least a tree of columns, and never more tables than there are', () => {
    for (let columns = 1; columns <= 60; columns++) {
      for (const target of [undefined, 0]) {
        for (const units of [1, 100, 1e4, 1e6]) {
          const tables = tablesOf({ ...size, columns, units, target });
          expect(tables).toBeGreaterThanOrEqual(columns - 1);
          expect(tables).toBeLessThanOrEqual(candidateCount(columns, target));
          expect(roundsOf(tables).reduce((sum, picks) => sum + picks, 0)).toBe(tables);
        }
      }
    }
  });

  it('knows how many tables there are', () => {
    for (const columns of [1, 2, 3, 7, 40, 41]) {
      const sizes = new Array<number>(columns).fill(3);
      for (const target of [undefined, columns - 1]) {
        expect(candidatesOf(sizes, target).cliques).toHaveLength(candidateCount(columns, target));
      }
    }
  });

  it('offers no triple that would hold noise only', () => {
    const { cliques, pairs } = candidatesOf([100, 100, 100, 2], 3);
    expect(cliques.slice(pairs)).toEqual([
      [0, 1, 3],
      [0, 2, 3],
      [1, 2, 3],
    ]);
    expect(candidatesOf([100, 100, 100, 3], 3).cliques).toHaveLength(6);
  });

  it('costs what it is given, for persons as for rows', () => {
    for (const rowsPerUnit of [1, 3]) {
      const planned = aim.privacy?.events({ ...size, columns: 9, rowsPerUnit }, 0.05, { epochs: null }) ?? [];
      const [choice, counts] = planned.map(({ event }) => event);
      if (choice.kind !== 'exponential' || counts.kind !== 'discreteGaussian')
        throw new Error('other events');
      const spent =
        (choice.count * choice.epsilon ** 2) / 8 +
        (counts.count * counts.sensitivity ** 2) / (2 * counts.sigma ** 2);
      expect(spent).toBeCloseTo(0.05, 10);
      expect(counts.sensitivity).toBe(rowsPerUnit);
    }
  });
});
