/** Cells of a file as a model knows them that was learned from another one. */
import { cellReader } from '../table/cellText.ts';
import type {
  CategoryColumn,
  DatetimeColumn,
  NumberColumn,
  NumberFormat,
  RawColumn,
  RawNumberColumn,
} from '../table/types.ts';
import { isMissingAmongNumbers, missingAmongCategories } from './missing.ts';
import { parsedNumbers } from './numberTexts.ts';
import { textColumnOf } from './scan.ts';
import { typedColumn } from './toTable.ts';
import type { ColumnSchema } from './types.ts';

export interface KnownCells {
  /** Missing where a cell is a gap, or holds what the model does not know. */
  readonly column: NumberColumn | DatetimeColumn | CategoryColumn;
  /** Rows whose cell says "no value", rising. */
  readonly gaps: Int32Array;
  /** Cells that hold something, but nothing that the model knows: other categories, words among numbers. */
  readonly unknown: number;
}

/**
 * One column by an entry of the model's schema. Numbers and dates beyond the bounds count as the bound. A gap is a
 * missing token of the schema, or a word that would be taken for one; none has a quote in it.
 */
export function knownCells(raw: RawColumn, entry: ColumnSchema, quote: string): KnownCells {
  const { column } = typedColumn(entry.number ? inFormat(raw, entry.number.format) : raw, entry);
  const text = cellReader(raw);
  const isGap = gapTest(entry, quote);
  const absent =
    column.type === 'category'
      ? (row: number) => column.codes[row] < 0
      : (row: number) => Number.isNaN(column.values[row]);
  const rows = column.type === 'category' ? column.codes.length : column.values.length;
  const gaps = new Int32Array(rows);
  let count = 0;
  let unknown = 0;
  for (let row = 0; row < rows; row++) {
    if (!absent(row)) continue;
    if (isGap(text(row))) gaps[count++] = row;
    else unknown++;
  }
  return { column, gaps: gaps.slice(0, count), unknown };
}

const sameFormat = (a: NumberFormat, b: NumberFormat): boolean =>
  a.decimalMark === b.decimalMark &&
  a.thousandsMark === b.thousandsMark &&
  a.prefix === b.prefix &&
  a.suffix === b.suffix;

/** The column as numbers in the model's format; in its own where no cell reads in that. */
function inFormat(raw: RawColumn, format: NumberFormat): RawNumberColumn {
  if (raw.storage === 'number' && sameFormat(raw.format, format)) return raw;
  const read = parsedNumbers(textColumnOf(raw), format);
  const readable = read.tokens.length < new Set(textColumnOf(raw).dictionary).size;
  return readable || raw.storage !== 'number' ? read : raw;
}

function gapTest({ missingTokens, category }: ColumnSchema, quote: string): (text: string) => boolean {
  const tokens = new Set(missingTokens);
  const known = (category?.categories ?? []).map((text) => ({ text, count: 1 }));
  const isWord = category
    ? (text: string) =>
        missingAmongCategories([...known, { text, count: 1 }]).some((word) => word.text === text)
    : isMissingAmongNumbers;
  const answers = new Map<string, boolean>();
  return (text) => {
    let answer = answers.get(text);
    if (answer === undefined) {
      answer = !text.includes(quote) && (tokens.has(text) || isWord(text));
      answers.set(text, answer);
    }
    return answer;
  };
}
