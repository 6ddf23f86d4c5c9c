/** What the person should hear of after a file was read. Never a cell value. */
import type { RowReader, Tally } from './rowReader.ts';
import type { Dialect, Notice, RawColumn } from './types.ts';

/** The line end most records have. */
export function newlineOf({
  lf,
  crlf,
  cr,
}: {
  readonly lf: number;
  readonly crlf: number;
  readonly cr: number;
}): {
  readonly newline: Dialect['newline'];
  readonly notices: readonly Notice[];
} {
  const newline = crlf > lf && crlf >= cr ? '\r\n' : cr > lf ? '\r' : '\n';
  const kinds = [lf, crlf, cr].filter((count) => count > 0).length;
  if (kinds < 2) return { newline, notices: [] };
  return {
    newline,
    notices: [{ severity: 'info', message: 'The line ends are mixed; all were read as line ends.' }],
  };
}

export function rowNotices(rows: RowReader): Notice[] {
  return [
    ...told(rows.shortRows, 'warning', 'row', 'too short: missing values were filled in'),
    ...told(rows.surplusEmpty, 'info', 'row', 'with surplus empty cells at the end, which were dropped'),
    ...told(rows.blankAsMissing, 'info', 'blank line', 'read as missing values'),
    ...told(rows.blankLines, 'info', 'blank line', 'skipped'),
    ...told(rows.emptyRows, 'warning', 'row', 'without any value'),
  ];
}

/** '3 rows without any value, the first on line 7.' */
function told(
  { count, firstLine }: Tally,
  severity: Notice['severity'],
  noun: string,
  what: string,
): Notice[] {
  if (count === 0) return [];
  const counted = `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
  const where = count === 1 ? `on line ${firstLine}` : `the first on line ${firstLine}`;
  return [{ severity, message: `${counted} ${what}, ${where}.`, line: firstLine }];
}

const isEmptyColumn = (column: RawColumn): boolean =>
  column.storage === 'text' && column.dictionary.every((text) => text === '');

/**
 * Drops columns without a name and without a value, as a delimiter at the end of every line makes them.
 * `unnamed` lists them; null when the file has no header, where only the last column can be such a one.
 */
export function withoutEmptyUnnamed(
  columns: readonly RawColumn[],
  unnamed: readonly number[] | null,
): { readonly columns: readonly RawColumn[]; readonly notices: readonly Notice[] } {
  const suspects = new Set(unnamed ?? [columns.length - 1]);
  const kept = columns.filter((column, k) => !suspects.has(k) || !isEmptyColumn(column));
  const dropped = columns.length - kept.length;
  if (dropped === 0 || kept.length === 0) return { columns, notices: [] };
  const what =
    dropped === 1
      ? '1 column without name and values was'
      : `${dropped} columns without name and values were`;
  return { columns: kept, notices: [{ severity: 'info', message: `${what} dropped.` }] };
}
