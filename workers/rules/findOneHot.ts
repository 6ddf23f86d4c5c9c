import type { ColumnSchema } from '../schema/types.ts';
import { entryOf, flagsOf, missing, set, yesAndNo } from './cells.ts';
import type { Looked } from './criterion.ts';
import type { FoundRule } from './types.ts';

/** Rows by which groups are chosen, before all rows are looked at. */
const firstRows = 2000;
/** Of these, so many may be in no column of a group, or in two. */
const firstWrong = 2;
/** Steps of one search at most: a group among columns that seldom meet is found in a few. */
const mostSteps = 2000;

interface Flags {
  readonly name: string;
  readonly rows: Uint8Array;
}

const isFlag = (entry: ColumnSchema): boolean =>
  yesAndNo(entry) !== null || (entry.kind === 'integer' && entry.number?.min === 0 && entry.number.max === 1);

function flagsIn({ table, schema }: Looked): Flags[] {
  const count = Math.min(table.rows, firstRows);
  return table.columns.flatMap(({ name }) => {
    const entry = entryOf(schema, name);
    if (!isFlag(entry)) return [];
    const rows = flagsOf(table, entry).subarray(0, count);
    return rows.includes(set) ? [{ name, rows }] : [];
  });
}

function meet(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < a.length; row++) if (a[row] === set && b[row] === set) count++;
  return count;
}

/** Columns that together are set once in every row, begun with some: an exact cover, searched row by row. */
class CoverSearch {
  readonly #flags: readonly Flags[];
  readonly #apart: readonly (readonly boolean[])[];
  #steps = 0;

  constructor(flags: readonly Flags[]) {
    this.#flags = flags;
    this.#apart = flags.map((a) => flags.map((b) => a !== b && meet(a.rows, b.rows) <= firstWrong));
  }

  from(start: number, used: ReadonlySet<number>): number[] | null {
    this.#steps = 0;
    return this.#extend([start], used);
  }

  #extend(group: number[], used: ReadonlySet<number>): number[] | null {
    if (++this.#steps > mostSteps) return null;
    const open = this.#uncovered(group);
    if (open.length <= firstWrong) return group.length > 1 ? group : null;
    // Of the rows left, one more than may be wrong has to be covered.
    for (const row of open.slice(0, firstWrong + 1)) {
      for (let c = 0; c < this.#flags.length; c++) {
        const fits =
          this.#flags[c].rows[row] === set && !used.has(c) && group.every((own) => this.#apart[own][c]);
        const found = fits ? this.#extend([...group, c], used) : null;
        if (found) return found;
      }
    }
    return null;
  }

  #uncovered(group: readonly number[]): number[] {
    const open: number[] = [];
    const { length } = this.#flags[0].rows;
    for (let row = 0; row < length; row++) {
      const covered = group.some(
        (c) => this.#flags[c].rows[row] === set || this.#flags[c].rows[row] === missing,
      );
      if (!covered) open.push(row);
    }
    return open;
  }
}

/** Groups of yes-or-no columns of which exactly one is set in the rows. A column is in one group at most. */
export function findOneHot(looked: Looked): FoundRule[] {
  const flags = flagsIn(looked);
  if (flags.length < 2) return [];
  const search = new CoverSearch(flags);
  const used = new Set<number>();
  const found: FoundRule[] = [];
  for (let start = 0; start < flags.length; start++) {
    const group = used.has(start) ? null : search.from(start, used);
    if (!group) continue;
    const columns = group.toSorted((a, b) => a - b).map((c) => flags[c].name);
    const judged = looked.judge({ kind: 'one-hot', columns });
    if (!judged) continue;
    found.push(judged);
    for (const c of group) used.add(c);
  }
  return found;
}
