import type { RunControl } from '../../control.ts';
import { fitShift } from '../fitShift.ts';

/**
 * What to add to logits so that the expected share of each token is the wanted one. `logits` are chunks of rows,
 * row-major, one block of columns a column of the table; -Infinity rules a token out. Uses no row of the table.
 */
export async function shiftToShares(
  logits: readonly Float32Array[],
  shares: readonly Float64Array[],
  control: RunControl,
): Promise<Float32Array> {
  const width = shares.reduce((sum, block) => sum + block.length, 0);
  const shift = new Float32Array(width);
  let offset = 0;
  for (const wanted of shares) {
    await fitShift(logits, width, offset, wanted, shift.subarray(offset, offset + wanted.length), control);
    offset += wanted.length;
  }
  return shift;
}

/** Made rows that the shares are measured on: more than the table has serve nothing. */
const mostRows = 10_000;
/** Bounds memory where the network is wide: 64 MiB of logits. */
const mostLogits = 16_000_000;

/** Made rows that shares are measured on, for a table of `tableRows` rows and a network of this width. */
export const calibrationRows = (tableRows: number, width: number): number =>
  Math.min(mostRows, tableRows, mostLogits / width);
