import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { clippedSum } from '../../../workers/nn/clippedSum.ts';
import { clipFactors, sensitivityMargin } from '../../../workers/nn/rowClipping.ts';
import { tensorCount, vectorFrom } from '../../../workers/nn/tensors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { labelledRows } from './classifier.ts';
import { distance, normOf, referenceClippedSum, RowClassifier } from './rowClassifier.ts';

const widths = [5, 7, 6, 3];
const upTo = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** The clipped sum on the active backend; leaves no tensor behind, whatever happens. */
async function sumOf(
  network: RowClassifier,
  rows: Int32Array,
  clipNorm: number,
  values = network.initial,
): Promise<Float32Array | undefined> {
  const before = tensorCount();
  network.load();
  const parameters = vectorFrom(values);
  try {
    return await clippedSum(network, parameters, { step: 0, part: 0, rows }, clipNorm);
  } finally {
    parameters.dispose();
    network.unload();
    expect(tensorCount()).toBe(before);
  }
}

/** Rows of wild features: of any magnitude, repeated, or not numbers at all. */
const wildRows = fc.array(
  fc.record({
    seed: fc.integer({ min: 0, max: 3 }),
    size: fc.oneof(
      fc.constantFrom(0, 1, 1e30, 3e38, Infinity, NaN, -Infinity),
      fc.integer({ min: -30, max: 30 }).map((k) => 10 ** k),
    ),
  }),
  { minLength: 1, maxLength: 20 },
);

const networkOf = (rows: readonly { seed: number; size: number }[]): RowClassifier => {
  const features = rows.flatMap(({ seed, size }) => {
    const rng = seededRng(seed);
    return Array.from({ length: widths[0] }, () => rng.normal() * size);
  });
  const labels = Int32Array.from(rows, ({ seed }) => seed % 3);
  return new RowClassifier(Float32Array.from(features), labels, widths);
};

describe('the clipped sum', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('is the sum of clipped gradients of batches of one, for any clip norm', async () => {
    const { features, labels } = labelledRows(30, 5, 3, seededRng('rows'));
    const network = new RowClassifier(features, labels, widths);
    const gradients = Array.from(upTo(30), (row) => network.gradientOf(network.initial, row));
    const norms = gradients.map(normOf);
    for (const clipNorm of [1e-3, norms[0], Math.min(...norms), Math.max(...norms), 1e6]) {
      const sum = await sumOf(network, upTo(30), clipNorm);
      const expected = referenceClippedSum(gradients, clipNorm);
      expect(distance(sum ?? [], expected)).toBeLessThan(1e-5 * normOf(expected));
    }
  });

  it('of one row has the smaller of its norm and the clip norm', async () => {
    const { features, labels } = labelledRows(20, 5, 3, seededRng('more rows'));
    const network = new RowClassifier(features, labels, widths);
    for (const row of upTo(20)) {
      const norm = normOf(network.gradientOf(network.initial, row));
      const found = normOf((await sumOf(network, Int32Array.of(row), 1)) ?? []);
      expect(Math.abs(found / Math.min(1, norm) - 1)).toBeLessThan(1e-5);
    }
  });

  it('is bounded whatever the rows hold', async () => {
    await fc.assert(
      fc.asyncProperty(wildRows, fc.constantFrom(1e-3, 1, 1e3), async (rows, clipNorm) => {
        const sum = await sumOf(networkOf(rows), upTo(rows.length), clipNorm);
        const most = rows.length * clipNorm * (1 + sensitivityMargin(rows.length, rows.length, 7));
        expect(normOf(sum ?? [])).toBeLessThanOrEqual(most);
      }),
      { numRuns: 60 },
    );
  });

  it('is bounded, or nothing, whatever the parameters are', async () => {
    const { features, labels } = labelledRows(9, 5, 3, seededRng('rows'));
    const network = new RowClassifier(features, labels, widths);
    for (const size of [1e6, 1e15, 1e30, 3e38, Infinity, NaN]) {
      const values = network.initial.map((value) => value * size);
      const sum = await sumOf(network, upTo(9), 1, values);
      expect(normOf(sum ?? [])).toBeLessThanOrEqual(9 * 1.01);
      if (!(size < 1e15)) expect(sum).toBeUndefined();
    }
  });

  it.each([NaN, Infinity, 1e30])('gets exactly nothing from a row that holds %s', async (value) => {
    const { features, labels } = labelledRows(8, 5, 3, seededRng('rows'));
    const calm = new RowClassifier(features, labels, widths);
    const hurt = features.slice();
    hurt[3 * 5 + 2] = value;
    const wild = new RowClassifier(hurt, labels, widths);
    const without = upTo(8).map((row) => (row === 3 ? -1 : row));
    expect(await sumOf(wild, upTo(8), 1)).toEqual(await sumOf(calm, without, 1));
    expect(await sumOf(wild, Int32Array.of(3), 1)).toBeUndefined();
  });

  it('is nothing where all places are empty', async () => {
    const network = networkOf([{ seed: 1, size: 1 }]);
    expect(await sumOf(network, new Int32Array(8).fill(-1), 1)).toBeUndefined();
    expect(await sumOf(network, new Int32Array(0), 1)).toBeUndefined();
  });
});

describe('clip factors', () => {
  it('shorten to the clip norm, never lengthen, and leave out what is no number or far too large', () => {
    // Two layers, four places: |delta|² of each layer, then |input|² of each.
    const squares = Float32Array.of(4, 0, NaN, 1, 5, 0, 1, 1, 3, 0, 1, 1, 0, 0, 1, 2 ** 41);
    const factors = clipFactors(squares, 4, 2);
    expect(factors[0]).toBeCloseTo(2 / Math.sqrt(4 * 4 + 5 * 1), 12);
    expect(factors[1]).toBe(1);
    expect(factors[2]).toBeNaN();
    expect(factors[3]).toBeNaN();
  });
});

describe('the margin for rounding', () => {
  it('covers the error of sums in single precision, one row after the other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer(), (rows, seed) => {
        // One coordinate of rows of the same sign: what errors are worst for.
        const rng = seededRng(seed);
        const values = Float32Array.from({ length: rows }, () => 1 - 0.1 * rng.uniform());
        let single = 0;
        for (const value of values) single = Math.fround(single + value);
        const exact = values.reduce((sum, value) => sum + value, 0);
        expect(2 * Math.abs(single - exact)).toBeLessThanOrEqual(sensitivityMargin(rows, rows, 1));
      }),
    );
  });

  it('is below two per cent for usual batches, and grows with what is summed', () => {
    expect(sensitivityMargin(500, 500, 201)).toBeLessThan(0.02);
    expect(sensitivityMargin(0, 0, 201)).toBeGreaterThan(0);
    const places = [0, 10, 500, 10_000].map((n) => sensitivityMargin(n, Math.min(n, 500), 201));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(sensitivityMargin(500, 500, 4000)).toBeGreaterThan(sensitivityMargin(500, 500, 201));
  });
});
