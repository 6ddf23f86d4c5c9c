import { permutation, type Rng } from '../random/rng.ts';

/** Values below `value` in an ascending array. */
function countBelow(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows that have a value, from the least value to the greatest, rows of equal value in random order. */
function ranked(values: Float64Array, rng: Rng): Int32Array {
  const ascending = values.filter((value) => !Number.isNaN(value)).sort();
  const rows = new Int32Array(ascending.length);
  /** Rows placed so far of the value whose first rank this is. */
  const placed = new Int32Array(ascending.length);
  for (const row of permutation(values.length, rng)) {
    if (Number.isNaN(values[row])) continue;
    const first = countBelow(ascending, values[row]);
    rows[first + placed[first]++] = row;
  }
  return rows;
}

/** First rank from `rank` on that has not been swapped; `free` points on from those that have, and is shortened here. */
function firstFree(free: Int32Array, rank: number): number {
  let root = rank;
  while (free[root] !== root) root = free[root];
  for (let at = rank; free[at] !== root;) {
    const next = free[at];
    free[at] = root;
    at = next;
  }
  return root;
}

/**
 * Rank swapping (Moore 1996): each value is exchanged with that of a row at most `percent` % of the ranks away, each row
 * once at most. The column keeps exactly the values it had; missing cells take no part.
 */
export function rankSwapped(values: Float64Array, percent: number, rng: Rng): Float64Array {
  const rows = ranked(values, rng);
  const reach = Math.floor((rows.length * percent) / 100);
  const swapped = values.slice();
  const free = Int32Array.from({ length: rows.length + 1 }, (_, rank) => rank);
  for (let rank = 0; rank < rows.length; rank++) {
    if (free[rank] !== rank) continue;
    const most = Math.min(rows.length - 1, rank + reach);
    free[rank] = rank + 1;
    if (most === rank) continue;
    const wished = firstFree(free, rank + 1 + rng.int(most - rank));
    const partner = wished <= most ? wished : firstFree(free, rank + 1);
    if (partner > most) continue;
    free[partner] = partner + 1;
    swapped[rows[rank]] = values[rows[partner]];
    swapped[rows[partner]] = values[rows[rank]];
  }
  return swapped;
}
