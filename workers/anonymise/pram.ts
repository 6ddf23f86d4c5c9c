import type { Rng } from '../random/rng.ts';
import type { CategoryColumn } from '../table/types.ts';

/**
 * Running shares of the categories among the rows that have one: ends at 1. Every category gets an equal share where
 * `draw` is uniform, or where no row has one.
 */
export function drawnShares({ codes, categories }: CategoryColumn, draw: 'shares' | 'uniform'): Float64Array {
  const counts = new Float64Array(categories.length);
  if (draw === 'shares') for (const code of codes) if (code >= 0) counts[code]++;
  const present = counts.reduce((sum, count) => sum + count, 0);
  if (present === 0) counts.fill(1);
  let sum = 0;
  const running = counts.map((count) => (sum += count));
  return running.map((count) => count / sum);
}

/** First category whose running share exceeds `u` in [0, 1). */
function drawnCode(running: Float64Array, u: number): number {
  let [low, high] = [0, running.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (running[middle] > u) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Post-randomisation (Gouweleeuw and others 1998; sdcMicro `pram`): keeps a category with probability `keep`, else draws
 * one, perhaps the same. With the column's own shares the expected shares stay as they are (invariant PRAM).
 * Every row draws twice, whatever it holds, so that a row's fate does not depend on other rows.
 */
export function randomised(codes: Int32Array, keep: number, running: Float64Array, rng: Rng): Int32Array {
  return codes.map((code) => {
    const kept = rng.uniform() < keep;
    const drawn = rng.uniform();
    return code < 0 || kept || running.length === 0 ? code : drawnCode(running, drawn);
  });
}
