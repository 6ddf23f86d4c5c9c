import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binningOf } from '../../../workers/evaluate/binning.ts';
import { clusterOrder } from '../../../workers/evaluate/clusterOrder.ts';
import { jointCounts, type Coded } from '../../../workers/evaluate/coded.ts';
import { correlationRatio } from '../../../workers/evaluate/correlationRatio.ts';
import { cramersV, cramersVOfCounts } from '../../../workers/evaluate/cramersV.ts';
import { ascendingWithMissing, ksDistance } from '../../../workers/evaluate/ksDistance.ts';
import { pairDistance } from '../../../workers/evaluate/pairDistance.ts';
import { pearson } from '../../../workers/evaluate/pearson.ts';
import { totalVariation, tvDistance } from '../../../workers/evaluate/tvDistance.ts';

type Cells = readonly (string | number | null)[];
interface KnownValue {
  readonly id: string;
  readonly metric: string;
  readonly inputs: Readonly<Record<string, Cells>> & {
    readonly table?: readonly (readonly number[])[];
    readonly real: Cells & Readonly<Record<string, Cells>>;
    readonly syn: Cells & Readonly<Record<string, Cells>>;
  };
  readonly expected: number;
  readonly tolerance: number;
}

const fixture = new URL('../../fixtures/metricValues.json', import.meta.url);
const { cases }: { cases: KnownValue[] } = JSON.parse(readFileSync(fixture, 'utf8'));
const of = (metric: string): [string, KnownValue][] =>
  cases.filter((known) => known.metric === metric).map((known) => [known.id, known]);

const floats = (cells: Cells): Float64Array =>
  Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell)));
const presentOnly = (cells: Cells): Cells => cells.filter((cell) => cell !== null);
/** Codes by order of first appearance over all lists; missing is -1. */
const coder = () => {
  const seen = new Map<string | number, number>();
  return (cells: Cells): Int32Array =>
    Int32Array.from(cells, (cell) => {
      if (cell === null) return -1;
      if (!seen.has(cell)) seen.set(cell, seen.size);
      return seen.get(cell) ?? -1;
    });
};
const coded = (codes: Int32Array, size: number): Coded => ({ codes: Uint8Array.from(codes), size });
const ks = (real: Cells, other: Cells): number =>
  ksDistance.compute(ascendingWithMissing(floats(real)), ascendingWithMissing(floats(other)));

const within = (value: number, { expected, tolerance }: KnownValue): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance);

describe('known values', () => {
  it('covers every metric', () => {
    expect(cases.length).toBe(18);
  });

  it.each(of('KS two-sample'))('KS distance: %s', (_, known) => {
    within(ks(known.inputs.real, known.inputs.syn), known);
  });

  it.each(of('KSComplement'))('KS distance of present values: %s', (_, known) => {
    within(1 - ks(presentOnly(known.inputs.real), presentOnly(known.inputs.syn)), known);
  });

  it.each([...of('TVComplement'), ...of('TVComplement exact')])('TV distance: %s', (_, known) => {
    const codes = coder();
    within(1 - tvDistance.compute(codes(known.inputs.real), codes(known.inputs.syn)), known);
  });

  it.each(of('Correlation'))('Pearson: %s', (_, known) => {
    within(pearson.compute(floats(known.inputs.x), floats(known.inputs.y)), known);
  });

  it.each(of('Categorical association'))("Cramér's V: %s", (_, known) => {
    const table = known.inputs.table ?? [];
    within(cramersVOfCounts(table.flat(), table[0].length), known);
  });

  it.each(of('Correlation ratio eta'))('correlation ratio: %s', (_, known) => {
    const categories = coded(coder()(known.inputs.categories), 3);
    within(correlationRatio.compute(categories, floats(known.inputs.values)), known);
  });

  it.each(of('ContingencySimilarity'))('pair distance: %s', (_, known) => {
    const [g, h] = [coder(), coder()];
    const joint = (table: Readonly<Record<string, Cells>>) =>
      jointCounts(coded(g(table.g), 2), coded(h(table.h), 2));
    within(1 - pairDistance.compute(joint(known.inputs.real), joint(known.inputs.syn)), known);
  });
});

const values = fc.array(fc.oneof(fc.constant(null), fc.integer({ min: -5, max: 5 })), { minLength: 1 });

describe('distances', () => {
  it('are 0 to itself, symmetric and within 0..1', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const codes = coder();
        const [x, y] = [codes(a), codes(b)];
        for (const [there, back, itself] of [
          [ks(a, b), ks(b, a), ks(a, [...a].reverse())],
          [tvDistance.compute(x, y), tvDistance.compute(y, x), tvDistance.compute(x, x)],
        ]) {
          expect(itself).toBe(0);
          expect(there).toBeCloseTo(back, 12);
          expect(there).toBeGreaterThanOrEqual(0);
          expect(there).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('count a gap in missing shares', () => {
    expect(ks([1, 2, null, null], [1, 2, 1, 2])).toBe(0.5);
    expect(ks([null, null], [null, null])).toBe(0);
    // Missing is no value between others: it lies below them all.
    expect(ks([-1, 1, null, null], [-1, 1, 0, 0])).toBe(0.5);
    expect(tvDistance.compute(Int32Array.of(0, -1), Int32Array.of(0, 0))).toBe(0.5);
  });

  it('KS never exceeds TV of the same values', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const codes = coder();
        expect(ks(a, b)).toBeLessThanOrEqual(tvDistance.compute(codes(a), codes(b)) + 1e-12);
      }),
    );
  });

  it('are undefined without rows', () => {
    expect(ks([], [1])).toBeNaN();
    expect(totalVariation([0, 0], [1, 0])).toBeNaN();
  });
});

describe('associations', () => {
  it('are undefined for a constant column', () => {
    const constant = new Float64Array(10).fill(0.1);
    const varying = Float64Array.from({ length: 10 }, (_, i) => i);
    const same = coded(new Int32Array(10), 2);
    const two = coded(
      Int32Array.from(varying, (i) => i % 2),
      2,
    );
    expect(pearson.compute(constant, varying)).toBeNaN();
    expect(correlationRatio.compute(two, constant)).toBeNaN();
    expect(correlationRatio.compute(same, varying)).toBeNaN();
    expect(cramersV.compute(same, two)).toBeNaN();
  });

  it('see through large offsets', () => {
    const x = Float64Array.from({ length: 1000 }, (_, i) => 1.7e12 + i);
    const y = x.map((value) => 3 - 2 * (value - 1.7e12));
    expect(pearson.compute(x, y)).toBeCloseTo(-1, 12);
  });

  it('of numbers use the rows where both are present', () => {
    const x = Float64Array.of(1, 2, NaN, 4, 5);
    const y = Float64Array.of(2, 4, 100, NaN, 10);
    expect(pearson.compute(x, y)).toBeCloseTo(1, 12);
  });
});

describe('bins of a train column', () => {
  const numbers = (cells: readonly number[]) =>
    ({ type: 'number', name: 'x', values: Float64Array.from(cells) }) as const;

  it('are at most ten of near-equal share, and one for missing', () => {
    const train = numbers(Array.from({ length: 1000 }, (_, i) => i ** 2));
    const { codes, size } = binningOf(train)(train);
    const counts = new Float64Array(size);
    for (const code of codes) counts[code]++;
    expect([...counts]).toEqual([100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 0]);
  });

  it('hold each of few values alone, even rare ones', () => {
    const train = numbers([...new Array<number>(500).fill(0), 1, 2, NaN]);
    const { codes, size } = binningOf(train)(train);
    expect([codes[0], codes[500], codes[501], codes[502], size]).toEqual([0, 1, 2, 3, 4]);
  });

  it('take values beyond the train range into the end bins and unknown categories into the rest', () => {
    expect([...binningOf(numbers([1, 2, 3]))(numbers([-9, 9])).codes]).toEqual([0, 2]);
    const labels = { type: 'category', name: 'c', categories: ['a', 'b'] } as const;
    const binning = binningOf({ ...labels, codes: Int32Array.of(1, 1, 0) });
    expect([...binning({ ...labels, codes: Int32Array.of(1, 0, 2, -1) }).codes]).toEqual([0, 1, 2, 3]);
  });
});

describe('cluster order', () => {
  it('is a permutation that keeps groups together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 25 }), (groups) => {
        const order = clusterOrder(groups.length, (i, j) => (groups[i] === groups[j] ? 0.1 : 0.9));
        expect([...order].sort((a, b) => a - b)).toEqual(groups.map((_, i) => i));
        const runs = order.filter((i, at) => at === 0 || groups[i] !== groups[order[at - 1]]);
        expect(runs.length).toBe(new Set(groups).size);
      }),
    );
  });

  it('puts a chain in its order', () => {
    const places = [3, 0, 4, 1, 2];
    const order = clusterOrder(5, (i, j) => Math.abs(places[i] - places[j]));
    const along = order.map((i) => places[i]);
    expect([along.join(''), [...along].reverse().join('')]).toContain('01234');
  });
});
