import type { Pace } from '../pace.ts';
import { groupingOf, sortGroups } from './grouping.ts';
import { project, type Rows } from './rowSpace.ts';

/**
 * For each query and each secret column, the reference nearest in all other columns: row-major queries x secrets, -1
 * without references. One pass serves all secrets: without one column a distance is at most one column less.
 */
export async function nearestWithout(
  queries: Rows,
  references: Rows,
  secrets: readonly number[],
  pace: Pace,
): Promise<Int32Array> {
  const grouping = groupingOf(references);
  const { columns, keyed, keys, starts, members, cells } = grouping;
  const asked = project(queries, columns).cells;
  const left = Int32Array.from(secrets, (column) => columns.indexOf(column));
  const { width } = queries;
  const rest = width - keyed;
  const groups = new Int32Array(starts.length - 1);
  const ends = new Int32Array(keyed + 1);
  const found = new Int32Array(queries.count * left.length).fill(-1);
  const best = new Float64Array(left.length);
  const apart = new Float64Array(width);
  /** Takes the row at `place`, `sum` apart in all, for each secret where it is nearer. */
  const take = (query: number, place: number, sum: number): number => {
    let farthest = 0;
    for (let s = 0; s < left.length; s++) {
      const without = sum - apart[left[s]];
      if (without < best[s]) {
        best[s] = without;
        found[query * left.length + s] = members[place];
      }
      if (best[s] > farthest) farthest = best[s];
    }
    return farthest;
  };
  const scan = (query: number, group: number, differences: number, farthest: number): number => {
    const base = query * width;
    for (let k = 0; k < keyed; k++) apart[k] = keys[group * keyed + k] === asked[base + k] ? 0 : 1;
    let limit = farthest + 1;
    for (let place = starts[group]; place < starts[group + 1]; place++) {
      const other = place * rest;
      let sum = differences;
      for (let c = 0; c < rest && sum < limit; c++) {
        const gap = Math.abs(asked[base + keyed + c] - cells[other + c]);
        apart[keyed + c] = gap < 1 ? gap : 1;
        sum += apart[keyed + c];
      }
      if (sum < limit) limit = take(query, place, sum) + 1;
    }
    return limit - 1;
  };
  for (let query = 0; query < queries.count; query++) {
    best.fill(Infinity);
    sortGroups(grouping, asked, query * width, groups, ends);
    let farthest = Infinity;
    for (let g = 0, differences = 0; g < groups.length; g++) {
      while (g >= ends[differences]) differences++;
      if (differences - 1 >= farthest) break;
      farthest = scan(query, groups[g], differences, farthest);
    }
    await pace.breathe();
  }
  return found;
}
