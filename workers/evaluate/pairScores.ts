import { clusterOrder } from './clusterOrder.ts';
import { jointCounts } from './coded.ts';
import type { Pace } from './pace.ts';
import { pairDistance } from './pairDistance.ts';
import { association, measureOf, type PairTables, type PairColumn } from './pairs.ts';
import { mapMarks, meanOf, meanReferenced, referenced, type Marks } from './panel.ts';
import type { Associations, Referenced } from './types.ts';

/** Indices of two columns, i < j. */
type Pair = readonly [number, number];

const pairsOf = (columns: number): Pair[] =>
  Array.from({ length: columns }, (_, i) => i).flatMap((i) =>
    Array.from({ length: columns - i - 1 }, (_, k) => [i, i + 1 + k] as const),
  );

/** Associations of all pairs i < j of one table, as a full symmetric matrix. */
export async function associationMatrix(
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
const differences = (real: Float64Array, other: Float64Array, pairs: readonly Pair[]): number[] => {
  const d = Math.sqrt(real.length);
  return pairs.map(([i, j]) => Math.abs(real[i * d + j] - (other[i * d + j] || 0)));
};

const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, number) => (number > most || Number.isNaN(most) ? number : most), NaN);

/** Rearranges a square matrix by `order`. */
export const arranged = (matrix: Float64Array, order: readonly number[]): number[] =>
  order.flatMap((i) => order.map((j) => matrix[i * order.length + j]));

/** Entry by entry, over the matrices where it is defined. */
const meanMatrix = (matrices: readonly Float64Array[]): Float64Array =>
  matrices[0].map((_, cell) => meanOf(matrices.map((matrix) => matrix[cell])));

/** The two columns whose association is farthest off on average, or null when no pair has one. */
const worstPairOf = (gaps: readonly number[][], pairs: readonly Pair[]): Pair | null => {
  const mean = pairs.map((_, k) => meanOf(gaps.map((gap) => gap[k])));
  return pairs.length === 0 ? null : pairs[mean.indexOf(largest(mean))];
};

const matricesOf = async (
  { value, ceiling, floor }: Marks<readonly PairColumn[]>,
  pace: Pace,
  onPair: () => void,
): Promise<Marks<Float64Array>> => {
  const each = async (draws: readonly (readonly PairColumn[])[]): Promise<Float64Array[]> => {
    const matrices: Float64Array[] = [];
    for (const draw of draws) matrices.push(await associationMatrix(draw, pace, onPair));
    return matrices;
  };
  return { value: await each(value), ceiling: await each(ceiling), floor: await each(floor) };
};

/** Association matrices of real and synthetic in one order, and how far apart they are. */
export async function scoreAssociations(
  { real, candidates }: PairTables,
  pace: Pace,
  onProgress: (done: number) => void,
): Promise<Associations> {
  const d = real.length;
  const tables = 1 + candidates.value.length + candidates.ceiling.length + candidates.floor.length;
  const total = (tables * d * (d - 1)) / 2;
  let done = 0;
  const onPair = (): void => onProgress(++done / total);
  const truth = await associationMatrix(real, pace, onPair);
  const matrices = await matricesOf(candidates, pace, onPair);
  const pairs = pairsOf(d).filter(([i, j]) => !Number.isNaN(truth[i * d + j]));
  const gaps = mapMarks(matrices, (matrix) => differences(truth, matrix, pairs));
  const worst = worstPairOf(gaps.value, pairs);
  const order = clusterOrder(d, (i, j) => 1 - Math.abs(truth[i * d + j] || 0));
  return {
    columns: order.map((i) => real[i].name),
    measures: order.flatMap((i) => order.map((j) => (i === j ? 'self' : measureOf(real[i], real[j])))),
    real: arranged(truth, order),
    synthetic: arranged(meanMatrix(matrices.value), order),
    meanDifference: referenced(gaps, meanOf),
    worstDifference: referenced(gaps, largest),
    worstPair: worst && [real[worst[0]].name, real[worst[1]].name],
  };
}

/** Mean difference of associations over all pairs whose association is defined. NaN where there is none. */
export async function linkGap({ real, candidates }: PairTables, pace: Pace): Promise<Referenced> {
  const d = real.length;
  const quiet = (): void => undefined;
  const truth = await associationMatrix(real, pace, quiet);
  const pairs = pairsOf(d).filter(([i, j]) => !Number.isNaN(truth[i * d + j]));
  const matrices = await matricesOf(candidates, pace, quiet);
  return referenced(matrices, (matrix) => meanOf(differences(truth, matrix, pairs)));
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
