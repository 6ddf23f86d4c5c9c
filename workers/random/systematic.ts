import type { Rng } from './rng.ts';

/** Fisher-Yates shuffle of `items[start .. end - 1]`, in place. */
export function shuffle(items: Int32Array, start: number, end: number, rng: Rng): void {
  for (let i = end - 1; i > start; i--) {
    const j = start + rng.int(i - start + 1);
    const item = items[i];
    items[i] = items[j];
    items[j] = item;
  }
}

/**
 * Systematic sampling (Madow and Madow 1944): gives each of m rows a cell, every cell the floor or the ceiling of m p
 * times. Takes the cells under m equally spaced points along the shares laid end to end.
 * @param shares of 0 or more, relative to their sum, which is positive.
 * @param offset the first point, 0..1; uniform for m p times on average.
 * @param rows in random order, unless rows of one cell may follow each other.
 * @param cells receives the cell of each row.
 */
export function drawSystematic(
  shares: Float64Array,
  offset: number,
  rows: Int32Array,
  cells: Int32Array,
): void {
  let sum = 0;
  for (const share of shares) sum += share;
  const scale = rows.length / sum;
  let [reached, drawn, last] = [0, 0, 0];
  for (let cell = 0; cell < shares.length && drawn < rows.length; cell++) {
    if (shares[cell] === 0) continue;
    last = cell;
    reached += shares[cell] * scale;
    while (drawn < rows.length && offset + drawn < reached) cells[rows[drawn++]] = cell;
  }
  // Only rounding can leave the last point beyond the end.
  while (drawn < rows.length) cells[rows[drawn++]] = last;
}
