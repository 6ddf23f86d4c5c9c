import type { Metric } from './metric.ts';

/** Half the summed absolute difference of the shares in two lists of counts of equal length. */
export function totalVariation(real: ArrayLike<number>, other: ArrayLike<number>): number {
  let realRows = 0;
  let otherRows = 0;
  for (let cell = 0; cell < real.length; cell++) {
    realRows += real[cell];
    otherRows += other[cell];
  }
  if (realRows === 0 || otherRows === 0) return NaN;
  let sum = 0;
  for (let cell = 0; cell < real.length; cell++)
    sum += Math.abs(real[cell] / realRows - other[cell] / otherRows);
  return Math.min(1, sum / 2);
}

/** Total variation distance between two columns of codes; missing (-1) is a category of its own. */
export const tvDistance: Metric<Int32Array> = {
  name: 'TV',
  goal: 'smallest',
  range: [0, 1],
  compute(real, other) {
    let most = -1;
    for (const code of real) most = Math.max(most, code);
    for (const code of other) most = Math.max(most, code);
    const count = (codes: Int32Array): Float64Array => {
      const counts = new Float64Array(most + 2);
      for (const code of codes) counts[code + 1]++;
      return counts;
    };
    return totalVariation(count(real), count(other));
  },
};
