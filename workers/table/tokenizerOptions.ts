import type { Dialect } from './types.ts';

export interface TokenizerOptions {
  /** ASCII bytes. */
  readonly delimiter: number;
  readonly quote: number;
  readonly backslashEscapes: boolean;
  /** UTF-8 bytes at the start of a record that make its line a comment. */
  readonly comment: Uint8Array | null;
  /** Physical lines skipped before the first record. */
  readonly skipLines: number;
  /** Longest cell in bytes: a quote that is never closed must not swallow the file into memory. */
  readonly maxCellBytes: number;
}

/** For a file whose dialect is known. */
export const tokenizerOptions = (
  {
    delimiter,
    quote,
    escape,
    comment,
    preambleLines,
  }: Pick<Dialect, 'delimiter' | 'quote' | 'escape' | 'comment' | 'preambleLines'>,
  maxCellBytes: number,
): TokenizerOptions => ({
  delimiter: delimiter.charCodeAt(0),
  quote: quote.charCodeAt(0),
  backslashEscapes: escape === 'backslash',
  comment: comment ? new TextEncoder().encode(comment) : null,
  skipLines: preambleLines,
  maxCellBytes,
});
