import type { ColumnSchema } from '../schema/types.ts';
import type { Column } from '../table/types.ts';
import { stepOf } from './samples.ts';
import type { Overlay } from './types.ts';

const numericBins = 40;
const shownCategories = 20;
/** Bins reach to the extremes unless a tail this thin would take more room than the rest. */
const tailShare = 0.005;

/** A real column measured once, to lay any synthetic one over it. */
export type OverlayReference = (synthetic: Column) => Overlay;

interface Shares {
  readonly shares: readonly number[];
  readonly missing: number;
  readonly quantiles: readonly number[];
}

interface Bins {
  readonly start: number;
  readonly width: number;
  readonly count: number;
}

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

/** Equal bins a whole number of steps wide, around the values of the grid. */
const binsOf = (sorted: Float64Array, step: number, centred: boolean): Bins => {
  if (sorted.length === 0) return { start: 0, width: 1, count: 1 };
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  const [low, high] = [quantile(sorted, tailShare), quantile(sorted, 1 - tailShare)];
  const clipped = most - least > 2 * (high - low) && high > low;
  const [from, to] = clipped ? [low, high] : [least, most];
  const width = Math.max(1, Math.ceil((to - from + step) / (numericBins * step))) * step;
  return {
    start: centred ? from - step / 2 : from,
    width,
    count: Math.max(1, Math.ceil((to - from + step) / width - 1e-9)),
  };
};

const measureNumbers = (values: Float64Array, { start, width, count }: Bins): Shares => {
  const counts = new Float64Array(count);
  const present = values.filter((value) => !Number.isNaN(value));
  for (const value of present) {
    // Values beyond the bins count in the first or last one.
    counts[Math.max(0, Math.min(count - 1, Math.floor((value - start) / width)))]++;
  }
  const sorted = present.sort();
  const deciles = sorted.length === 0 ? [] : Array.from({ length: 11 }, (_, k) => quantile(sorted, k / 10));
  return {
    shares: Array.from(counts, (rows) => rows / (values.length || 1)),
    missing: values.length === 0 ? 0 : 1 - present.length / values.length,
    quantiles: deciles,
  };
};

const numericReference = (
  column: string,
  type: 'number' | 'datetime',
  values: Float64Array,
  schema: ColumnSchema,
): OverlayReference => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const bins = binsOf(sorted, stepOf(schema), type === 'number');
  const edges = Array.from({ length: bins.count + 1 }, (_, bin) => bins.start + bin * bins.width);
  const real = measureNumbers(values, bins);
  return (synthetic) => {
    const its = measureNumbers(synthetic.type === type ? synthetic.values : new Float64Array(), bins);
    return {
      type: type === 'number' ? 'numeric' : 'datetime',
      column,
      edges,
      real: real.shares,
      synthetic: its.shares,
      realMissing: real.missing,
      syntheticMissing: its.missing,
      realQuantiles: real.quantiles,
      syntheticQuantiles: its.quantiles,
      pattern: schema.datetime?.pattern ?? String(schema.number?.decimals ?? 0),
    };
  };
};

/** Rows of each label, and of missing (last). */
const countLabels = (
  codes: Int32Array,
  categories: readonly string[],
  slotOf: ReadonlyMap<string, number>,
  slots: number,
): Float64Array => {
  const slot = categories.map((label) => slotOf.get(label) ?? slots - 1);
  const shares = new Float64Array(slots + 1);
  for (const code of codes) shares[code < 0 ? slots : slot[code]] += 1 / codes.length;
  return shares;
};

const categoryReference = (
  column: string,
  codes: Int32Array,
  categories: readonly string[],
): OverlayReference => {
  const counts = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
  const named = order.slice(0, shownCategories).map((code) => categories[code]);
  const slotOf = new Map(named.map((label, slot) => [label, slot]));
  // One more slot for all other categories, shown only when something is in it.
  const slots = named.length + 1;
  const real = countLabels(codes, categories, slotOf, slots);
  return (synthetic) => {
    const its =
      synthetic.type === 'category'
        ? countLabels(synthetic.codes, synthetic.categories, slotOf, slots)
        : new Float64Array(slots + 1);
    const others = order.length > named.length || its[slots - 1] > 0;
    const shown = others ? slots : slots - 1;
    return {
      type: 'category',
      column,
      labels: others ? [...named, '(other)'] : named,
      real: Array.from(real.subarray(0, shown)),
      synthetic: Array.from(its.subarray(0, shown)),
      realMissing: real[slots],
      syntheticMissing: its[slots],
    };
  };
};

/** Measures a real column once; the result lays synthetic columns over it in time linear in their rows. */
export function overlayReference(real: Column, schema: ColumnSchema): OverlayReference {
  switch (real.type) {
    case 'number':
    case 'datetime':
      return numericReference(real.name, real.type, real.values, schema);
    case 'category':
      return categoryReference(real.name, real.codes, real.categories);
    case 'text':
      return categoryReference(real.name, new Int32Array(), []);
  }
}

/** Real and synthetic over the same bins, which come from the real column. */
export function overlayOf(real: Column, synthetic: Column, schema: ColumnSchema): Overlay {
  return overlayReference(real, schema)(synthetic);
}
