import { HomespunError } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import { DatetimePattern } from '../table/datetime.ts';
import { formatNumber } from '../table/numberFormat.ts';
import type { Column, Table } from '../table/types.ts';
import { identifierTexts } from './identifierTexts.ts';
import type { ColumnSchema, DatetimeDomain, NumericDomain, TableSchema } from './types.ts';

/** A column of the output file: the text of each row as it is to be written, before quoting. */
export interface OutputColumn {
  readonly name: string;
  readonly text: (row: number) => string;
}

/** What stands in place of free text that is kept as a column. */
const PLACEHOLDER = 'text left out';

/**
 * The columns of the output file, in schema order, without the dropped ones.
 * @param table sampled learned columns, by name
 * @param rng forked by column: the same generator gives the same identifiers, whatever was drawn from it before
 * @param rowOffset rows of the same file written before these: identifiers go on from there
 */
export function outputTexts(table: Table, schema: TableSchema, rng: Rng, rowOffset: number): OutputColumn[] {
  return schema.columns
    .filter((entry) => entry.treatment !== 'drop')
    .map((entry) => ({ name: entry.name, text: writerOf(entry, table, rng, rowOffset) }));
}

function writerOf(entry: ColumnSchema, table: Table, rng: Rng, rowOffset: number): OutputColumn['text'] {
  const missing = entry.missingTokens[0] ?? '';
  if (entry.treatment === 'learn') return learnedTexts(entry, learnedColumn(entry, table), missing);
  if (entry.identifier) {
    return identifierTexts(
      entry.identifier,
      missing,
      table.rows,
      rowOffset,
      rng.fork(`identifier ${entry.name}`),
    );
  }
  const text = entry.kind === 'text' ? PLACEHOLDER : (entry.category?.categories[0] ?? missing);
  return () => text;
}

function learnedColumn(entry: ColumnSchema, table: Table): Column {
  const column = table.columns.find(({ name }) => name === entry.name);
  if (column === undefined) {
    throw new HomespunError({
      code: 'failed',
      message: `The synthetic table has no column “${entry.name}”.`,
      column: entry.name,
    });
  }
  return column;
}

/** How cells of a learned column are written. */
export function learnedTexts(entry: ColumnSchema, column: Column, missing: string): OutputColumn['text'] {
  if (column.type === 'category') {
    const { codes, categories } = column;
    return (row) => (codes[row] < 0 ? missing : categories[codes[row]]);
  }
  if (column.type === 'text') return (row) => column.texts[row];
  const write = entry.datetime
    ? datetimeWriter(entry.datetime)
    : numberWriter(entry.number, entry.kind === 'integer');
  return (row) => (Number.isNaN(column.values[row]) ? missing : write(column.values[row]));
}

function datetimeWriter({ pattern, step, min, max }: DatetimeDomain): (value: number) => string {
  const reader = new DatetimePattern(pattern);
  return (value) => {
    const onStep = step > 1 ? Math.round(value / step) * step : value;
    return reader.format(Math.min(max, Math.max(min, onStep)));
  };
}

function numberWriter(domain: NumericDomain | undefined, whole: boolean): (value: number) => string {
  if (domain === undefined) return String;
  const { decimals, fixedDecimals, minDecimals = 0, format } = domain;
  const rounded = whole ? Math.round : (value: number): number => value;
  const plain = format.decimalMark === '.' && format.thousandsMark + format.prefix + format.suffix === '';
  if (whole && plain && decimals === 0) return (value) => String(Math.round(value) + 0);
  if (fixedDecimals || minDecimals === 0) {
    return (value) => formatNumber(rounded(value), decimals, fixedDecimals, format);
  }
  return (value) => {
    const zeros = /0*$/.exec(Math.abs(rounded(value)).toFixed(decimals))?.[0].length ?? 0;
    return formatNumber(rounded(value), Math.max(minDecimals, decimals - zeros), true, format);
  };
}
