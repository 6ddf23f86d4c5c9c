import { matrixFrom } from '../../nn/tensors.ts';
import { oneHot } from '../../encode/oneHot.ts';
import type { Rng } from '../../random/rng.ts';
import type { AutoregressiveNetwork, MaskedRows } from './network.ts';

/** Which columns of some rows are known, and what the others weigh: row-major, rows x columns. */
export interface Masks {
  readonly known: Float32Array;
  readonly weights: Float32Array;
}

/** Of the loss of a row in order, the part that is the next column's. */
const nextShare = 0.5;

/**
 * For each row a number of known columns, 0 .. columns - 1, all alike likely; which ones they are is random, or, for
 * `orderedShare` of the rows, the first of `order`, in which most rows will be made. With weights of
 * columns / unknown columns, the expected loss is that of a whole row, made column by column in any order. A row in
 * order gives half its loss to the next column, for that is what it will be asked for.
 */
export function drawMasks(rows: number, order: readonly number[], orderedShare: number, rng: Rng): Masks {
  const columns = order.length;
  const known = new Float32Array(rows * columns);
  const weights = new Float32Array(rows * columns);
  const shuffled = Int32Array.from(order);
  for (let at = 0; at < known.length; at += columns) {
    const shown = rng.int(columns);
    const ordered = rng.uniform() < orderedShare;
    const spread = ordered ? 1 - nextShare : 1;
    weights.fill((spread * columns) / (columns - shown), at, at + columns);
    if (ordered) weights[at + order[shown]] += nextShare * columns;
    for (let i = 0; i < shown; i++) {
      const column = ordered ? order[i] : takeAnother(shuffled, i, rng);
      known[at + column] = 1;
      weights[at + column] = 0;
    }
  }
  return { known, weights };
}

/** The next of a shuffle (Fisher-Yates) that is made only as far as it is needed. */
function takeAnother(items: Int32Array, i: number, rng: Rng): number {
  const j = i + rng.int(items.length - i);
  const item = items[j];
  items[j] = items[i];
  items[i] = item;
  return item;
}

/** The named rows on the device, masked. Call within a scope. */
export function maskedRows(
  { sizes, width }: AutoregressiveNetwork,
  codes: readonly ArrayLike<number>[],
  rows: Int32Array,
  { known, weights }: Masks,
): MaskedRows {
  const columns = sizes.widths.length;
  return {
    rows: matrixFrom(oneHot(codes, sizes.widths, rows), rows.length, width),
    known: matrixFrom(known, rows.length, columns),
    weights: matrixFrom(weights, rows.length, columns),
  };
}
