import type { Sample } from '../samples.ts';
import { placeOf } from '../statistics/sorted.ts';

/**
 * Rows as points for a kernel: numbers by their rank among the real rows, scaled so that two random rows are 1 apart in
 * mean square, with a coordinate for missing; categories as one-hot vectors, 1 apart in square.
 */
export interface KernelRows {
  readonly count: number;
  /** Row-major count x width. */
  readonly numbers: Float64Array;
  readonly width: number;
  /** Row-major count x labels. */
  readonly categories: Int32Array;
  readonly labels: number;
}

/** Mean rank of a value among ascending ones, 0..1. */
const rankIn = (ascending: Float64Array, value: number): number =>
  (placeOf(ascending, value) + placeOf(ascending, value, true)) / (2 * ascending.length);

/** A uniform rank is 1/6 from another in mean square. */
const scale = Math.sqrt(6);

export function kernelCoder(real: Sample): (sample: Sample) => KernelRows {
  const ascending = real.columns.map((column) =>
    column.type === 'category' ? null : column.values.filter((value) => !Number.isNaN(value)).sort(),
  );
  const numeric = ascending.flatMap((values, c) => (values === null ? [] : [c]));
  const categorical = ascending.flatMap((values, c) => (values === null ? [c] : []));
  const [width, labels] = [2 * numeric.length, categorical.length];
  return ({ rows: count, columns }) => {
    const numbers = new Float64Array(count * width);
    numeric.forEach((c, k) => {
      const [column, sorted] = [columns[c], ascending[c]];
      if (column.type === 'category' || sorted === null) return;
      for (let row = 0; row < count; row++) {
        const value = column.values[row];
        const missing = Number.isNaN(value) || sorted.length === 0;
        numbers[row * width + 2 * k] = scale * (missing ? 0.5 : rankIn(sorted, value));
        numbers[row * width + 2 * k + 1] = missing ? 1 : 0;
      }
    });
    const categories = new Int32Array(count * labels);
    categorical.forEach((c, k) => {
      const column = columns[c];
      if (column.type !== 'category') return;
      for (let row = 0; row < count; row++) categories[row * labels + k] = column.codes[row];
    });
    return { count, numbers, width, categories, labels };
  };
}

/** Squared distances of all rows of both tables, first those of `a`: a full symmetric matrix, row-major. */
export function squaredDistances(a: KernelRows, b: KernelRows): Float64Array {
  const count = a.count + b.count;
  const numbers = joinFloat(a.numbers, b.numbers);
  const categories = joinInt(a.categories, b.categories);
  const { width, labels } = a;
  const squares = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let c = 0; c < width; c++) {
        const gap = numbers[i * width + c] - numbers[j * width + c];
        sum += gap * gap;
      }
      for (let c = 0; c < labels; c++) if (categories[i * labels + c] !== categories[j * labels + c]) sum++;
      squares[i * count + j] = sum;
      squares[j * count + i] = sum;
    }
  }
  return squares;
}

const joinFloat = (a: Float64Array, b: Float64Array): Float64Array => {
  const joined = new Float64Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
};

const joinInt = (a: Int32Array, b: Int32Array): Int32Array => {
  const joined = new Int32Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
};
