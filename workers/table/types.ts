/**
 * The table in two forms.
 *
 * `RawTable` is what a file says: every cell can be given back exactly as written (`cellText`), but stored compactly.
 * `Table` is what a confirmed schema makes of it: numbers, instants and category codes, ready for computing.
 */

/** How the file is written; kept so that the output can be written the same way. */
export interface Dialect {
  readonly encoding: string; // a TextDecoder label: 'utf-8', 'utf-16le', 'windows-1252', …
  readonly byteOrderMark: boolean;
  readonly delimiter: string;
  readonly quote: '"' | "'";
  readonly escape: 'double' | 'backslash';
  readonly newline: '\n' | '\r\n' | '\r';
  readonly header: boolean;
  /** Lines before the header (titles, blank lines, `sep=`), kept as text for the notice. */
  readonly preambleLines: number;
  /** Comment prefix whose lines are skipped, when the person chose one. */
  readonly comment?: string;
  /** Every text field was quoted in the file. */
  readonly quotesAllText: boolean;
  /** Every number was quoted too. */
  readonly quotesEverything?: boolean;
}

/** What the person can force when the sniffer's proposal is wrong. */
export type ReadOptions = Partial<
  Pick<Dialect, 'encoding' | 'delimiter' | 'quote' | 'escape' | 'header' | 'comment'>
> & {
  /** 1-based line of the header; lines before it are skipped. */
  readonly headerLine?: number;
};

/** Something the reader did or saw that the person should know; never holds a cell value. */
export interface Notice {
  readonly severity: 'info' | 'warning';
  readonly message: string;
  readonly line?: number;
  readonly column?: string;
}

/** How numbers of a column are written. */
export interface NumberFormat {
  readonly decimalMark: '.' | ',';
  readonly thousandsMark: '' | ',' | '.' | ' ' | '\u00a0' | '\u202f' | "'";
  readonly prefix: string; // '$', '€ ', …
  readonly suffix: string; // '%', ' kg', …
}

export { TOKEN_FORM } from './tokenForm.ts';

/** Cells that read as numbers and can be written back exactly: value + number of decimals written. */
export interface RawNumberColumn {
  readonly storage: 'number';
  readonly name: string;
  readonly values: Float64Array; // or a token index where forms[i] === TOKEN_FORM
  readonly forms: Uint8Array; // decimals written (0..20), or TOKEN_FORM
  readonly tokens: readonly string[]; // distinct exact texts that are not plain numbers ('', 'NA', '-', '1e5', …)
  readonly format: NumberFormat;
}

/** Cells that read as dates or datetimes in one pattern. Values are milliseconds of wall-clock time taken as UTC. */
export interface RawDatetimeColumn {
  readonly storage: 'datetime';
  readonly name: string;
  readonly values: Float64Array; // or a token index where forms[i] === TOKEN_FORM
  readonly forms: Uint8Array; // 0, or TOKEN_FORM
  readonly tokens: readonly string[];
  /** Unicode-style pattern, e.g. 'yyyy-MM-dd HH:mm:ss', 'dd.MM.yyyy', "yyyy-MM-dd'T'HH:mm:ss'Z'". */
  readonly pattern: string;
  /** Every value also fits with day and month exchanged, so the order is a guess the person should confirm. */
  readonly ambiguousDayMonth: boolean;
}

/** Everything else, dictionary-encoded. */
export interface RawTextColumn {
  readonly storage: 'text';
  readonly name: string;
  readonly codes: Int32Array;
  readonly dictionary: readonly string[]; // exact texts
  /** False for a column of nearly unique texts, where the dictionary may hold the same text more than once. */
  readonly deduplicated: boolean;
}

export type RawColumn = RawNumberColumn | RawDatetimeColumn | RawTextColumn;

export interface RawTable {
  readonly rows: number;
  readonly columns: readonly RawColumn[];
  readonly dialect: Dialect;
  readonly notices: readonly Notice[];
  readonly bytes: number;
  /** SHA-256 of the file's bytes, hex: names the data in ledger and report. */
  readonly sha256: string;
}

/** A typed column. Missing is NaN for numbers and instants, -1 for category codes. */
export interface NumberColumn {
  readonly type: 'number';
  readonly name: string;
  readonly values: Float64Array;
}
export interface DatetimeColumn {
  readonly type: 'datetime';
  readonly name: string;
  readonly values: Float64Array; // milliseconds of wall-clock time taken as UTC
}
export interface CategoryColumn {
  readonly type: 'category';
  readonly name: string;
  readonly codes: Int32Array;
  readonly categories: readonly string[];
}
/** Text that is carried but never learned: identifiers and free text in an output table. */
export interface TextColumn {
  readonly type: 'text';
  readonly name: string;
  readonly texts: readonly string[];
}
export type Column = NumberColumn | DatetimeColumn | CategoryColumn | TextColumn;

export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}
