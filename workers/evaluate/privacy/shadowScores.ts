import type { Pace } from '../pace.ts';
import { nearest } from './nearest.ts';
import type { Rows } from './rowSpace.ts';

/** Statistics of a canary in one synthetic table; each is higher where the canary seems to have been learned from. */
export const statisticsPerCanary = 3;

/** A hundredth of a column's range over ten columns, as in the attacks by distance. */
const blur = 1e-3;
const neighbours = 5;
/** Numbers within this share of the range count as alike. */
const alike = 0.005;

/** Log count of synthetic rows like the canary in each column, summed: what methods of counts can give away. */
function likeness(canaries: Rows, canary: number, synthetic: Rows): number {
  const { width } = canaries;
  let sum = 0;
  for (let c = 0; c < width; c++) {
    const cell = canaries.cells[canary * width + c];
    let count = 0;
    for (let row = 0; row < synthetic.count; row++) {
      if (Math.abs(synthetic.cells[row * width + c] - cell) <= alike) count++;
    }
    sum += Math.log(count + 0.5);
  }
  return sum;
}

/**
 * Three statistics of each canary: nearness of the nearest synthetic row, of the five nearest, and likeness column by
 * column. Row-major, a line a canary.
 */
export async function shadowScores(canaries: Rows, synthetic: Rows, pace: Pace): Promise<Float64Array> {
  const k = Math.min(neighbours, synthetic.count);
  const { distances } = await nearest(canaries, synthetic, k, pace);
  const scores = new Float64Array(canaries.count * statisticsPerCanary);
  for (let canary = 0; canary < canaries.count; canary++) {
    const own = distances.subarray(canary * k, (canary + 1) * k);
    const mean = own.reduce((sum, distance) => sum + distance, 0) / k;
    const line = canary * statisticsPerCanary;
    scores[line] = -Math.log(own[0] + blur);
    scores[line + 1] = -Math.log(mean + blur);
    scores[line + 2] = likeness(canaries, canary, synthetic);
    await pace.breathe();
  }
  return scores;
}
