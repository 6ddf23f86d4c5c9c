import { DatetimePattern } from '../table/datetime.ts';
import { detectDatetime } from '../table/datetimeDetection.ts';
import { TOKEN_FORM } from '../table/tokenForm.ts';
import type { RawColumn, RawDatetimeColumn } from '../table/types.ts';
import { isMissingAmongNumbers } from './missing.ts';
import { textColumnOf } from './scan.ts';

/** The column read in a pattern: texts of another form become tokens. */
export function inPattern(column: RawColumn, pattern: string): RawDatetimeColumn {
  if (column.storage === 'datetime' && column.pattern === pattern) return column;
  const { codes, dictionary, name } = textColumnOf(column);
  const reader = new DatetimePattern(pattern);
  const tokens: string[] = [];
  const parsed = Float64Array.from(dictionary, (text) => reader.parse(text));
  const slot = parsed.map((value, code) => (Number.isNaN(value) ? tokens.push(dictionary[code]) - 1 : value));
  const values = new Float64Array(codes.length);
  const forms = new Uint8Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    values[i] = slot[codes[i]];
    forms[i] = Number.isNaN(parsed[codes[i]]) ? TOKEN_FORM : 0;
  }
  return { storage: 'datetime', name, values, forms, tokens, pattern, ambiguousDayMonth: false };
}

/** Patterns of digits alone: read as dates only when the person says so. */
const DIGITS_ONLY = ['yyyyMMdd', 'yyyyMM', 'yyyy'] as const;
/** Distinct texts that a pattern is looked for in. */
const SAMPLE = 2000;

/** Any column as dates, in the pattern that fits most of its texts; null when none fits half of them. */
export function datetimeColumnOf(column: RawColumn): RawDatetimeColumn | null {
  if (column.storage === 'datetime') return column;
  const texts = textColumnOf(column)
    .dictionary.filter((text) => !isMissingAmongNumbers(text))
    .slice(0, SAMPLE);
  if (texts.length === 0) return null;
  const found = detectDatetime(texts);
  if (found !== null) {
    return { ...inPattern(column, found.pattern), ambiguousDayMonth: found.exchanged !== null };
  }
  const fits = (pattern: string): boolean => {
    const reader = new DatetimePattern(pattern);
    return texts.filter((text) => !Number.isNaN(reader.parse(text))).length * 2 >= texts.length;
  };
  const pattern = DIGITS_ONLY.find(fits);
  return pattern === undefined ? null : inPattern(column, pattern);
}
