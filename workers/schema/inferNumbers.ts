import { cellReader } from '../table/cellText.ts';
import { TOKEN_FORM } from '../table/tokenForm.ts';
import type { RawNumberColumn } from '../table/types.ts';
import { hintsOf, type NameHints } from './columnName.ts';
import { categoryEntry, identifierEntry, inOrder, numberEntry } from './entries.ts';
import { booleanPair, inferTexts, isKeyOfMany, MAX_CATEGORIES } from './inferTexts.ts';
import type { NumberFacts } from './numberFacts.ts';
import { passesLuhn, type Likeness } from './personal.ts';
import { textColumnOf } from './scan.ts';
import { textFactsOf } from './textFacts.ts';
import type { ColumnSchema } from './types.ts';

/** At this size whole numbers count nothing that people count: they are card or account numbers. */
const LONG_NUMBER = 1e11;

const tokensOf = (facts: NumberFacts): string[] => facts.missing.map(({ text }) => text);

/** Decides what a column of numbers is. */
export function inferNumbers(facts: NumberFacts): ColumnSchema {
  const { column, words, scan, domain, distinct } = facts;
  const odd = words.reduce((sum, { count }) => sum + count, 0);
  const texts = domain === null || odd > 0.02 * scan.rows || words.length > scan.rows * 0.1;
  if (texts || (distinct <= 2 && words.length > 0)) return inferTexts(textFactsOf(textColumnOf(column)));
  const hints = hintsOf(column.name);
  return fewNumbers(facts) ?? identifier(facts, hints) ?? codes(facts, hints) ?? quantity(facts);
}

/** Distinct exact texts without missing tokens. */
function labelsOf(facts: NumberFacts): readonly string[] {
  const missing = new Set(tokensOf(facts));
  return inOrder(textColumnOf(facts.column).dictionary.filter((text) => !missing.has(text)));
}

/** One number throughout, or a 0 and a 1. */
function fewNumbers(facts: NumberFacts): ColumnSchema | null {
  if (facts.distinct > 2) return null;
  const { name } = facts.column;
  const tokens = tokensOf(facts);
  const labels = labelsOf(facts);
  if (labels.length === 1 && tokens.length === 0) {
    return categoryEntry(name, 'constant', labels, [], {
      reason: 'Every row has the same number.',
      confidence: 1,
    });
  }
  if (labels.length === 1) {
    return categoryEntry(name, 'category', labels, tokens, {
      reason: 'Rows have one and the same number or none.',
      confidence: 0.8,
    });
  }
  const pair = labels.length === 2 ? booleanPair(labels.map((label) => String(Number(label)))) : null;
  return pair === null
    ? null
    : categoryEntry(name, 'boolean', labels, tokens, { reason: 'It is 0 or 1.', confidence: 0.97 });
}

function identifier(facts: NumberFacts, hints: NameHints): ColumnSchema | null {
  const { scan, whole, domain, present, distinct } = facts;
  if (!whole || domain === null || domain.min < 0 || domain.decimals > 1) return null;
  const unique = scan.unique && present === distinct && present > 1;
  const say = (reason: string, confidence: number, likeness: Likeness | null = null): ColumnSchema =>
    identifierFrom(facts, likeness, hints, reason, confidence);
  if (domain.min >= LONG_NUMBER && !hints.time) {
    return say('Its numbers are too long to be quantities.', 0.9, looksLikeCards(facts) ? 'card' : null);
  }
  if (hints.phone && domain.min >= 1e6) return say('Its values look like phone numbers.', 0.9, 'phone');
  if (hints.postcode && (distinct > present * 0.2 || distinct > MAX_CATEGORIES)) {
    return say('Its values look like postcodes.', 0.8, 'postcode');
  }
  if (unique && !hints.time && (hints.key || hints.weakKey)) {
    return say('Its name says identifier and every number stands once.', 0.97);
  }
  if (unique && scan.counter && isRowNumber(facts, hints)) return say('It counts the rows.', 0.95);
  if (isKeyOfMany(hints, distinct, present)) {
    return say('Its name says identifier and numbers repeat over rows.', 0.85);
  }
  const sameLength = String(domain.min).length === String(domain.max).length;
  if (unique && domain.min >= 1e7 && sameLength && present >= 50 && !hints.time && !hints.quantity) {
    return say('Every number stands once and all are equally long.', 0.6);
  }
  return null;
}

const isRowNumber = ({ scan, domain }: NumberFacts, hints: NameHints): boolean => {
  const fromStart = domain?.min === 0 || domain?.min === 1;
  return hints.nameless ? fromStart : fromStart && scan.rows >= 10 && !hints.time && !hints.quantity;
};

const looksLikeCards = ({ scan }: NumberFacts): boolean => {
  const texts = Array.from(scan.values.subarray(0, 2000), String);
  return texts.filter((text) => text.length >= 13 && passesLuhn(text)).length >= texts.length * 0.9;
};

/** Rows whose texts show the format of an identifier. */
const FORMAT_SAMPLE = 20_000;

/** The entry of a number column as identifier. */
export function identifierFrom(
  facts: NumberFacts,
  likeness: Likeness | null,
  hints: NameHints,
  reason: string,
  confidence: number,
): ColumnSchema {
  const { column, scan, present, distinct } = facts;
  const counts = scan.counter && facts.domain?.decimals === 0 && facts.domain.format.thousandsMark === '';
  const sample = distinctTexts(column, facts.sentinels);
  const shared = {
    name: column.name,
    rows: scan.rows,
    present,
    distinct,
    sample,
    missingTokens: tokensOf(facts),
  };
  const start = counts ? column.values[0] : NaN;
  return identifierEntry({ ...shared, start }, likeness, hints, { reason, confidence });
}

/** Distinct texts of evenly spread rows, and those of the smallest and the largest number. */
function distinctTexts(column: RawNumberColumn, sentinels: ReadonlySet<number>): string[] {
  const { values, forms } = column;
  const text = cellReader(column);
  const texts = new Set<string>();
  const step = Math.max(1, Math.floor(values.length / FORMAT_SAMPLE));
  let smallest = -1;
  let largest = -1;
  for (let i = 0; i < values.length; i++) {
    if (forms[i] === TOKEN_FORM || sentinels.has(values[i])) continue;
    if (smallest < 0 || values[i] < values[smallest]) smallest = i;
    if (largest < 0 || values[i] > values[largest]) largest = i;
    if (i % step === 0) texts.add(text(i));
  }
  for (const row of [smallest, largest]) if (row >= 0) texts.add(text(row));
  return [...texts];
}

/** Most different numbers that are taken for codes by their name, and by their looks. */
const NAMED_CODES = 50;
const FEW_CODES = 10;
/** Rows a code must have on average. */
const ROWS_PER_CODE = 10;

/** Whole numbers that name things rather than count them. */
function codes(facts: NumberFacts, hints: NameHints): ColumnSchema | null {
  const { whole, domain, distinct, present, scan, column } = facts;
  if (!whole || domain === null || domain.min < 0 || scan.capped || hints.quantity) return null;
  if (distinct > NAMED_CODES || present < distinct * ROWS_PER_CODE) return null;
  const entry = (reason: string, confidence: number): ColumnSchema =>
    categoryEntry(column.name, 'category', labelsOf(facts), tokensOf(facts), { reason, confidence });
  if (hints.nominal || hints.postcode) {
    return entry(`Its name says kind rather than amount, and it has ${distinct} different numbers.`, 0.8);
  }
  if (distinct === 2) return entry('It has two different numbers.', 0.75);
  const small = domain.max <= 20 && distinct <= FEW_CODES && (domain.min <= 1 || distinct <= 3);
  if (!small || fallsOff(facts)) return null;
  return entry(`Its ${distinct} small numbers look like codes or a scale.`, 0.65);
}

/** Counts of things fall off from their least: many 0, fewer 1, fewer 2, few beyond. Codes do not. */
function fallsOff({ scan, sentinels }: NumberFacts): boolean {
  const counts: number[] = [];
  scan.values.forEach((value, i) => {
    if (!sentinels.has(value)) counts.push(scan.counts[i]);
  });
  const [first, second, third, ...rest] = counts;
  const tail = rest.reduce((sum, count) => sum + count, 0);
  return counts.length > 2 && first >= second && second >= third && tail <= second + third;
}

function quantity(facts: NumberFacts): ColumnSchema {
  const { column, domain, whole, distinct, missing, sentinels } = facts;
  if (domain === null) throw new RangeError(`Column ${column.name} holds no number.`);
  const words = missing.some(({ text }) => text.trim() !== '' && !/\d/.test(text));
  const notes = [
    words ? ' Words beside the numbers are taken as missing.' : '',
    sentinels.size > 0 ? ' Numbers far from all others are taken as missing.' : '',
  ].join('');
  const kind = whole ? 'integer' : 'decimal';
  const what = whole ? 'whole numbers' : `numbers with ${decimalsPhrase(domain.decimals)}`;
  const many = facts.scan.capped ? `more than ${distinct}` : String(distinct);
  const verdict = { reason: `It holds ${many} different ${what}.${notes}`, confidence: 0.95 };
  return numberEntry(column, kind, domain, tokensOf(facts), verdict);
}

const decimalsPhrase = (decimals: number): string =>
  decimals === 1 ? 'one decimal' : `up to ${decimals} decimals`;
