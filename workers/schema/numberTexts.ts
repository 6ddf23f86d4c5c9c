import { formatNumber, maxDecimals, parseNumber, plainFormat } from '../table/numberFormat.ts';
import { TOKEN_FORM } from '../table/tokenForm.ts';
import type { NumberFormat, RawColumn, RawNumberColumn, RawTextColumn } from '../table/types.ts';
import { isMissingAmongNumbers } from './missing.ts';

/** Significant digits beyond which a double does not tell neighbouring numbers apart. */
const EXACT_DIGITS = 17;

/** Digits that are a code rather than a number: leading zeros, or more of them than a double holds. */
function isCode(text: string): boolean {
  if (/^[+-]?0\d/.test(text)) return true;
  return /^[+-]?\d+$/.test(text) && text.replace(/\D/g, '').length > EXACT_DIGITS - 2;
}

/** Value of a text in a number format, NaN for words and for codes. */
export const valueOfText = (text: string, format: NumberFormat): number =>
  isCode(text.trim()) ? NaN : parseNumber(text, format);

/** Decimals needed to write a value, 0..20. */
export function decimalsNeeded(value: number): number {
  const [digits, exponent] = String(value).split('e');
  const decimals = (digits.split('.')[1] ?? '').length - Number(exponent ?? 0);
  return Math.min(maxDecimals, Math.max(0, decimals));
}

/** Decimals of a text written plainly ('2.50' has two); TOKEN_FORM where writing the value gives another text. */
function formOfText(text: string, value: number, format: NumberFormat): number {
  const decimals = text.split(format.decimalMark)[1]?.length ?? 0;
  const plain = decimals <= maxDecimals && formatNumber(value, decimals, true, format) === text;
  return plain ? decimals : TOKEN_FORM;
}

/** The numbers of a text column as a number column: texts that are no plain numbers become tokens. */
export function parsedNumbers(column: RawTextColumn, format: NumberFormat): RawNumberColumn {
  const { codes, dictionary, name } = column;
  const tokens: string[] = [];
  const formOf = new Uint8Array(dictionary.length);
  const valueOf = new Float64Array(dictionary.length);
  dictionary.forEach((text, code) => {
    const value = valueOfText(text, format);
    const form = Number.isNaN(value) ? TOKEN_FORM : formOfText(text, value, format);
    formOf[code] = form;
    valueOf[code] = form === TOKEN_FORM ? tokens.push(text) - 1 : value;
  });
  const values = new Float64Array(codes.length);
  const forms = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    values[i] = valueOf[codes[i]];
    forms[i] = formOf[codes[i]];
  }
  return { storage: 'number', name, values, forms, tokens, format };
}

const FORMATS: readonly NumberFormat[] = [plainFormat, { ...plainFormat, decimalMark: ',' }];

/**
 * A column as numbers; null for dates, and for texts of which fewer than `share` are numbers.
 * Distinct texts are counted, without missing words.
 */
export function numberColumnOf(column: RawColumn, share: number): RawNumberColumn | null {
  if (column.storage !== 'text') return column.storage === 'number' ? column : null;
  const { dictionary } = column;
  // A column of words shows itself in its first texts; parsing them all would be wasted.
  const first = wordsOf(dictionary.slice(0, FIRST_TEXTS));
  const hopeful = FORMATS.filter(
    (format) => dictionary.length <= FIRST_TEXTS || sharedBy(first, format) >= share / 2,
  );
  const words = hopeful.length === 0 ? [] : wordsOf(dictionary);
  for (const format of hopeful) {
    const found = sharedBy(words, format);
    if (words.length > 0 && found > 0 && found >= share) return parsedNumbers(column, format);
  }
  return null;
}

const FIRST_TEXTS = 200;

const wordsOf = (texts: readonly string[]): readonly string[] =>
  texts.filter((text) => !isMissingAmongNumbers(text));

const sharedBy = (texts: readonly string[], format: NumberFormat): number =>
  texts.reduce((sum, text) => sum + (Number.isNaN(valueOfText(text, format)) ? 0 : 1), 0) /
  Math.max(1, texts.length);

/** Tokens of a number column that are numbers after all, written unusually ('1e5', '+7'). */
export function numbersAmongTokens(column: RawNumberColumn): Map<string, number> {
  const found = new Map<string, number>();
  for (const token of column.tokens) {
    const value = valueOfText(token, column.format);
    if (!Number.isNaN(value)) found.set(token, value);
  }
  return found;
}
