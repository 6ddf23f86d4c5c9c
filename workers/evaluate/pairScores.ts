import { clusterOrder } from './clusterOrder.ts';
import { jointCounts } from './coded.ts';
import type { Pace } from './pace.ts';
import { pairDistance } from './pairDistance.ts';
import { association, measureOf, type PairTables, type PairColumn } from './pairs.ts';
import { mapMarks, meanOf, meanReferenced, referenced, type Marks } from './panel.ts';
import type { Associations, Referenced } from './types.ts';

/** All pairs of columns i < j. */
const pairsOf = (columns: number): (readonly [number, number])[] =>
  Array.from({ length: columns }, (_, i) => i).flatMap((i) =>
    Array.from({ length: columns - i - 1 }, (_, k) => [i, i + 1 + k] as const),
  );

/** Associations of all pairs i < j of one table, as a full symmetric matrix. */
async function associationMatrix(
  columns: readonly PairColumn[],
  pace: Pace,
  onPair: () => void,
): Promise<Float64Array> {
  const d = columns.length;
  const matrix = new Float64Array(d * d).fill(NaN);
  for (const [i, j] of pairsOf(d)) {
    const value = association(columns[i], columns[j]);
    matrix[i * d + j] = value;
    matrix[j * d + i] = value;
    onPair();
    await pace.breathe();
  }
  // A column goes with itself wholly, unless it is constant and goes with nothing.
  columns.forEach((column, i) => (matrix[i * d + i] = association(column, column)));
  return matrix.map((value, cell) => (cell % (d + 1) === 0 && !Number.isNaN(value) ? 1 : value));
}

/**
 * Difference of each pair defined in the real table. An association that is undefined in the other table (a column
 * became constant) counts as lost.
 */
const differences = (real: Float64Array, other: Float64Array, pairs: readonly number[]): number[] =>
  pairs.map((cell) => Math.abs(real[cell] - (Number.isNaN(other[cell]) ? 0 : other[cell])));

const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, number) => (number > most || Number.isNaN(most) ? number : most), NaN);

/** Rearranges a square matrix by `order`. */
const arranged = (matrix: Float64Array, order: readonly number[]): number[] =>
  order.flatMap((i) => order.map((j) => matrix[i * order.length + j]));

/** Association matrices of real and synthetic in one order, and how far apart they are. */
export async function scoreAssociations(
  { real, candidates }: PairTables,
  pace: Pace,
  onProgress: (done: number) => void,
): Promise<Associations> {
  const d = real.length;
  const tables = candidates.ceiling ? 4 : 3;
  const total = Math.max(1, (tables * d * (d - 1)) / 2);
  let done = 0;
  const onPair = (): void => onProgress(++done / total);
  const matrixOf = (columns: readonly PairColumn[]) => associationMatrix(columns, pace, onPair);
  const truth = await matrixOf(real);
  const matrices: Marks<Float64Array> = {
    value: await matrixOf(candidates.value),
    ceiling: candidates.ceiling && (await matrixOf(candidates.ceiling)),
    floor: await matrixOf(candidates.floor),
  };
  const pairs = pairsOf(d)
    .map(([i, j]) => i * d + j)
    .filter((cell) => !Number.isNaN(truth[cell]));
  const gaps = mapMarks(matrices, (matrix) => differences(truth, matrix, pairs));
  const worst = pairs[gaps.value.indexOf(largest(gaps.value))];
  const order = clusterOrder(d, (i, j) => 1 - Math.abs(truth[i * d + j] || 0));
  return {
    columns: order.map((i) => real[i].name),
    measures: order.flatMap((i) => order.map((j) => (i === j ? 'self' : measureOf(real[i], real[j])))),
    real: arranged(truth, order),
    synthetic: arranged(matrices.value, order),
    meanDifference: referenced(gaps, meanOf),
    worstDifference: referenced(gaps, largest),
    worstPair: worst === undefined ? null : [real[Math.floor(worst / d)].name, real[worst % d].name],
  };
}

/** Mean over all pairs of columns of the distance between their joint distributions. NaN with one column. */
export async function scorePairs(
  { real, candidates }: PairTables,
  pace: Pace,
  onProgress: (done: number) => void,
): Promise<Referenced> {
  const pairs = pairsOf(real.length);
  const found: Referenced[] = [];
  for (const [i, j] of pairs) {
    const truth = jointCounts(real[i], real[j]);
    found.push(
      referenced(candidates, (columns) => pairDistance.compute(truth, jointCounts(columns[i], columns[j]))),
    );
    onProgress(found.length / pairs.length);
    await pace.breathe();
  }
  return meanReferenced(found);
}
