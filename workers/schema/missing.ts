/** Texts that say "no value" wherever they stand. Compared after trimming, without case. */
const CERTAIN = new Set([
  '',
  '?',
  '-',
  '--',
  '---',
  '.',
  '..',
  '...',
  '*',
  '–',
  '—',
  'na',
  'n/a',
  'n.a.',
  'n.a',
  '#n/a',
  '#na',
  '<na>',
  'nan',
  '-nan',
  'null',
  '#null!',
  '(null)',
  '\\n',
  'missing',
  '(missing)',
  '#value!',
  '#ref!',
  '#div/0!',
  '#name?',
  'k.a.',
  'k. a.',
  '0000-00-00',
  '0000-00-00 00:00:00',
]);

/** Words that say "no value" among numbers and dates, but are answers of their own among categories. */
const AMONG_NUMBERS = new Set([
  'none',
  'nil',
  'unknown',
  'unk',
  'undefined',
  'not available',
  'not applicable',
  'n',
  'x',
  'nd',
  'no data',
  'blank',
  'empty',
  'unbekannt',
  'keine angabe',
  'keine',
  'inconnu',
  'desconocido',
  'nat',
  'inf',
  '-inf',
]);

/** Longest text that can be a missing word with some blanks around it. */
const LONGEST = 24;

/** First characters of all the words: most other texts are told apart by theirs. */
const FIRST = new Set([...CERTAIN, ...AMONG_NUMBERS].map((word) => word.charCodeAt(0)));

/** The text as it is looked up, or null when it cannot be a missing word. */
function plain(text: string): string | null {
  if (text.length > LONGEST) return null;
  const trimmed = text.trim();
  const first = trimmed.charCodeAt(0);
  const lower = first >= 65 && first <= 90 ? first + 32 : first;
  return trimmed === '' || FIRST.has(lower) ? trimmed.toLowerCase() : null;
}

const among = (words: ReadonlySet<string>, text: string): boolean => {
  const word = plain(text);
  return word !== null && words.has(word);
};

/** True when the text means "no value" in any kind of column. 'Na' is a name, 'NA' and 'na' are not. */
export const isMissingWord = (text: string): boolean => among(CERTAIN, text) && text.trim() !== 'Na';

/** True when the text means "no value" in a column of numbers or dates. */
export const isMissingAmongNumbers = (text: string): boolean =>
  among(CERTAIN, text) || among(AMONG_NUMBERS, text);

/** Exact texts with their number of rows. */
export interface TextCount {
  readonly text: string;
  readonly count: number;
}

/** Most common first, ties in text order, so that the token written is the one the file uses most. */
export const byCount = (a: TextCount, b: TextCount): number =>
  b.count - a.count || (a.text < b.text ? -1 : 1);

/**
 * Missing tokens among the texts of a category column.
 * "NA" beside many two-letter codes is a code (Namibia); "-" beside "+" is a result.
 */
export function missingAmongCategories(texts: readonly TextCount[]): TextCount[] {
  const found = texts.filter((entry) => isMissingWord(entry.text));
  const rest = texts.filter((entry) => !isMissingWord(entry.text));
  const twoLetters = rest.filter((entry) => /^[A-Z]{2}$/.test(entry.text)).length;
  const codes = twoLetters >= 10 && twoLetters >= rest.length * 0.8;
  const signs = rest.some((entry) => entry.text.trim() === '+');
  return found
    .filter(({ text }) => !(codes && text === 'NA') && !(signs && text.trim() === '-'))
    .sort(byCount);
}

/**
 * Values of a numeric column that stand for "no value": negative survey codes in a column without other negatives,
 * and runs of nines far outside everything else.
 * @param values distinct values, ascending
 * @param counts rows of each
 */
export function sentinelsOf(values: Float64Array, counts: Int32Array): number[] {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return [...negativeCodes(values, counts, rows), ...lonelyNines(values, counts, rows)];
}

const NEGATIVE_CODE = /^-(?:[1-9]|9+|[6-9]{1,3}|888+)$/;

function negativeCodes(values: Float64Array, counts: Int32Array, rows: number): number[] {
  let negatives = 0;
  while (negatives < values.length && values[negatives] < 0) negatives++;
  const others = values.length - negatives;
  if (negatives === 0 || negatives > 4 || others < 6) return [];
  const codes = Array.from(values.subarray(0, negatives));
  const common = codes.every((code, i) => NEGATIVE_CODE.test(String(code)) && counts[i] >= 2 + rows * 0.001);
  // A lone -1 can be a reading just below zero; a code stands apart or is far more common than its neighbours.
  const typical = rows / values.length;
  const apart = values[negatives] - values[negatives - 1] > 1.5 || counts[negatives - 1] > 5 * typical;
  return common && apart ? codes : [];
}

function lonelyNines(values: Float64Array, counts: Int32Array, rows: number): number[] {
  const last = values.length - 1;
  if (last < 6) return [];
  const found: number[] = [];
  const isNines = (value: number): boolean => /^-?9{2,}$/.test(String(value));
  const lonely = (gap: number, span: number, count: number): boolean =>
    count >= 2 + rows * 0.001 && (gap > 2 * span || (gap > span / 2 && count > rows * 0.03 && gap > 100));
  if (
    isNines(values[last]) &&
    lonely(values[last] - values[last - 1], values[last - 1] - values[0], counts[last])
  ) {
    found.push(values[last]);
  }
  if (values[1] < 0 && isNines(values[0])) {
    if (lonely(values[1] - values[0], values[last] - values[1], counts[0])) found.push(values[0]);
  }
  return found;
}
