/** Where the table begins in the file and how it is written: everything to know before the rows are read. */
import { HomespunError } from '../errors.ts';
import { looksNumeric } from './cellKinds.ts';
import { sniffShape } from './dialect.ts';
import type { Reading, SampleRecord } from './dialect.ts';
import { emptyFile } from './fileFacts.ts';
import { columnNames, firstTableRecord, hasHeader } from './header.ts';
import type { ColumnNames } from './header.ts';
import type { Dialect, Notice, ReadOptions } from './types.ts';

/**
 * Widest table read. Reading is no obstacle (2,000 columns by 100 rows take 0.2 s of processor time); showing,
 * profiling and modelling every single column is.
 */
export const maxColumns = 2_000;

export interface Layout {
  readonly dialect: Omit<Dialect, 'encoding' | 'byteOrderMark' | 'newline'>;
  readonly columns: ColumnNames;
  readonly notices: readonly Notice[];
}

/** Throws `bad-file` or `bad-settings` with what to choose. `sample` is UTF-8 without a byte order mark. */
export function findLayout(sample: Uint8Array, whole: boolean, options: ReadOptions): Layout {
  checkOptions(options);
  const separator = separatorLine(sample);
  const sepLines = separator === null ? 0 : 1;
  const skipLines = options.headerLine === undefined ? sepLines : options.headerLine - 1;
  const delimiter = options.delimiter ?? separator ?? undefined;
  const reading = sniffShape({ bytes: sample, whole, skipLines, options: { ...options, delimiter } });
  if (reading.records.length === 0) throw noTable(options);
  const first = options.headerLine === undefined ? firstTableRecord(reading.records, reading.width) : 0;
  const records = reading.records.slice(first);
  const header = options.header ?? hasHeader(records);
  const preambleLines = records[0].line - 1;
  const columns = namesOf(records[0], header, header ? 0 : reading.width);
  const notices = [
    ...startNotices(records[0].line, preambleLines - sepLines, first > 0, header, options),
    ...nameNotices(columns, records[0].line),
    ...commentNotices(reading, options),
  ];
  return {
    dialect: { ...reading.shape, header, preambleLines, comment: options.comment, ...quoting(records) },
    columns,
    notices,
  };
}

function checkOptions({ delimiter, quote, comment, headerLine }: ReadOptions): void {
  const refuse = (message: string, hint: string): never => {
    throw new HomespunError({ code: 'bad-settings', message, hint });
  };
  if (delimiter !== undefined && !/^[\x01-\x7f]$/.test(delimiter)) {
    refuse('The delimiter must be a single ASCII character.', 'Choose comma, semicolon, tab, | or another.');
  }
  if (delimiter !== undefined && /["\\'\r\n]/.test(delimiter) && (delimiter === quote || delimiter !== "'")) {
    refuse('The delimiter cannot be a quote, a backslash or a line end.', 'Choose another delimiter.');
  }
  if (comment !== undefined && (comment.trim() === '' || comment.startsWith(delimiter ?? '\n'))) {
    refuse('The comment mark cannot be blank or the delimiter.', 'Use # or //, or none.');
  }
  if (headerLine !== undefined && (!Number.isInteger(headerLine) || headerLine < 1)) {
    refuse('The header line must be a whole number from 1 on.', 'Lines are counted from 1.');
  }
}

/** The delimiter a first line `sep=;` asks for, as spreadsheets write it. */
function separatorLine(sample: Uint8Array): string | null {
  const line = new TextDecoder().decode(sample.subarray(0, 16));
  return /^"?sep=([^\r\n"'\\])"?[ \t]*(?:[\r\n]|$)/i.exec(line)?.[1] ?? null;
}

function noTable({ headerLine }: ReadOptions): HomespunError {
  if (headerLine === undefined) return emptyFile();
  return new HomespunError({
    code: 'bad-file',
    message: `The file has no line ${headerLine} to take the header from.`,
    hint: 'Choose an earlier header line.',
    line: headerLine,
  });
}

function namesOf(record: SampleRecord, header: boolean, width: number): ColumnNames {
  const count = Math.max(record.cells.length, width);
  if (count > maxColumns) {
    throw new HomespunError({
      code: 'bad-file',
      message: `The table has ${count} columns; at most ${maxColumns} can be read.`,
      hint: 'Keep the columns you need and open the file again.',
      line: record.line,
    });
  }
  if (header) return columnNames(record.cells);
  return { names: Array.from({ length: count }, (_, i) => `column_${i + 1}`), blank: [], repeated: [] };
}

/** Whether every text, or every cell, is quoted in the sample. */
function quoting(records: readonly SampleRecord[]): Pick<Dialect, 'quotesAllText' | 'quotesEverything'> {
  let bareTexts = 0;
  let quotedTexts = 0;
  let bareNumbers = 0;
  let quotedNumbers = 0;
  for (const { cells, quoted } of records) {
    cells.forEach((cell, i) => {
      if (cell === '') return;
      const numeric = looksNumeric(cell);
      if (numeric && quoted[i]) quotedNumbers++;
      else if (numeric) bareNumbers++;
      else if (quoted[i]) quotedTexts++;
      else bareTexts++;
    });
  }
  const quotesAllText = bareTexts === 0 && quotedTexts > 0;
  return { quotesAllText, quotesEverything: quotesAllText && bareNumbers === 0 && quotedNumbers > 0 };
}

/** About the lines above the table, and about a table without a header. */
function startNotices(
  line: number,
  skippedLines: number,
  titles: boolean,
  header: boolean,
  options: ReadOptions,
): Notice[] {
  const notices: Notice[] = [];
  if (skippedLines > 0 && options.headerLine === undefined) {
    notices.push({
      severity: titles ? 'warning' : 'info',
      message: `The table begins on line ${line}; the ${titles ? '' : 'blank '}lines before it were skipped.`,
      line,
    });
  }
  if (!header && options.header === undefined) {
    notices.push({
      severity: 'warning',
      message: `Line ${line} looks like data, so the columns have no names. If it is a header, say so.`,
      line,
    });
  }
  return notices;
}

function nameNotices({ names, blank, repeated }: ColumnNames, line: number): Notice[] {
  const told = (column: number, what: string): Notice => ({
    severity: 'info',
    message: `Column ${column + 1} ${what}; it is called ${names[column]} here.`,
    line,
    column: names[column],
  });
  const all = [
    ...blank.map((column) => told(column, 'has no name')),
    ...repeated.map((column) => told(column, 'has the name of another column')),
  ];
  if (all.length <= 5) return all;
  const rest = all.length - 4;
  return [
    ...all.slice(0, 4),
    {
      severity: 'info',
      message: `${rest} more columns had no name or a repeated one and were given new ones.`,
      line,
    },
  ];
}

function commentNotices({ records }: Reading, options: ReadOptions): Notice[] {
  if (options.comment !== undefined) return [];
  const marked = records.filter(({ cells, quoted }) => !quoted[0] && cells[0].startsWith('#'));
  if (marked.length === 0 || marked.length * 2 > records.length) return [];
  return [
    {
      severity: 'info',
      message:
        'Some lines begin with #. They were read as rows; if they are comments, choose # as comment mark.',
      line: marked[0].line,
    },
  ];
}
