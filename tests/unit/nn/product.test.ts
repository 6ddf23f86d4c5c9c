import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { product } from '../../../workers/nn/product.ts';

const floats = (count: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.integer({ min: -9, max: 9 }), { minLength: count, maxLength: count })
    .map((v) => new Float32Array(v));

describe('the plain matrix product', () => {
  it('is the sum of products for every shape, exactly for small whole numbers', () => {
    const size = fc.integer({ min: 1, max: 11 });
    const matrices = fc.tuple(size, size, size).chain(([rows, inner, columns]) =>
      fc.record({
        rows: fc.constant(rows),
        inner: fc.constant(inner),
        columns: fc.constant(columns),
        a: floats(rows * inner),
        b: floats(inner * columns),
      }),
    );
    fc.assert(
      fc.property(matrices, ({ rows, inner, columns, a, b }) => {
        const found = product(a, b, rows, inner, columns);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            let sum = 0;
            for (let p = 0; p < inner; p++) sum += a[i * inner + p] * b[p * columns + j];
            expect(found[i * columns + j]).toBe(sum);
          }
        }
      }),
    );
  });
});
