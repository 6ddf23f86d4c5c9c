/** Exact cell texts of stored columns. */
import { DatetimePattern } from './datetime.ts';
import { formatNumber } from './numberFormat.ts';
import { TOKEN_FORM } from './tokenForm.ts';
import type { RawColumn } from './types.ts';

export function columnRows(column: RawColumn): number {
  return column.storage === 'text' ? column.codes.length : column.values.length;
}

/** The text of one cell as it stands in the file, without quotes. For many cells of a column use `cellReader`. */
export function cellText(column: RawColumn, row: number): string {
  return cellReader(column)(row);
}

/** `cellText` of one column with its pattern made ready once. */
export function cellReader(column: RawColumn): (row: number) => string {
  if (column.storage === 'text') {
    const { codes, dictionary } = column;
    return (row) => dictionary[codes[row]];
  }
  const { values, forms, tokens } = column;
  if (column.storage === 'number') {
    const { format } = column;
    return (row) =>
      forms[row] === TOKEN_FORM ? tokens[values[row]] : formatNumber(values[row], forms[row], true, format);
  }
  const pattern = new DatetimePattern(column.pattern);
  return (row) => (forms[row] === TOKEN_FORM ? tokens[values[row]] : pattern.format(values[row]));
}
