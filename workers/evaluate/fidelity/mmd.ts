import { permutation, type Rng } from '../../random/rng.ts';
import type { Pace } from '../pace.ts';

/** Kernel values of all rows of two tables, the first `first` of them of one: a full symmetric matrix, row-major. */
export interface Kernel {
  readonly values: Float64Array;
  readonly first: number;
  readonly second: number;
  /** Of each row, without the diagonal. */
  readonly rowSums: Float64Array;
}

const mostPairsForMedian = 200_000;

/** Median of the distances between different points; of every so many pairs where there are more than 200,000. */
export function medianDistance(squares: Float64Array, count: number): number {
  const pairs = (count * (count - 1)) / 2;
  const step = Math.max(1, Math.ceil(pairs / mostPairsForMedian));
  const found: number[] = [];
  let pair = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      if (pair++ % step === 0 && squares[i * count + j] > 0) found.push(Math.sqrt(squares[i * count + j]));
    }
  }
  const ascending = Float64Array.from(found).sort();
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2;
}

/** exp(-gamma d²) with gamma = 1 / (2 median²), so that no scale has to be chosen (Gretton and others 2012). */
export const medianGamma = (squares: Float64Array, count: number): number => {
  const median = medianDistance(squares, count);
  return median > 0 ? 1 / (2 * median * median) : 1;
};

const kernelOf = (values: Float64Array, first: number, second: number): Kernel => {
  const count = first + second;
  const rowSums = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) if (j !== i) rowSums[i] += values[i * count + j];
  }
  return { values, first, second, rowSums };
};

/** One Gaussian kernel. */
export const gaussianKernel = (squares: Float64Array, first: number, second: number, gamma: number): Kernel =>
  kernelOf(
    squares.map((square) => Math.exp(-gamma * square)),
    first,
    second,
  );

/** Mean of Gaussian kernels with gamma times 1/4, 1/2, 1, 2 and 4: no single bandwidth decides. */
export const manyBandwidths = (
  squares: Float64Array,
  first: number,
  second: number,
  gamma: number,
): Kernel => {
  const values = squares.map((square) => {
    const wide = Math.exp((-gamma * square) / 4);
    const half = wide * wide;
    const one = half * half;
    const two = one * one;
    return (wide + half + one + two + two * two) / 5;
  });
  return kernelOf(values, first, second);
};

/**
 * Sums of kernel values within each group (`members` are one of them, ascending: the matrix is then read in order) and
 * between them, diagonal left out.
 */
const blockSums = (
  { values, rowSums }: Kernel,
  members: Int32Array,
): { readonly own: number; readonly others: number; readonly between: number } => {
  const count = rowSums.length;
  let [own, all] = [0, 0];
  for (let i = 0; i < members.length; i++) {
    const row = members[i] * count;
    for (let j = 0; j < i; j++) own += values[row + members[j]];
    all += rowSums[members[i]];
  }
  own *= 2;
  const between = all - own;
  return { own, between, others: rowSums.reduce((sum, row) => sum + row, 0) - own - 2 * between };
};

const firstRows = ({ first }: Kernel): Int32Array => Int32Array.from({ length: first }, (_, i) => i);

const unbiasedOf = (kernel: Kernel, members: Int32Array): number => {
  const { first, second } = kernel;
  const { own, others, between } = blockSums(kernel, members);
  return own / (first * (first - 1)) + others / (second * (second - 1)) - (2 * between) / (first * second);
};

/** Squared maximum mean discrepancy, unbiased: below 0 as often as above where the tables are alike. */
export const mmdUnbiased = (kernel: Kernel): number => unbiasedOf(kernel, firstRows(kernel));

/** The same with each row against itself too: 0 or more. */
export function mmdBiased(kernel: Kernel): number {
  const { values, first, second } = kernel;
  const { own, others, between } = blockSums(kernel, firstRows(kernel));
  const self = (from: number, to: number): number => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i * (first + second) + i];
    return sum;
  };
  return (
    (own + self(0, first)) / first ** 2 +
    (others + self(first, first + second)) / second ** 2 -
    (2 * between) / (first * second)
  );
}

export interface MmdTest {
  readonly mmd: number;
  /** Chance of a value as large if the tables were alike. */
  readonly pValue: number;
  /** Of the estimate: from the rows' own shares in it, and from permuted labels. */
  readonly standardError: number;
}

/** Variance of the rows' shares in the estimate, for tables of any size (Hoeffding's first-order term). */
const firstOrderVariance = ({ values, first, second, rowSums }: Kernel): number => {
  const count = first + second;
  const shares = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let one = 0;
    for (let j = 0; j < first; j++) if (j !== i) one += values[i * count + j];
    const two = rowSums[i] - one;
    shares[i] = i < first ? one / (first - 1) - two / second : two / (second - 1) - one / first;
  }
  const variance = (part: Float64Array): number => {
    const mean = part.reduce((sum, share) => sum + share, 0) / part.length;
    return part.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (part.length - 1);
  };
  return (4 * variance(shares.subarray(0, first))) / first + (4 * variance(shares.subarray(first))) / second;
};

/** The estimate, and where it lies among estimates with permuted labels. */
export async function mmdTest(kernel: Kernel, permutations: number, rng: Rng, pace: Pace): Promise<MmdTest> {
  const mmd = mmdUnbiased(kernel);
  let [larger, squares] = [0, 0];
  for (let p = 0; p < permutations; p++) {
    const order = permutation(kernel.first + kernel.second, rng);
    const permuted = unbiasedOf(kernel, order.subarray(0, kernel.first).sort());
    if (permuted >= mmd) larger++;
    squares += permuted * permuted;
    await pace.breathe();
  }
  const nullVariance = permutations > 0 ? squares / permutations : 0;
  return {
    mmd,
    pValue: (larger + 1) / (permutations + 1),
    standardError: Math.sqrt(firstOrderVariance(kernel) + nullVariance),
  };
}
