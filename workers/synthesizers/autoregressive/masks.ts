import { matrixFrom } from '../../nn/tensors.ts';
import { oneHot } from '../../encode/oneHot.ts';
import type { Rng } from '../../random/rng.ts';
import { ledShare, type Leads } from './leads.ts';
import type { AutoregressiveNetwork, MaskedRows } from './network.ts';

/** Which columns of some rows are known, and what the others weigh: row-major, rows x columns. */
export interface Masks {
  readonly known: Float32Array;
  readonly weights: Float32Array;
}

/** Of the loss of a row in order, the part that is the next column's. */
const nextShare = 0.5;

/** How some rows are learned from as those under a condition are made. */
export interface Led {
  readonly leads: Leads;
  /** Rows of the batch: those that are led are replaced by others. */
  readonly rows: Int32Array;
}

/**
 * For each row a number of known columns, 0 .. columns - 1, all alike likely; which ones they are is random, or, for
 * `orderedShare` of the rows, the first of `order`, in which most rows will be made. With weights of
 * columns / unknown columns, the expected loss is that of a whole row, made column by column in any order. A row in
 * order gives half its loss to the next column, for that is what it will be asked for.
 *
 * With `led`, some rows are others, shown the column that they were chosen by and then the first of the order, few of
 * them more often than many: as rows are made under a condition.
 */
export function drawMasks(
  rows: number,
  order: readonly number[],
  orderedShare: number,
  rng: Rng,
  led?: Led,
): Masks {
  const columns = order.length;
  const masks = { known: new Float32Array(rows * columns), weights: new Float32Array(rows * columns) };
  const shuffled = Int32Array.from(order);
  for (let row = 0; row < rows; row++) {
    const kind = rng.uniform();
    const at = row * columns;
    if (kind < orderedShare) showFirst(masks, at, order, rng.int(columns));
    else if (led && columns > 1 && kind < orderedShare + ledShare) showLed(masks, row, order, led, rng);
    else showAny(masks, at, shuffled, rng);
  }
  return masks;
}

function showFirst({ known, weights }: Masks, at: number, order: readonly number[], shown: number): void {
  const columns = order.length;
  weights.fill(((1 - nextShare) * columns) / (columns - shown), at, at + columns);
  weights[at + order[shown]] += nextShare * columns;
  for (let i = 0; i < shown; i++) {
    known[at + order[i]] = 1;
    weights[at + order[i]] = 0;
  }
}

function showLed(masks: Masks, row: number, order: readonly number[], led: Led, rng: Rng): void {
  const { leads, rows } = led;
  const columns = order.length;
  const lead = leads.column(rng);
  rows[row] = leads.row(lead, rows[row], rng);
  const shown = 1 + Math.floor((columns - 1) * rng.uniform() ** 2);
  showFirst(masks, row * columns, [lead, ...order.filter((column) => column !== lead)], shown);
}

function showAny({ known, weights }: Masks, at: number, shuffled: Int32Array, rng: Rng): void {
  const columns = shuffled.length;
  const shown = rng.int(columns);
  weights.fill(columns / (columns - shown), at, at + columns);
  for (let i = 0; i < shown; i++) {
    const column = takeAnother(shuffled, i, rng);
    known[at + column] = 1;
    weights[at + column] = 0;
  }
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
