import { ascendingOrder } from './ranks.ts';

/**
 * Average precision: the mean precision over the positive rows, from the highest score down, rows of one score taken
 * together; not the trapezoid under the curve, which flatters. NaN without a positive row.
 * @param order rows by ascending score, if known already.
 * @param weights times each row counts; absent: once.
 */
export function averagePrecision(
  scores: Float64Array,
  positive: Uint8Array,
  order: Int32Array = ascendingOrder(scores),
  weights?: Float64Array,
): number {
  let [found, taken, sum] = [0, 0, 0];
  for (let end = order.length - 1; end >= 0;) {
    const score = scores[order[end]];
    let here = 0;
    do {
      const weight = weights ? weights[order[end]] : 1;
      taken += weight;
      here += weight * positive[order[end]];
      end--;
    } while (end >= 0 && scores[order[end]] === score);
    found += here;
    if (here > 0) sum += (here * found) / taken;
  }
  return sum / found;
}
