/** Numbers as written: reading and writing text in a `NumberFormat`. Pure functions. */
import type { NumberFormat } from './types.ts';

export const plainFormat: NumberFormat = { decimalMark: '.', thousandsMark: '', prefix: '', suffix: '' };

/** More decimals than this are never written: a Float64 near 1 carries 16. */
export const maxDecimals = 20;

/**
 * Writes a finite value with exactly `decimals` decimals, or at most that many when not `fixedDecimals`.
 * The sign stands before the prefix: '-$1,234.50'. Values that round to zero are written without a sign.
 */
export function formatNumber(
  value: number,
  decimals: number,
  fixedDecimals: boolean,
  format: NumberFormat,
): string {
  // Most columns: the platform's own text, without taking it apart.
  if (decimals === 0 && isBare(format) && Number.isSafeInteger(value)) return String(value);
  let digits = decimalText(Math.abs(value), decimals);
  if (!fixedDecimals && decimals > 0) digits = digits.replace(/\.?0+$/, '');
  const negative = value < 0 && /[1-9]/.test(digits);
  if (fixedDecimals && format.decimalMark === '.' && isBare(format)) return negative ? `-${digits}` : digits;
  const [whole, fraction] = digits.split('.');
  const grouped = format.thousandsMark === '' ? whole : groupThousands(whole, format.thousandsMark);
  const marked = fraction === undefined ? grouped : grouped + format.decimalMark + fraction;
  if (!negative) return format.prefix + marked + format.suffix;
  const sign = blanksBefore(format.prefix);
  return `${format.prefix.slice(0, sign)}-${format.prefix.slice(sign)}${marked}${format.suffix}`;
}

const isBare = ({ thousandsMark, prefix, suffix }: NumberFormat): boolean =>
  thousandsMark === '' && prefix === '' && suffix === '';

/** Blanks a prefix starts with: the sign stands after them (' -5' where a blank follows every delimiter). */
export function blanksBefore(prefix: string): number {
  return prefix.length - prefix.trimStart().length;
}

/** `toFixed` turns to exponents from 1e21 on; integers that large are written by BigInt. */
function decimalText(value: number, decimals: number): string {
  if (value < 1e21) return value.toFixed(decimals);
  const whole = BigInt(value).toString();
  return decimals > 0 ? `${whole}.${'0'.repeat(decimals)}` : whole;
}

function groupThousands(whole: string, mark: string): string {
  let grouped = whole.slice(-3);
  for (let end = whole.length - 3; end > 0; end -= 3) {
    grouped = whole.slice(Math.max(0, end - 3), end) + mark + grouped;
  }
  return grouped;
}

const looseNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

/**
 * Reads a number written in `format`; NaN if the text is none. More lenient than what columns store exactly: takes
 * blanks around it, '+', leading zeros, exponents, a Unicode minus, accounting parentheses, and does without prefix,
 * suffix and thousands marks. Never gives an infinity.
 */
export function parseNumber(text: string, format: NumberFormat): number {
  let rest = text.trim();
  let sign = 1;
  if (rest.startsWith('(') && rest.endsWith(')')) {
    rest = rest.slice(1, -1).trim();
    sign = -1;
  }
  const lead = /^[+\-\u2212]/.exec(rest);
  if (lead) {
    if (lead[0] !== '+') sign = -sign;
    rest = rest.slice(1);
  }
  rest = withoutAffixes(rest, format);
  const plain = withoutMarks(rest, format);
  if (plain === null || !looseNumber.test(plain)) return NaN;
  if (lead && /^[+-]/.test(plain)) return NaN;
  const value = sign * Number(plain);
  return Number.isFinite(value) ? value : NaN;
}

function withoutAffixes(text: string, { prefix, suffix }: NumberFormat): string {
  let rest = text;
  const bare = prefix.trim();
  if (bare !== '' && rest.startsWith(bare)) rest = rest.slice(bare.length).trimStart();
  const unit = suffix.trim();
  if (unit !== '' && rest.endsWith(unit)) rest = rest.slice(0, -unit.length).trimEnd();
  return rest;
}

/** The text with a decimal point and no thousands marks; null when a mark stands where it cannot. */
function withoutMarks(text: string, { decimalMark, thousandsMark }: NumberFormat): string | null {
  const at = text.indexOf(decimalMark);
  let whole = at < 0 ? text : text.slice(0, at);
  if (thousandsMark !== '' && whole.includes(thousandsMark)) {
    const [first, ...groups] = whole.split(thousandsMark);
    if (!/^[+-]?\d{1,3}$/.test(first) || groups.some((group) => !/^\d{3}$/.test(group))) return null;
    whole = first + groups.join('');
  }
  if (decimalMark === ',' && whole.includes('.')) return null;
  return at < 0 ? whole : `${whole}.${text.slice(at + 1)}`;
}
