import type { ColumnKind, ColumnSchema } from '../../../workers/protocol.ts';
import { confidenceOf } from './vocabulary.ts';

export interface ColumnFilter {
  readonly text: string;
  readonly show: 'all' | 'check' | 'left-out' | ColumnKind;
}
export const noFilter: ColumnFilter = { text: '', show: 'all' };

/** Whether the proposal is unsure, or the column holds something personal that will be replaced: worth a look. */
export const needsLook = (column: ColumnSchema): boolean => confidenceOf(column) === 'check';

const shows = (column: ColumnSchema, show: ColumnFilter['show']): boolean => {
  if (show === 'all') return true;
  if (show === 'check') return needsLook(column);
  if (show === 'left-out') return column.treatment === 'drop';
  return column.kind === show;
};

/** Positions of the columns a filter lets through, in file order. */
export function filterColumns(columns: readonly ColumnSchema[], filter: ColumnFilter): number[] {
  const text = filter.text.trim().toLowerCase();
  return columns.flatMap((column, index) =>
    column.name.toLowerCase().includes(text) && shows(column, filter.show) ? [index] : [],
  );
}
