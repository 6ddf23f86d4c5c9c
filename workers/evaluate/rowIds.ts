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
    const joined = ids.map((own, t) => pairIds(own, values.ids[t], size));
    ({ ids, count } = count * size <= mostListed ? listed(joined, count * size) : numbered(joined));
  }
  return { ids, count };
}

/** Pairs of ids up to this many are looked up in a list, which is faster than a map. */
const mostListed = 2 ** 22;

const pairIds = (ids: Int32Array, others: Int32Array, size: number): Float64Array => {
  const pairs = new Float64Array(ids.length);
  for (let row = 0; row < pairs.length; row++) pairs[row] = ids[row] * size + others[row];
  return pairs;
};

/** Ids of whole numbers below `most`, in the order of their first row as in `numbered`. */
const listed = (columns: readonly Float64Array[], most: number): { ids: Int32Array[]; count: number } => {
  const seen = new Int32Array(most).fill(-1);
  let count = 0;
  const ids = columns.map((values) => {
    const own = new Int32Array(values.length);
    for (let row = 0; row < own.length; row++) {
      const value = values[row];
      if (seen[value] < 0) seen[value] = count++;
      own[row] = seen[value];
    }
    return own;
  });
  return { ids, count };
};

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
