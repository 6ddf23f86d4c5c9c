import type { Coded } from './coded.ts';
import type { Metric } from './metric.ts';
import { varies } from './pearson.ts';

/**
 * Correlation ratio eta: the square root of the share of a numeric column's variance that lies between the categories
 * of another. Missing is a category of its own; rows with a missing number are left out. NaN when one is constant.
 */
export const correlationRatio: Metric<Coded, Float64Array> = {
  name: 'correlation-ratio',
  goal: 'match',
  range: [0, 1],
  compute({ codes, size }, values) {
    let rows = 0;
    let mean = 0;
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      rows++;
      mean += value;
    }
    mean /= rows;
    const counts = new Float64Array(size);
    const sums = new Float64Array(size);
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      const offset = values[row] - mean;
      if (Number.isNaN(offset)) continue;
      counts[codes[row]]++;
      sums[codes[row]] += offset;
      total += offset * offset;
    }
    if (!varies(total, rows, mean) || counts.filter((count) => count > 0).length < 2) return NaN;
    const between = sums.reduce(
      (sum, part, code) => sum + (counts[code] > 0 ? part ** 2 / counts[code] : 0),
      0,
    );
    return Math.sqrt(Math.min(1, between / total));
  },
};
