import type { Pace } from '../pace.ts';
import { groupingOf, sortGroups } from './grouping.ts';
import { project, type Rows } from './rowSpace.ts';

/** The k nearest references of each query, row-major, nearest first. */
export interface Neighbours {
  readonly k: number;
  /** Mean Gower distances, 0..1; Infinity where there are fewer than k references. */
  readonly distances: Float64Array;
  /** -1 where there are fewer than k references. */
  readonly indices: Int32Array;
}

/** Moves a new neighbour to its place among the k of one query. */
const insert = (
  { distances, indices, k }: Neighbours,
  query: number,
  sum: number,
  reference: number,
): void => {
  const start = query * k;
  let at = start + k - 1;
  while (at > start && distances[at - 1] > sum) {
    distances[at] = distances[at - 1];
    indices[at] = indices[at - 1];
    at--;
  }
  distances[at] = sum;
  indices[at] = reference;
};

/**
 * Looks at all references, group by group (`groupingOf`); the sum over columns stops once it is no nearer than the k-th
 * so far. Of equally near references the first looked at counts.
 */
export async function nearest(queries: Rows, references: Rows, k: number, pace: Pace): Promise<Neighbours> {
  const grouping = groupingOf(references);
  const { columns, keyed, starts, members, cells } = grouping;
  const asked = project(queries, columns).cells;
  const { width } = queries;
  const rest = width - keyed;
  const groups = new Int32Array(starts.length - 1);
  const ends = new Int32Array(keyed + 1);
  const found: Neighbours = {
    k,
    distances: new Float64Array(queries.count * k).fill(Infinity),
    indices: new Int32Array(queries.count * k).fill(-1),
  };
  const last = k - 1;
  const scan = (query: number, group: number, differences: number): void => {
    const base = query * width + keyed;
    let limit = found.distances[query * k + last];
    for (let place = starts[group]; place < starts[group + 1]; place++) {
      const other = place * rest;
      let sum = differences;
      for (let c = 0; c < rest && sum < limit; c++) {
        const apart = Math.abs(asked[base + c] - cells[other + c]);
        sum += apart < 1 ? apart : 1;
      }
      if (sum >= limit) continue;
      insert(found, query, sum, members[place]);
      limit = found.distances[query * k + last];
    }
  };
  for (let query = 0; query < queries.count; query++) {
    sortGroups(grouping, asked, query * width, groups, ends);
    for (let g = 0, differences = 0; g < groups.length; g++) {
      while (g >= ends[differences]) differences++;
      if (differences >= found.distances[query * k + last]) break;
      scan(query, groups[g], differences);
    }
    await pace.breathe();
  }
  return { ...found, distances: found.distances.map((sum) => sum / width) };
}
