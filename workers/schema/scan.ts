import { cellReader } from '../table/cellText.ts';
import { TOKEN_FORM } from '../table/tokenForm.ts';
import type { RawColumn, RawDatetimeColumn, RawNumberColumn, RawTextColumn } from '../table/types.ts';
import { distinctNumbers, firstOccurrences, type Distinct } from './distinct.ts';
import { byCount, type TextCount } from './missing.ts';

/** Decimals a raw number may be written with, plus one. */
const FORMS = 21;

/** What a column of numbers or instants holds. */
export interface ValueScan extends Distinct {
  readonly rows: number;
  /** Rows with a value. */
  readonly present: number;
  /** Exact texts that are no values, most common first. */
  readonly tokens: readonly TextCount[];
  /** Every value is one more than that of the row before, and no row is without. */
  readonly counter: boolean;
}

/** Most decimals with which numbers are counted on a grid. */
const GRID_DECIMALS = 8;

/** Scans the values and tokens of a column. */
export function scanValues(column: RawNumberColumn | RawDatetimeColumn): ValueScan {
  const { values, forms, tokens } = column;
  const rows = values.length;
  const plain = new Float64Array(rows);
  const tokenCounts = new Int32Array(tokens.length);
  let counter = rows > 0;
  let present = 0;
  let min = Infinity;
  let max = -Infinity;
  let decimals = 0;
  for (let i = 0; i < rows; i++) {
    const value = values[i];
    if (forms[i] === TOKEN_FORM) {
      tokenCounts[value]++;
      plain[i] = NaN;
      counter = false;
      continue;
    }
    plain[i] = value;
    present++;
    if (value < min) min = value;
    if (value > max) max = value;
    if (forms[i] > decimals) decimals = forms[i];
    if (counter && value !== values[0] + i) counter = false;
  }
  const counted = tokens.map((text, t) => ({ text, count: tokenCounts[t] })).filter(({ count }) => count > 0);
  const grid = { min, max, scale: decimals <= GRID_DECIMALS ? 10 ** decimals : Infinity };
  // Only whole numbers can be identifiers, so only they need an answer to whether all differ.
  const whole = column.storage === 'number' && decimals <= 1;
  return { ...distinctNumbers(plain, grid, whole), rows, present, tokens: counted.sort(byCount), counter };
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
  const scales = Float64Array.from({ length: FORMS }, (_, decimals) => 10 ** (decimals - 1));
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
    if (!trailingZeros) {
      const shorter = Math.abs(value * scales[form]);
      // Without its last digit a number is whole to a tenth or to rounding; beyond 1e12 rounding hides the tenth.
      trailingZeros = shorter < 1e12 && Math.abs(shorter - Math.round(shorter)) < 1e-3;
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
