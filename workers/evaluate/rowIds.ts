/**
 * Numbers the distinct combinations of values over all tables together: rows with equal values in every column get
 * equal ids, 0..count-1, in whichever table they stand.
 * @param tables per table the columns to tell rows apart by, in one order; NaN equals NaN.
 */
export function rowIds(tables: readonly (readonly ArrayLike<number>[])[]): {
  readonly ids: readonly Int32Array[];
  readonly count: number;
} {
  let ids: Int32Array[] = tables.map((columns) => new Int32Array(columns[0]?.length ?? 0));
  let count = 1;
  const width = tables[0].length;
  for (let c = 0; c < width; c++) {
    const values = numbered(tables.map((columns) => columns[c]));
    const size = values.count;
    const joined = ids.map((own, t) => Float64Array.from(own, (id, row) => id * size + values.ids[t][row]));
    ({ ids, count } = numbered(joined));
  }
  return { ids, count };
}

const numbered = (columns: readonly ArrayLike<number>[]): { ids: Int32Array[]; count: number } => {
  const seen = new Map<number, number>();
  const ids = columns.map((values) => {
    const own = new Int32Array(values.length);
    for (let row = 0; row < own.length; row++) {
      let id = seen.get(values[row]);
      if (id === undefined) {
        id = seen.size;
        seen.set(values[row], id);
      }
      own[row] = id;
    }
    return own;
  });
  return { ids, count: seen.size };
};

/** Rows of each id. */
export function countIds(ids: Int32Array, count: number): Int32Array {
  const counts = new Int32Array(count);
  for (const id of ids) counts[id]++;
  return counts;
}
