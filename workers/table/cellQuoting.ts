/** How one cell is written: quotes, escapes, and the guard against spreadsheet formulas. */
import { looksNumeric } from './cellKinds.ts';
import { looksMissing } from './storage.ts';
import type { Dialect } from './types.ts';

/**
 * Characters at the start of a cell that make a spreadsheet run it as a formula
 * (OWASP, "CSV injection").
 */
const formulaStart = /^[=+\-@\t\r]/;

/** Text of a spreadsheet-safe cell: an apostrophe before what would run, but not before numbers and '-' for missing. */
export function withoutFormula(text: string): string {
  return formulaStart.test(text) && !looksNumeric(text) && !looksMissing(text) ? `'${text}` : text;
}

/** Cannot be the first character of a number, so the slower look can be left out. */
const neverNumeric = /^[\p{L}_#/\\]/u;

const hexEscape = (character: string): string =>
  `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A function that writes one cell in the dialect. `first` is true for the first cell of a line. */
export function cellWriter(dialect: Dialect, columns: number): (text: string, first: boolean) => string {
  const { delimiter, quote, escape, comment, quotesAllText, quotesEverything } = dialect;
  const quoted = (text: string): string => {
    const inside = escape === 'backslash' ? text.replaceAll('\\', '\\\\') : text;
    const escaped = escape === 'backslash' ? `\\${quote}` : quote + quote;
    return quote + inside.replaceAll(quote, escaped) + quote;
  };
  // In a class every ASCII character may be escaped by its code.
  const special = new RegExp(`[\\n\\r${hexEscape(delimiter)}${hexEscape(quote)}]`);
  const mustQuote = (text: string, first: boolean): boolean =>
    special.test(text) || (first && comment !== undefined && text.startsWith(comment));
  return (text, first) => {
    // A line with nothing on it is no row, so an empty cell alone in its line is written as quotes.
    if (text === '') return columns === 1 ? quote + quote : '';
    if (mustQuote(text, first)) return quoted(text);
    if (quotesEverything) return quoted(text);
    if (quotesAllText && (neverNumeric.test(text) || !looksNumeric(text))) return quoted(text);
    return text;
  };
}
