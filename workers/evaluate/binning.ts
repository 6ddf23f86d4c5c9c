import type { CategoryColumn, DatetimeColumn, NumberColumn } from '../table/types.ts';
import type { Coded } from './coded.ts';

/** A column that can be scored. */
export type ScoredColumn = NumberColumn | DatetimeColumn | CategoryColumn;

const quantileBins = 10;
/** Categories beyond the most common ones share one code. */
export const codedCategories = 50;

/** How a column becomes codes: fixed by the train rows, applied to every table. */
export type Binning = (column: ScoredColumn) => Coded;

/** Upper ends (included) of all bins but the last: each value of few, else quantiles. */
const upperEnds = (values: Float64Array): Float64Array => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= quantileBins) return distinct.slice(0, -1);
  const ends = new Set<number>();
  for (let bin = 1; bin < quantileBins; bin++) {
    const end = sorted[Math.ceil((bin * sorted.length) / quantileBins) - 1];
    if (end < sorted[sorted.length - 1]) ends.add(end);
  }
  return Float64Array.from(ends);
};

const coded = (cells: Float64Array | Int32Array, size: number, codeOf: (cell: number) => number): Coded => {
  const codes = new Uint8Array(cells.length);
  for (let row = 0; row < cells.length; row++) codes[row] = codeOf(cells[row]);
  return { codes, size };
};

/** Values, or category codes with -1 for missing. */
export const cellsOf = (column: ScoredColumn): Float64Array | Int32Array =>
  column.type === 'category' ? column.codes : column.values;

const binNumbers = (train: Float64Array): Binning => {
  const ends = upperEnds(train);
  const missing = ends.length + 1;
  const codeOf = (value: number): number => {
    if (Number.isNaN(value)) return missing;
    let code = 0;
    while (code < ends.length && value > ends[code]) code++;
    return code;
  };
  return (column) => coded(cellsOf(column), missing + 1, codeOf);
};

const binCategories = ({ codes, categories }: CategoryColumn): Binning => {
  const counts = new Float64Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]);
  const kept = Math.min(codedCategories, categories.length);
  const [other, missing] = [kept, kept + 1];
  const slots = new Uint8Array(categories.length).fill(other);
  order.slice(0, kept).forEach((category, slot) => (slots[category] = slot));
  const codeOf = (code: number): number => (code < 0 ? missing : code < slots.length ? slots[code] : other);
  return (column) => coded(cellsOf(column), missing + 1, codeOf);
};

/**
 * Bins of a train column: at most ten quantile bins for numbers and instants, the 50 most common categories and one
 * for the rest; missing is its own.
 */
export function binningOf(train: ScoredColumn): Binning {
  return train.type === 'category' ? binCategories(train) : binNumbers(train.values);
}
