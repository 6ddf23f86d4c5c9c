import { describe, expect, it } from 'vitest';
import { binomialTail, oneRunBound } from '../../../workers/evaluate/privacy/oneRunBound.ts';
import { boundOf, shadowAudit, type Shadow } from '../../../workers/evaluate/privacy/shadowAudit.ts';
import { shadowCanaries } from '../../../workers/evaluate/privacy/shadowCanaries.ts';
import { statisticsPerCanary } from '../../../workers/evaluate/privacy/shadowScores.ts';
import type { ShadowFit } from '../../../workers/evaluate/privacy/shadowTypes.ts';
import { rowCoder } from '../../../workers/evaluate/privacy/rowSpace.ts';
import { scored } from '../../../workers/evaluate/samples.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import { binomialTails, epsilonByOneRun } from '../../support/audit.ts';
import { inContext } from './adult.ts';
import { restless } from './samples.ts';
import { world } from './world.ts';

describe('the bound of one run', () => {
  it.each([
    [100, 100, 90, 0],
    [1000, 200, 150, 1e-5],
    [2000, 2000, 1100, 1e-4],
    [400, 400, 400, 0],
    [400, 400, 200, 0],
    [50, 0, 0, 0],
  ])(
    'of %i coins, %i guesses, %i right at delta %d is that of tails summed one by one',
    (coins, guesses, right, delta) => {
      const plain = epsilonByOneRun({ canaries: coins, guesses, right }, delta, 0.05);
      expect(oneRunBound({ coins, guesses, right }, delta, 0.05)).toBeCloseTo(plain, 4);
    },
  );

  it('rests on binomial tails', () => {
    const tails = binomialTails(60, 0.3);
    for (let k = 0; k <= 61; k++) expect(binomialTail(k, 60, 0.3)).toBeCloseTo(tails[k], 10);
  });
});

/** Shadows whose first statistic tells each coin with the chance that an epsilon allows, no more. */
function answered(epsilon: number, seed: string, count = 60, canaries = 20): Shadow[] {
  const rng = seededRng(seed);
  const truth = 1 / (1 + Math.exp(-epsilon));
  return Array.from({ length: count }, () => {
    const coins = Uint8Array.from({ length: canaries }, () => rng.int(2));
    const scores = new Float64Array(canaries * statisticsPerCanary);
    coins.forEach((coin, canary) => {
      const line = canary * statisticsPerCanary;
      scores[line] = rng.uniform() < truth ? coin : 1 - coin;
      scores[line + 1] = rng.normal();
      scores[line + 2] = 7;
    });
    return { coins, scores };
  });
}

describe('the bound of many shadow models', () => {
  const audits = 200;

  it.each([0, 1, 3])(
    'is above an epsilon of %d, which is reached, in about 1 of 20 audits at most',
    (epsilon) => {
      const above = Array.from({ length: audits }, (_, i) =>
        boundOf(answered(epsilon, `above ${i}`), 0),
      ).filter((bound) => bound.epsilon > epsilon).length;
      // P[Bin(200, 0.05) >= 27] is below 1e-6.
      expect(above).toBeLessThan(27);
    },
  );

  it.each([1, 3])('comes near an epsilon of %d that is reached', (epsilon) => {
    expect(boundOf(answered(epsilon, 'near', 200), 0).epsilon).toBeGreaterThan(0.6 * epsilon);
  });

  it('is at most what as many right guesses would show', () => {
    const { epsilon, mostShown } = boundOf(answered(30, 'all'), 0);
    expect(epsilon).toBeGreaterThan(3);
    expect(epsilon).toBeLessThanOrEqual(mostShown);
  });
});

const audit = (fit: ShadowFit, rows = 400, unitOf?: Int32Array) => {
  const { table } = world(rows, 'shadow');
  return inContext('shadow', (context) =>
    shadowAudit({ train: table, unitOf, claimed: null, fit }, { canaries: 10, shadows: 24 }, context),
  );
};

describe('an audit by shadow models', () => {
  it('shows a large epsilon of a method that writes out the rows it learned from', async () => {
    const { table } = world(400, 'shadow');
    const found = await audit(async (kept) => takeRows(table, kept));
    expect(found.epsilon).toBeGreaterThan(3);
    expect(found).toMatchObject({ canaries: 10, shadows: 24, rows: 400, claimed: null });
  });

  it('shows none of a method that looks at no row', async () => {
    const found = await audit(async (_, shadow) => world(300, `other ${shadow}`).table);
    // The chance of a false alarm is 5 %; the seed is fixed.
    expect(found.epsilon).toBe(0);
  });

  it('leaves out all rows of a unit or none, and half of the canaries on average', async () => {
    const { table } = world(400, 'shadow');
    const unitOf = Int32Array.from({ length: 400 }, (_, row) => Math.floor(row / 4));
    const out: number[] = [];
    await audit(
      async (kept) => {
        const rows = new Int32Array(100);
        for (const row of kept) rows[unitOf[row]] += 1;
        expect(rows.every((count) => count === 0 || count === 4)).toBe(true);
        out.push(rows.filter((count) => count === 0).length);
        return takeRows(table, kept);
      },
      400,
      unitOf,
    );
    // 240 fair coins: beyond 5 standard errors with a chance below 1e-6.
    const heads = out.reduce((sum, count) => sum + count, 0);
    expect(Math.abs(heads - 120)).toBeLessThan(5 * Math.sqrt(60));
  });

  it('takes rows far from all others as canaries, each unit once', async () => {
    const { table } = world(300, 'canaries');
    const columns = table.columns.map((column) =>
      column.type === 'number' && column.name === 'height'
        ? { ...column, values: column.values.map((value, row) => (row === 7 ? 255 : value)) }
        : column,
    );
    const odd = { rows: table.rows, columns };
    const coder = rowCoder([scored(odd)]);
    const { probes, canaryOf } = await shadowCanaries(odd, undefined, 12, coder, seededRng('c'), restless());
    expect(probes).toContain(7);
    expect(new Set(probes).size).toBe(12);
    expect([...canaryOf].filter((canary) => canary >= 0)).toHaveLength(12);
    probes.forEach((row, canary) => expect(canaryOf[row]).toBe(canary));
  });
});
