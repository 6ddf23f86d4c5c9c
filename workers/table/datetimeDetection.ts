/** Proposes date patterns from texts. */
import { DatetimePattern, exchangeDayMonth } from './datetime.ts';

const timePart =
  /^(T| |, )?(\d{1,2}):(\d{2})(?::(\d{2})(?:([.,])(\d{1,6}))?)?( ?[AP]M)?(Z| ?[+-]\d{2}:?\d{2})?$/;
const yearFirst = /^(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})(?!\d)/;
const yearLast = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/;
const dayName = /^(\d{1,2})([- ])([A-Z][a-z]{2,8})\2(\d{4}|\d{2})(?!\d)/;
const nameDay = /^([A-Z][a-z]{2,8}) (\d{1,2}), (\d{4})(?!\d)/;

/** 'd' or 'dd' for a number of one or two digits; an 11 says nothing, so it is taken as padded. */
const unit = (letter: string, digits: string): string => (digits.length === 2 ? letter + letter : letter);
const year = (digits: string): string => (digits.length === 2 ? 'yy' : 'yyyy');
const month = (name: string): string => (name.length === 3 ? 'MMM' : 'MMMM');

/** Patterns the date at the start of the text may have, and how long it is. */
function dateForms(text: string): { readonly patterns: readonly string[]; readonly length: number } {
  let match = yearFirst.exec(text);
  if (match) {
    const [all, , mark, m, d] = match;
    return { patterns: [`yyyy${mark}${unit('M', m)}${mark}${unit('d', d)}`], length: all.length };
  }
  match = yearLast.exec(text);
  if (match) {
    const [all, a, mark, b, y] = match;
    const patterns = [
      `${unit('d', a)}${mark}${unit('M', b)}${mark}${year(y)}`,
      `${unit('M', a)}${mark}${unit('d', b)}${mark}${year(y)}`,
    ];
    return { patterns, length: all.length };
  }
  match = dayName.exec(text);
  if (match) {
    const [all, d, mark, name, y] = match;
    return { patterns: [`${unit('d', d)}${mark}${month(name)}${mark}${year(y)}`], length: all.length };
  }
  match = nameDay.exec(text);
  if (match)
    return { patterns: [`${month(match[1])} ${unit('d', match[2])}, yyyy`], length: match[0].length };
  if (/^\d{4}-\d{2}$/.test(text)) return { patterns: ['yyyy-MM'], length: 7 };
  return { patterns: [''], length: 0 };
}

function timeForm(text: string): string | null {
  const match = timePart.exec(text);
  if (!match) return null;
  const [, gap = '', hour, , second, mark, fraction, half, zone] = match;
  let form = gap === 'T' ? "'T'" : gap;
  form += `${unit(half === undefined ? 'H' : 'h', hour)}:mm`;
  if (second !== undefined) form += ':ss';
  if (fraction !== undefined) form += mark + 'S'.repeat(fraction.length);
  if (half !== undefined) form += half.startsWith(' ') ? ' a' : 'a';
  return zone === undefined ? form : `${form}'${zone}'`;
}

/** With every padded field also unpadded, for columns whose first texts happen to have two digits. */
function unpadded(pattern: string): string {
  return pattern
    .replace(/dd/g, 'd')
    .replace(/(?<!M)MM(?!M)/g, 'M')
    .replace(/HH/g, 'H')
    .replace(/hh/g, 'h');
}

function patternsOf(text: string): string[] {
  const blanks = text.length - text.trimStart().length;
  const { patterns, length } = dateForms(text.slice(blanks));
  const rest = text.slice(blanks + length);
  const time = rest === '' ? '' : timeForm(rest);
  if (time === null || (length === 0 && time === '') || (length === 0 && /^[T ,]/.test(rest))) return [];
  return patterns.map((pattern) => text.slice(0, blanks) + pattern + time);
}

export interface DatetimeProposal {
  readonly pattern: string;
  /** Fits every text that fits `pattern` with day and month exchanged, or null. */
  readonly exchanged: string | null;
}

export interface DatetimeDetection extends DatetimeProposal {
  /** Texts that have the form of the pattern, in the calendar or not. */
  readonly shaped: number;
}

const proposalTexts = 100;
const maxPatterns = 16;

/** The pattern most of `texts` can be read and written in; null when none fits half of them. */
export function detectDatetime(texts: readonly string[]): DatetimeDetection | null {
  const patterns = new Set<string>();
  for (const text of texts.slice(0, proposalTexts)) {
    if (text.length > 40) continue;
    for (const pattern of patternsOf(text)) patterns.add(pattern).add(unpadded(pattern));
    if (patterns.size > maxPatterns) break;
  }
  let best: { pattern: string; fits: number; shaped: number } | null = null;
  for (const pattern of [...patterns].sort(byPreference)) {
    const { fits, shaped } = fit(texts, pattern);
    if (fits > 0 && (best === null || fits > best.fits)) best = { pattern, fits, shaped };
  }
  if (best === null || best.shaped < texts.length / 2) return null;
  const exchanged = exchangeDayMonth(best.pattern);
  const alike = exchanged !== null && fitsAlike(texts, best.pattern, exchanged);
  return { pattern: best.pattern, exchanged: alike ? exchanged : null, shaped: best.shaped };
}

/** Padded forms first, then day before month (most of the world), then the alphabet, so that ties are stable. */
function byPreference(a: string, b: string): number {
  const rank = (pattern: string): number =>
    (pattern === unpadded(pattern) ? 2 : 0) + (pattern.startsWith('M') ? 1 : 0);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function fit(texts: readonly string[], pattern: string): { readonly fits: number; readonly shaped: number } {
  const reader = new DatetimePattern(pattern);
  let fits = 0;
  let shaped = 0;
  for (const text of texts) {
    if (!Number.isNaN(reader.parse(text))) fits++;
    if (reader.shaped) shaped++;
  }
  return { fits, shaped };
}

function fitsAlike(texts: readonly string[], pattern: string, exchanged: string): boolean {
  const first = new DatetimePattern(pattern);
  const second = new DatetimePattern(exchanged);
  return texts.every((text) => Number.isNaN(first.parse(text)) || !Number.isNaN(second.parse(text)));
}

/** Eight digits that are all dates between 1900 and 2100. */
export function isCompactDate(texts: readonly string[]): boolean {
  const reader = new DatetimePattern('yyyyMMdd');
  return (
    texts.length > 1 &&
    texts.every((text) => /^(19|20)\d{6}$/.test(text) && !Number.isNaN(reader.parse(text)))
  );
}
