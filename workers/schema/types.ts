import type { Dialect, NumberFormat } from '../table/types.ts';

/** What a column is. */
export type ColumnKind =
  | 'integer'
  | 'decimal'
  | 'category'
  | 'boolean'
  | 'datetime'
  | 'identifier' // never learned: replaced by fresh unique values of the same format
  | 'text' // free text: never learned
  | 'constant'; // one value (or none) throughout

/** What a column is for. */
export type ColumnRole = 'ordinary' | 'target' | 'sensitive' | 'quasi-identifier' | 'person';

/** What will happen to a column in the output. */
export type Treatment =
  | 'learn' // modelled
  | 'replace' // identifiers: fresh unique values; free text: placeholder texts
  | 'keep' // constants: written as they are
  | 'drop'; // left out

export interface NumericDomain {
  readonly min: number;
  readonly max: number;
  /** Decimals written at most. Columns of kind `integer` hold whole numbers even where '.0' is written. */
  readonly decimals: number;
  /** Always that many decimals ('2.50'), or only as many as needed ('2.5'). */
  readonly fixedDecimals: boolean;
  /** Decimals written at least when not fixed: 1 for '6.0' beside '2.16'. Absent: 0. */
  readonly minDecimals?: number;
  readonly format: NumberFormat;
}

export interface DatetimeDomain {
  /** Milliseconds of wall-clock time taken as UTC. */
  readonly min: number;
  readonly max: number;
  readonly pattern: string;
  /** Day and month could be exchanged: the person should confirm. */
  readonly ambiguousDayMonth: boolean;
  /** Smallest step between values in milliseconds (1000, 60000, 86400000): the output keeps it. */
  readonly step: number;
}

export interface CategoryDomain {
  /** In order of first appearance, or natural order for numeric codes. Never holds a missing token. */
  readonly categories: readonly string[];
}

export interface IdentifierDomain {
  /**
   * Format of fresh values as runs: a literal text, `min` to `max` characters from an alphabet, or a made-up word.
   * Alphabets: '0' digits, '1' digits without a leading zero, 'A' upper-case, 'a' lower-case, 'h' lower-case hex,
   * 'H' upper-case hex, 'X' upper-case and digits, 'w' lower-case and digits, 'x' letters and digits.
   */
  readonly parts: readonly IdentifierPart[];
  /** Values count up by one in the file: the output does so too. */
  readonly sequential: boolean;
  /** First value of a sequential column. */
  readonly start: number;
  /** Each value stands in one row only. */
  readonly unique: boolean;
  /** Mean rows a value where values repeat. Absent: 1. */
  readonly rowsPerValue?: number;
  /** Share of rows without a value, 0..1. Absent: 0. */
  readonly missingShare?: number;
  /** Something personal the values look like. */
  readonly looksLike?:
    'email' | 'phone' | 'name' | 'iban' | 'card' | 'ssn' | 'ip' | 'uuid' | 'postcode' | 'url';
}
export type IdentifierPart =
  | { readonly literal: string }
  | { readonly alphabet: IdentifierAlphabet; readonly min: number; readonly max: number }
  | { readonly word: 'given' | 'family' };
export type IdentifierAlphabet = '0' | '1' | 'A' | 'a' | 'h' | 'H' | 'X' | 'w' | 'x';

export interface ColumnSchema {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly role: ColumnRole;
  readonly treatment: Treatment;
  /** Exact cell texts that mean "no value"; the first is written in the output. Empty list: the column has none. */
  readonly missingTokens: readonly string[];
  readonly number?: NumericDomain; // integer, decimal
  readonly datetime?: DatetimeDomain;
  readonly category?: CategoryDomain; // category, boolean, constant (0 or 1 category)
  readonly identifier?: IdentifierDomain;
  /** Whether the domain was declared by the person (free) or found in the data (needs budget under DP). */
  readonly domain: 'declared' | 'found';
  /** Why this kind was proposed, in one sentence without cell values. */
  readonly reason: string;
  /** 0..1 */
  readonly confidence: number;
}

export interface TableSchema {
  readonly version: 1;
  readonly columns: readonly ColumnSchema[];
  /** How to write the output file. */
  readonly dialect: Dialect;
}
