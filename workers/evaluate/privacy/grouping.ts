import { rowIds } from '../rowIds.ts';
import { byReach, project, type Rows } from './rowSpace.ts';

/**
 * References sorted into groups of equal values in a few columns of categories. All rows of a group are as many of
 * these columns away from a query as its values differ, so a group that is too far by them alone is left out whole.
 */
export interface Grouping {
  /** Columns of the table in the order used here: first the `keyed` ones that make the groups. */
  readonly columns: readonly number[];
  readonly keyed: number;
  /** Values of each group in the keyed columns, row-major groups x keyed. */
  readonly keys: Float64Array;
  /** Where each group starts among the members, and one past the last of all. */
  readonly starts: Int32Array;
  /** Reference at each place. */
  readonly members: Int32Array;
  /** Cells of the members in the other columns, row-major. */
  readonly cells: Float64Array;
}

const mostKeyed = 3;
/** Rows in a group on average, at least: looking at a group costs about as much as at a row. */
const rowsPerGroup = 12;

const columnOf = ({ count, width, cells }: Rows, c: number): Float64Array =>
  Float64Array.from({ length: count }, (_, row) => cells[row * width + c]);

interface KeyColumns {
  readonly chosen: readonly number[];
  /** Group of each reference. */
  readonly ids: Int32Array;
  readonly count: number;
}

/** The columns of categories that tell rows apart most, as long as groups do not get small. */
const keyColumns = (references: Rows, order: readonly number[]): KeyColumns => {
  let best: KeyColumns = { chosen: [], ids: new Int32Array(references.count), count: 1 };
  for (const column of order) {
    if (!references.categorical[column] || best.chosen.length === mostKeyed) continue;
    const chosen = [...best.chosen, column];
    const { ids, count } = rowIds([[best.ids, columnOf(references, column)]]);
    if (count * rowsPerGroup <= references.count) best = { chosen, ids: ids[0], count };
  }
  return best;
};

export function groupingOf(references: Rows): Grouping {
  const order = byReach(references);
  const { chosen, ids, count } = keyColumns(references, order);
  const others = order.filter((column) => !chosen.includes(column));
  const starts = new Int32Array(count + 1);
  for (const id of ids) starts[id + 1]++;
  for (let group = 0; group < count; group++) starts[group + 1] += starts[group];
  const next = starts.slice();
  const members = new Int32Array(references.count);
  for (let row = 0; row < ids.length; row++) members[next[ids[row]]++] = row;
  const rest = project(references, others).cells;
  const cells = new Float64Array(rest.length);
  members.forEach((row, place) =>
    cells.set(rest.subarray(row * others.length, (row + 1) * others.length), place * others.length),
  );
  const keys = new Float64Array(count * chosen.length);
  for (let group = 0; group < count; group++) {
    chosen.forEach((column, k) => {
      keys[group * chosen.length + k] = references.cells[members[starts[group]] * references.width + column];
    });
  }
  return { columns: [...chosen, ...others], keyed: chosen.length, keys, starts, members, cells };
}

/**
 * Groups by how many keyed columns differ from the query at `base`: fills `groups` with those of 0 differences, then 1,
 * and so on, and `ends` with where each kind ends.
 */
export function sortGroups(
  { keyed, keys, starts }: Grouping,
  asked: Float64Array,
  base: number,
  groups: Int32Array,
  ends: Int32Array,
): void {
  const count = starts.length - 1;
  let filled = 0;
  for (let differences = 0; differences <= keyed; differences++) {
    for (let group = 0; group < count; group++) {
      let apart = 0;
      for (let k = 0; k < keyed; k++) if (keys[group * keyed + k] !== asked[base + k]) apart++;
      if (apart === differences) groups[filled++] = group;
    }
    ends[differences] = filled;
  }
}
