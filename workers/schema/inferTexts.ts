import { hintsOf, type NameHints } from './columnName.ts';
import { categoryEntry, identifierEntry, inOrder, textEntry } from './entries.ts';
import { hasSpellings, startOfCount, spread, wordingOf, type TextFacts } from './textFacts.ts';
import { likenessOf, type Likeness } from './personal.ts';
import type { ColumnSchema } from './types.ts';

/** A category column has at most this many categories, and each stands in two rows or more on average. */
export const MAX_CATEGORIES = 1000;
/** Below this many rows there is nothing to tell categories from identifiers by. */
const FEW_ROWS = 20;

/** Words for no and yes, false first, as files write them. */
const BOOLEANS: readonly (readonly [string, string])[] = [
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['f', 't'],
  ['off', 'on'],
  ['0', '1'],
  ['nein', 'ja'],
  ['non', 'oui'],
  ['no', 'si'],
  ['no', 'sí'],
  ['não', 'sim'],
  ['nee', 'ja'],
  ['nej', 'ja'],
  ['falsch', 'wahr'],
  ['faux', 'vrai'],
  ['-', '+'],
];

/** The two texts as [false, true], or null when they are no pair of yes and no. */
export function booleanPair(texts: readonly string[]): readonly [string, string] | null {
  if (texts.length !== 2) return null;
  const [a, b] = texts.map((text) => text.trim().toLowerCase());
  for (const [no, yes] of BOOLEANS) {
    if (a === no && b === yes) return [texts[0], texts[1]];
    if (a === yes && b === no) return [texts[1], texts[0]];
  }
  return null;
}

const tokensOf = (facts: TextFacts): string[] => facts.missing.map(({ text }) => text);

/** Decides what a column of texts is. */
export function inferTexts(facts: TextFacts): ColumnSchema {
  const hints = hintsOf(facts.column.name);
  return (
    fewTexts(facts) ??
    personal(facts, hints) ??
    repeatedKey(facts, hints) ??
    freeText(facts, hints) ??
    category(facts, hints) ??
    manyTexts(facts, hints)
  );
}

/** Nothing, one text, or a yes and a no. */
function fewTexts(facts: TextFacts): ColumnSchema | null {
  const { texts, missing, column } = facts;
  const tokens = tokensOf(facts);
  if (texts.length === 0) {
    return categoryEntry(column.name, 'constant', [], tokens, { reason: 'It has no value.', confidence: 1 });
  }
  if (texts.length === 1 && missing.length === 0) {
    return categoryEntry(column.name, 'constant', texts, [], {
      reason: 'Every row has the same value.',
      confidence: 1,
    });
  }
  if (texts.length === 1) {
    return categoryEntry(column.name, 'category', texts, tokens, {
      reason: 'Rows have one and the same value or none.',
      confidence: 0.8,
    });
  }
  const pair = booleanPair(texts);
  return pair === null
    ? null
    : categoryEntry(column.name, 'boolean', pair, tokens, { reason: 'It says yes or no.', confidence: 0.97 });
}

const LIKENESS_WORDS: Readonly<Record<Likeness, string>> = {
  email: 'email addresses',
  phone: 'phone numbers',
  name: 'names of persons',
  iban: 'bank account numbers',
  card: 'payment card numbers',
  ssn: 'social security numbers',
  ip: 'network addresses',
  uuid: 'universal identifiers',
  postcode: 'postcodes',
  url: 'web addresses',
};

/** Some likenesses point at a person however few they are; the others are categories until they are many. */
function enoughFor(likeness: Likeness, facts: TextFacts): boolean {
  const { texts, present } = facts;
  if (likeness === 'postcode') return texts.length > present * 0.2 || texts.length > MAX_CATEGORIES;
  if (likeness === 'url' || likeness === 'ip') return texts.length > 20 || texts.length > present * 0.5;
  if (likeness === 'name') return texts.length > 50 || texts.length > present * 0.05;
  return true;
}

function personal(facts: TextFacts, hints: NameHints): ColumnSchema | null {
  const likeness = likenessOf(facts.sample, hints);
  if (likeness === null || !enoughFor(likeness, facts)) return null;
  return identifierFrom(facts, likeness, hints, `Its values look like ${LIKENESS_WORDS[likeness]}.`, 0.9);
}

/** Distinct texts whose shape is looked at to find a format. */
const FORMAT_SAMPLE = 20_000;

/** The entry of a text column as identifier. */
export function identifierFrom(
  facts: TextFacts,
  likeness: Likeness | null,
  hints: NameHints,
  reason: string,
  confidence: number,
): ColumnSchema {
  const { column, rows, present, texts } = facts;
  const start = texts.length === rows ? startOfCount(facts) : NaN;
  const sample = spread(texts, FORMAT_SAMPLE);
  const identifier = { name: column.name, rows, present, distinct: texts.length, sample, start };
  return identifierEntry({ ...identifier, missingTokens: tokensOf(facts) }, likeness, hints, {
    reason,
    confidence,
  });
}

/** True when values of a key are too many, or too personal, to be learned as categories. */
export function isKeyOfMany(hints: NameHints, distinct: number, present: number): boolean {
  if (!hints.key && !(hints.weakKey && (hints.person || distinct === present))) return false;
  if (hints.person && distinct > 20) return true;
  return distinct > MAX_CATEGORIES || (distinct > 5 && distinct > present * 0.2);
}

function repeatedKey(facts: TextFacts, hints: NameHints): ColumnSchema | null {
  const { texts, present } = facts;
  const unique = texts.length === present && present > 1 && (hints.key || hints.weakKey);
  if (!unique && !isKeyOfMany(hints, texts.length, present)) return null;
  const reason = unique
    ? 'Its name says identifier and every value stands once.'
    : 'Its name says identifier and values repeat over rows.';
  return identifierFrom(facts, null, hints, reason, unique ? 0.97 : 0.85);
}

/** Sentences, comments and addresses: never learned, because single texts can point at a person. */
function freeText(facts: TextFacts, hints: NameHints): ColumnSchema | null {
  const { texts, present, column } = facts;
  const wording = wordingOf(facts.sample);
  const say = (reason: string, confidence: number): ColumnSchema =>
    textEntry(column.name, tokensOf(facts), { reason, confidence });
  if (
    hints.comment &&
    texts.length > 2 &&
    facts.sample.some((text) => text.trim().split(/\s+/).length >= 3)
  ) {
    return say('Its name says comment and it holds phrases.', 0.7);
  }
  if (hints.address && wording.withBlanks > 0.5 && (texts.length > 50 || texts.length > present * 0.2)) {
    return say('It holds postal addresses, which point at people.', 0.9);
  }
  if (texts.length > 20 && (wording.words >= 8 || wording.characters >= 60)) {
    return say('It holds long texts.', 0.9);
  }
  return null;
}

function category(facts: TextFacts, hints: NameHints): ColumnSchema | null {
  const { texts, present, column } = facts;
  const few = present < FEW_ROWS && !facts.sample.some((text) => text.length > 40);
  if (!few && (texts.length > MAX_CATEGORIES || texts.length > present / 2)) return null;
  const spellings = hasSpellings(texts) ? ' Some differ only in case or blanks.' : '';
  const reason = few
    ? 'There are too few rows to tell; values are kept as categories.'
    : `It has ${texts.length} different values in ${present} rows.${spellings}`;
  const sure = texts.length <= 50 ? 0.95 : 0.8;
  const confidence = few ? 0.3 : hints.key ? 0.6 : sure;
  return categoryEntry(column.name, 'category', inOrder(texts), tokensOf(facts), { reason, confidence });
}

/** Codes are shorter than this on average. */
const LONGEST_CODE = 64;

/** More different texts than can be categories: identifiers where they look like codes, text to leave out where not. */
function manyTexts(facts: TextFacts, hints: NameHints): ColumnSchema {
  const { texts, present, column, sample } = facts;
  const { words, characters, withDigits, withBlanks } = wordingOf(sample);
  const unique = texts.length === present;
  const coded = withDigits >= 0.6 && words <= 3.5;
  if (characters <= LONGEST_CODE && (coded || withBlanks < 0.1)) {
    const reason = unique
      ? 'Every value is a different code.'
      : `It has ${texts.length} different codes in ${present} rows, too many to be categories.`;
    return identifierFrom(facts, null, hints, reason, unique ? 0.85 : 0.7);
  }
  return textEntry(column.name, tokensOf(facts), {
    reason: `It has ${texts.length} different texts in ${present} rows, too many to be categories.`,
    confidence: 0.75,
  });
}
