import type { CategoryColumn } from '../../table/types.ts';
import type { ScoredColumn } from '../binning.ts';
import { commonLabels, slotsOf } from './binFeatures.ts';
import type { Design } from './types.ts';

/** Categories of one column that get a column of the matrix. */
const mostLevels = 40;

/** How a column becomes entries of a sparse row; fixed by training rows, applied to any table. */
export interface DesignColumn {
  /** Columns of the matrix it takes. */
  readonly width: number;
  /** Entries of a row it takes. */
  readonly slots: number;
  /** Writes its entries from slot `slot` on, in columns from `first` on. */
  write(column: ScoredColumn, design: Design, slot: number, first: number): void;
}

const momentsOf = (values: Float64Array): { mean: number; deviation: number; missing: boolean } => {
  let [rows, mean, squares] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    const step = value - mean;
    mean += step / ++rows;
    squares += step * (value - mean);
  }
  return { mean, deviation: rows > 0 ? Math.sqrt(squares / rows) : 0, missing: rows < values.length };
};

/** Standardised, the mean where missing, and an indicator of missing if training rows had any. */
const numberColumn = (train: Float64Array): DesignColumn => {
  const { mean, deviation, missing } = momentsOf(train);
  const scale = deviation > 0 ? 1 / deviation : 0;
  const width = missing ? 2 : 1;
  return {
    width,
    slots: width,
    write(column, { slots, columns, values }, slot, first) {
      if (column.type === 'category') return;
      for (let row = 0, at = slot; row < column.values.length; row++, at += slots) {
        const value = column.values[row];
        columns[at] = first;
        values[at] = Number.isNaN(value) ? 0 : (value - mean) * scale;
        if (!missing) continue;
        columns[at + 1] = first + 1;
        values[at + 1] = Number.isNaN(value) ? 1 : 0;
      }
    },
  };
};

/** One-hot: a level for each common category, one for missing and one for the rest. */
const categoryColumn = (train: CategoryColumn): DesignColumn => {
  const labels = commonLabels(train, mostLevels);
  const [other, missing] = [labels.length, labels.length + 1];
  return {
    width: missing + 1,
    slots: 1,
    write(column, { slots, columns, values }, slot, first) {
      if (column.type !== 'category') return;
      const levelOf = slotsOf(column, labels, other);
      for (let row = 0, at = slot; row < column.codes.length; row++, at += slots) {
        columns[at] = first + (column.codes[row] < 0 ? missing : levelOf(column.codes[row]));
        values[at] = 1;
      }
    },
  };
};

export const designColumnOf = (train: ScoredColumn): DesignColumn =>
  train.type === 'category' ? categoryColumn(train) : numberColumn(train.values);
