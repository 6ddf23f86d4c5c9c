import type { CategoryColumn } from '../../table/types.ts';
import type { ScoredColumn } from '../binning.ts';
import type { BinnedFeature } from './types.ts';

/** Codes a feature has at most: a set of codes fits in two 32-bit words. */
export const mostBins = 64;

/** How a column becomes codes; fixed by training rows, applied to any table. */
export interface FeatureBins extends BinnedFeature {
  /** Writes the codes of a column at `start`. */
  write(column: ScoredColumn, codes: Uint8Array, start: number): void;
}

/** Distinct values in ascending order with their numbers of rows; missing left out. */
const tallied = (values: Float64Array): { distinct: Float64Array; counts: Float64Array } => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) {
      distinct.push(sorted[i]);
      counts.push(0);
    }
    counts[counts.length - 1]++;
  }
  return { distinct: Float64Array.from(distinct), counts: Float64Array.from(counts) };
};

/**
 * Ends of all bins but the last, half-way between values. A value of more rows than its share gets a bin of its own,
 * so that a column that is mostly zero keeps its bins for the rest (as LightGBM bins: Ke et al. 2017).
 */
const binEnds = (values: Float64Array, most: number): Float64Array => {
  const { distinct, counts } = tallied(values);
  const midpoint = (at: number): number => (distinct[at] + distinct[at + 1]) / 2;
  if (distinct.length <= most) return distinct.slice(0, -1).map((_, at) => midpoint(at));
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const heavy = counts.map((count) => (count >= rows / most ? 1 : 0));
  const heavyBins = heavy.reduce((sum, is) => sum + is, 0);
  // Too many for bins of their own: plain quantiles.
  if (2 * heavyBins + 2 > most) heavy.fill(0);
  const heavyRows = counts.reduce((sum, count, at) => sum + heavy[at] * count, 0);
  // Each heavy value may cut a light bin in two.
  const lightBins = heavyRows > 0 ? most - 2 * heavyBins - 1 : most;
  const share = (rows - heavyRows) / lightBins;
  const ends: number[] = [];
  let inBin = 0;
  for (let at = 0; at + 1 < distinct.length && ends.length < most - 1; at++) {
    inBin += counts[at];
    if (heavy[at] || heavy[at + 1] || inBin >= share) {
      ends.push(midpoint(at));
      inBin = 0;
    }
  }
  return Float64Array.from(ends);
};

const binOf = (ends: Float64Array, value: number): number => {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= ends[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
};

const binNumbers = (name: string, values: Float64Array): FeatureBins => {
  const ends = binEnds(values, mostBins - 1);
  const missing = ends.length + 1;
  return {
    name,
    size: missing + 1,
    ordered: true,
    write(column, codes, start) {
      if (column.type === 'category') return;
      for (let row = 0; row < column.values.length; row++) {
        const value = column.values[row];
        codes[start + row] = Number.isNaN(value) ? missing : binOf(ends, value);
      }
    },
  };
};

/** Labels of the most common categories that occur, most common first. */
export const commonLabels = ({ codes, categories }: CategoryColumn, most: number): string[] => {
  const counts = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0 && code < counts.length) counts[code]++;
  return Array.from(counts.keys())
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a])
    .slice(0, most)
    .map((code) => categories[code]);
};

/** Slot of each code of a column: of its label in `labels`, else `other`. A code beyond the dictionary is `other` too. */
export const slotsOf = ({ categories }: CategoryColumn, labels: readonly string[], other: number) => {
  const slotOf = new Map(labels.map((label, slot) => [label, slot]));
  const slots = Int32Array.from(categories, (label) => slotOf.get(label) ?? other);
  return (code: number): number => (code < slots.length ? slots[code] : other);
};

const binCategories = (column: CategoryColumn): FeatureBins => {
  const labels = commonLabels(column, mostBins - 2);
  const [other, missing] = [labels.length, labels.length + 1];
  return {
    name: column.name,
    size: missing + 1,
    ordered: false,
    write(its, codes, start) {
      if (its.type !== 'category') return;
      const slotOf = slotsOf(its, labels, other);
      for (let row = 0; row < its.codes.length; row++) {
        codes[start + row] = its.codes[row] < 0 ? missing : slotOf(its.codes[row]);
      }
    },
  };
};

/**
 * Bins of a training column: up to 63 bins for numbers and instants and one for missing; up to 62 categories, one for
 * missing and one for the rest, which takes categories never seen in training too.
 */
export function binsOf(train: ScoredColumn): FeatureBins {
  return train.type === 'category' ? binCategories(train) : binNumbers(train.name, train.values);
}
