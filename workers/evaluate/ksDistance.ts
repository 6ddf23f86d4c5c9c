import type { Metric } from './metric.ts';

/** Ascending, with missing as a value below all others. */
export const ascendingWithMissing = (values: Float64Array): Float64Array =>
  values.map((value) => (Number.isNaN(value) ? -Infinity : value)).sort();

/**
 * Kolmogorov-Smirnov distance: the largest gap between two distribution functions. Both columns ascending, missing as
 * -Infinity (`ascendingWithMissing`): so a gap in missing shares counts like a gap anywhere else, and with the
 * missing share equal the distance is that of the present values times their share.
 */
export const ksDistance: Metric<Float64Array> = {
  name: 'KS',
  goal: 'smallest',
  range: [0, 1],
  compute(real, other) {
    if (real.length === 0 || other.length === 0) return NaN;
    let i = 0;
    let j = 0;
    let gap = 0;
    while (i < real.length && j < other.length) {
      const value = Math.min(real[i], other[j]);
      while (i < real.length && real[i] === value) i++;
      while (j < other.length && other[j] === value) j++;
      gap = Math.max(gap, Math.abs(i / real.length - j / other.length));
    }
    return gap;
  },
};
