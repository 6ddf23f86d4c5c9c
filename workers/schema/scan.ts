import { cellReader } from '../table/cellText.ts';
import { TOKEN_FORM } from '../table/tokenForm.ts';
import type { RawColumn, RawDatetimeColumn, RawNumberColumn, RawTextColumn } from '../table/types.ts';
import { firstOccurrences, NumberTally } from './distinct.ts';
import { byCount, type TextCount } from './missing.ts';

/** Decimals a raw number may be written with, plus one. */
const FORMS = 21;

/** One pass over a column of numbers or instants. */
export interface ValueScan {
  readonly rows: number;
  /** Rows with a value. */
  readonly present: number;
  /** Exact texts that are no values, most common first. */
  readonly tokens: readonly TextCount[];
  /** Distinct values, ascending, with their rows; not all of them where `capped`. */
  readonly values: Float64Array;
  readonly counts: Int32Array;
  readonly capped: boolean;
  readonly unique: boolean;
  /** Every value is one more than that of the row before, and no row is without. */
  readonly counter: boolean;
}

/** Scans the values and tokens of a column. */
export function scanValues(column: RawNumberColumn | RawDatetimeColumn): ValueScan {
  const { values, forms, tokens } = column;
  const rows = values.length;
  const tally = new NumberTally();
  const tokenCounts = new Int32Array(tokens.length);
  let counter = true;
  let present = 0;
  for (let i = 0; i < rows; i++) {
    if (forms[i] === TOKEN_FORM) {
      tokenCounts[values[i]]++;
      counter = false;
      continue;
    }
    present++;
    tally.add(values[i]);
    if (counter && values[i] !== values[0] + i) counter = false;
  }
  const counted = tokens.map((text, t) => ({ text, count: tokenCounts[t] })).filter(({ count }) => count > 0);
  return {
    rows,
    present,
    tokens: counted.sort(byCount),
    ...tally.sorted(),
    capped: tally.capped,
    unique: tally.unique,
    counter: counter && rows > 0,
  };
}

/** How the numbers of a column are written, leaving out some values (sentinels). */
export interface WrittenNumbers {
  readonly min: number;
  readonly max: number;
  /** Rows by number of decimals written. */
  readonly forms: Int32Array;
  /** Some number ends in a zero after the decimal mark. */
  readonly trailingZeros: boolean;
  /** All numbers are whole, whatever decimals are written. */
  readonly whole: boolean;
}

/** Bounds and decimals of the numbers that are not in `excluded`. */
export function scanWriting(column: RawNumberColumn, excluded: ReadonlySet<number>): WrittenNumbers {
  const { values, forms } = column;
  const byForm = new Int32Array(FORMS);
  const scales = Array.from({ length: FORMS }, (_, decimals) => 10 ** (decimals - 1));
  let min = Infinity;
  let max = -Infinity;
  let trailingZeros = false;
  let whole = true;
  for (let i = 0; i < values.length; i++) {
    const form = forms[i];
    const value = values[i];
    if (form === TOKEN_FORM || (excluded.size > 0 && excluded.has(value))) continue;
    byForm[form]++;
    if (value < min) min = value;
    if (value > max) max = value;
    if (form === 0) continue;
    if (whole && !Number.isInteger(value)) whole = false;
    if (!trailingZeros && form < 16) {
      const shorter = value * scales[form];
      trailingZeros = Math.abs(shorter - Math.round(shorter)) < 1e-9 * Math.max(1, Math.abs(shorter));
    }
  }
  return { min, max, forms: byForm, trailingZeros, whole };
}

/** Distinct exact texts of a column with their rows, in order of first appearance. */
export interface TextScan {
  readonly rows: number;
  readonly texts: readonly string[];
  readonly counts: Int32Array;
}

/** Distinct texts of a dictionary-encoded column. */
export function scanTexts(column: RawTextColumn): TextScan {
  const { codes, dictionary, deduplicated } = column;
  const first = deduplicated ? null : firstOccurrences(dictionary);
  const byCode = new Int32Array(dictionary.length);
  for (const code of codes) byCode[first === null ? code : first[code]]++;
  const used: number[] = [];
  for (let code = 0; code < byCode.length; code++) if (byCode[code] > 0) used.push(code);
  return {
    rows: codes.length,
    texts: used.map((code) => dictionary[code]),
    counts: Int32Array.from(used, (code) => byCode[code]),
  };
}

/**
 * Any column as texts, dictionary-encoded in order of first appearance.
 * Numbers and dates cost a look-up a row, so ask only where few are distinct.
 */
export function textColumnOf(column: RawColumn): RawTextColumn {
  if (column.storage === 'text') return column;
  const { values, forms, name } = column;
  const codes = new Int32Array(values.length);
  const byForm = new Map<number, Map<number, number>>();
  const dictionary: string[] = [];
  const text = cellReader(column);
  for (let i = 0; i < values.length; i++) {
    let byValue = byForm.get(forms[i]);
    if (byValue === undefined) byForm.set(forms[i], (byValue = new Map<number, number>()));
    let code = byValue.get(values[i]);
    if (code === undefined) {
      code = dictionary.length;
      byValue.set(values[i], code);
      dictionary.push(text(i));
    }
    codes[i] = code;
  }
  return { storage: 'text', name, codes, dictionary, deduplicated: true };
}

/** Entries of a scan as text and count. */
export const entriesOf = (scan: TextScan): TextCount[] =>
  scan.texts.map((text, i) => ({ text, count: scan.counts[i] }));
