import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { normalQuantile } from '../../../workers/encode/normal.ts';
import { correlationOf, covarianceAt } from '../../../workers/synthesizers/copula/hermite.ts';
import { cumulated, marginOf } from '../../../workers/synthesizers/copula/margin.ts';
import { cholesky, eigen, identity, type Matrix } from '../../../workers/synthesizers/copula/matrix.ts';
import { nearestCorrelation } from '../../../workers/synthesizers/copula/repair.ts';

const of = (...rows: number[][]): Matrix => ({ size: rows.length, values: Float64Array.from(rows.flat()) });

/** Symmetric, with ones on the diagonal and entries in [-1, 1]; seldom positive definite. */
const anyUnit = (most: number): fc.Arbitrary<Matrix> =>
  fc.integer({ min: 1, max: most }).chain((size) =>
    fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size * size, maxLength: size * size })
      .map((entries) => ({
        size,
        values: Float64Array.from(entries, (_, at) => {
          const [i, j] = [Math.floor(at / size), at % size];
          return i === j ? 1 : entries[Math.max(i, j) * size + Math.min(i, j)];
        }),
      })),
  );

const distance = (a: Matrix, b: Matrix): number =>
  Math.hypot(...a.values.map((value, i) => value - b.values[i]));

const repaired = async (matrix: Matrix): Promise<Matrix> => {
  const control = new RunControl();
  const result = await nearestCorrelation(matrix, control);
  control.close();
  return result;
};

/** L L^T. */
const squareOf = ({ size, values }: Matrix): Matrix => ({
  size,
  values: values.map((_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let k = 0; k < size; k++) sum += values[i * size + k] * values[j * size + k];
    return sum;
  }),
});

describe('eigenvectors', () => {
  it('are orthonormal and give the matrix back', () => {
    fc.assert(
      fc.property(anyUnit(9), (matrix) => {
        const { size } = matrix;
        const { values, vectors } = eigen(matrix);
        expect(distance(squareOf(vectors), identity(size))).toBeLessThan(1e-10);
        const back = matrix.values.map((_, at) => {
          const [i, j] = [Math.floor(at / size), at % size];
          return values.reduce(
            (sum, value, e) => sum + value * vectors.values[e * size + i] * vectors.values[e * size + j],
            0,
          );
        });
        expect(distance(matrix, { size, values: back })).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('repair of a correlation matrix', () => {
  it('gives a correlation matrix with a Cholesky factor', async () => {
    await fc.assert(
      fc.asyncProperty(anyUnit(8), async (matrix) => {
        const result = await repaired(matrix);
        const { size, values } = result;
        for (let i = 0; i < size; i++) {
          expect(values[i * size + i]).toBe(1);
          for (let j = 0; j < i; j++) {
            expect(values[i * size + j]).toBe(values[j * size + i]);
            expect(Math.abs(values[i * size + j])).toBeLessThanOrEqual(1);
          }
        }
        const factor = cholesky(result);
        expect(factor && distance(squareOf(factor), result)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a correlation matrix as it is', async () => {
    await fc.assert(
      fc.asyncProperty(anyUnit(8), async (matrix) => {
        // Dominated by its diagonal, hence positive definite.
        const { size } = matrix;
        const values = matrix.values.map((value, at) => (at % (size + 1) === 0 ? 1 : (0.99 * value) / size));
        const valid = { size, values };
        expect(await repaired(valid)).toEqual(valid);
      }),
    );
  });

  it('finds the nearest one: the example of Higham (2002), and no other is nearer', async () => {
    const example = of([1, 1, 0], [1, 1, 1], [0, 1, 1]);
    const nearest = await repaired(example);
    expect(nearest.values[1]).toBeCloseTo(0.7607, 3);
    expect(nearest.values[2]).toBeCloseTo(0.1573, 3);
    await fc.assert(
      fc.asyncProperty(anyUnit(5), fc.double({ min: 0, max: 1, noNaN: true }), async (matrix, weight) => {
        const found = await repaired(matrix);
        // Towards another correlation matrix the distance never falls, but for the projections left out.
        const towards = (
          await repaired({ ...matrix, values: matrix.values.map((v, i) => v * (i % 2 ? 0.5 : 1)) })
        ).values;
        const other = {
          size: matrix.size,
          values: found.values.map((value, i) => (1 - weight) * value + weight * towards[i]),
        };
        expect(distance(matrix, found)).toBeLessThanOrEqual(distance(matrix, other) + 0.02);
      }),
      { numRuns: 60 },
    );
  });

  it('draws a large one towards the identity', async () => {
    const size = 300;
    const values = new Float64Array(size * size).map((_, at) =>
      at % (size + 1) === 0 ? 1 : (Math.floor(at / size) + (at % size)) % 2 ? 0.5 : -0.5,
    );
    const result = await repaired({ size, values });
    expect(cholesky(result)).toBeDefined();
    expect(Math.sign(result.values[1])).toBe(1);
  });
});

describe('correlations behind steps', () => {
  // Of a rare value beside a common one the covariance all but reaches its bound before the correlation does.
  const shares = fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 });
  const stepsOf = (parts: number[]): Float64Array => marginOf(cumulated(Float64Array.from(parts)), 1).series;

  it('are found back from the covariance of the scores', () => {
    fc.assert(
      fc.property(shares, shares, fc.double({ min: -0.6, max: 0.6, noNaN: true }), (p, q, r) => {
        const [a, b] = [stepsOf(p), stepsOf(q)];
        expect(correlationOf(covarianceAt(r, a, b), a, b)).toBeCloseTo(r, 6);
      }),
    );
  });

  it('give two halves the covariance of the arcsine law', () => {
    const halves = stepsOf([1, 1]);
    // Each half scores +- sqrt(2 / pi), and signs of normals have covariance 2 asin(r) / pi (Sheppard 1899).
    for (const r of [-0.9, -0.5, 0, 0.3, 0.7]) {
      expect(covarianceAt(r, halves, halves)).toBeCloseTo((4 / Math.PI ** 2) * Math.asin(r), 3);
    }
  });

  it('stop short of perfect ties', () => {
    const halves = stepsOf([1, 1]);
    expect(correlationOf(5, halves, halves)).toBe(0.999);
    expect(correlationOf(-5, halves, halves)).toBe(-0.999);
  });

  it('rest on scores that are means of the normal between quantiles', () => {
    const { scores, variance } = marginOf(cumulated(Float64Array.from([1, 2, 1])), 1);
    expect(scores[1]).toBeCloseTo(0, 12);
    // The mean beyond a quantile x is its density over the share.
    const x = normalQuantile(0.75);
    expect(scores[2]).toBeCloseTo(Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / 0.25, 10);
    expect(variance).toBeCloseTo(0.5 * scores[2] ** 2, 10);
  });
});
