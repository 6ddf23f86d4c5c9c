import type { RawTextColumn } from '../table/types.ts';
import { isMissingAmongNumbers, missingAmongCategories, type TextCount } from './missing.ts';
import { scanTexts } from './scan.ts';

/** Distinct texts looked at one by one where a share is enough; more would tell nothing new. */
const SAMPLE = 2000;

/** What a column of texts holds, before deciding what it is. */
export interface TextFacts {
  readonly column: RawTextColumn;
  readonly rows: number;
  /** Rows with a text that is no missing token. */
  readonly present: number;
  /** Distinct texts without missing tokens, in order of first appearance, with their rows. */
  readonly texts: readonly string[];
  readonly counts: Int32Array;
  readonly missing: readonly TextCount[];
  /** At most some thousand of the texts, evenly spread. */
  readonly sample: readonly string[];
}

/** At most `limit` of the texts, evenly spread. */
export function spread(texts: readonly string[], limit: number): readonly string[] {
  if (texts.length <= limit) return texts;
  return Array.from({ length: limit }, (_, i) => texts[Math.floor((i * texts.length) / limit)]);
}

/** Reads what a column of texts holds. */
export function textFactsOf(column: RawTextColumn): TextFacts {
  const { rows, texts, counts } = scanTexts(column);
  const candidates: TextCount[] = [];
  texts.forEach((text, i) => {
    if (texts.length <= SAMPLE || isMissingAmongNumbers(text)) candidates.push({ text, count: counts[i] });
  });
  const missing = missingAmongCategories(candidates);
  const absent = missing.reduce((sum, { count }) => sum + count, 0);
  const tokens = new Set(missing.map(({ text }) => text));
  const present = missing.length === 0 ? texts : texts.filter((text) => !tokens.has(text));
  return {
    column,
    rows,
    present: rows - absent,
    texts: present,
    counts: missing.length === 0 ? counts : counts.filter((_, i) => !tokens.has(texts[i])),
    missing,
    sample: spread(present, SAMPLE),
  };
}

const COUNTER = /^(\D*)(\d{1,15})(\D*)$/;

/** First number of texts that count up by one from row to row with the same characters around it; NaN otherwise. */
export function startOfCount({ column, rows }: TextFacts): number {
  const textAt = (row: number): string => column.dictionary[column.codes[row]] ?? '';
  const first = rows < 3 ? null : COUNTER.exec(textAt(0));
  if (first === null) return NaN;
  const [, before, digits, after] = first;
  const start = Number(digits);
  const padded = digits.startsWith('0') ? digits.length : 0;
  for (let row = 1; row < rows; row++) {
    if (textAt(row) !== before + String(start + row).padStart(padded, '0') + after) return NaN;
  }
  return start;
}

/** Mean words and characters of some texts, and the shares that hold a digit or a blank. */
export interface Wording {
  readonly words: number;
  readonly characters: number;
  readonly withDigits: number;
  readonly withBlanks: number;
}

/** How the texts of a sample are worded. */
export function wordingOf(sample: readonly string[]): Wording {
  let words = 0;
  let characters = 0;
  let withDigits = 0;
  let withBlanks = 0;
  for (const text of sample) {
    const trimmed = text.trim();
    words += trimmed.split(/\s+/).length;
    characters += trimmed.length;
    if (/\d/.test(trimmed)) withDigits++;
    if (/\s/.test(trimmed)) withBlanks++;
  }
  const n = Math.max(1, sample.length);
  return {
    words: words / n,
    characters: characters / n,
    withDigits: withDigits / n,
    withBlanks: withBlanks / n,
  };
}

/** Some distinct texts differ from one another in case or outer blanks only. */
export function hasSpellings(texts: readonly string[]): boolean {
  return new Set(texts.map((text) => text.trim().toLowerCase())).size < texts.length;
}
