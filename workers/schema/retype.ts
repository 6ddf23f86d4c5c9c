import type { RawColumn, RawTable } from '../table/types.ts';
import { hintsOf } from './columnName.ts';
import { datetimeColumnOf } from './datetimeTexts.ts';
import { categoryEntry, datetimeEntry, inOrder, numberEntry, textEntry } from './entries.ts';
import { badSchema } from './badSchema.ts';
import { identifierFrom as numericIdentifier } from './inferNumbers.ts';
import { booleanPair, identifierFrom } from './inferTexts.ts';
import { datetimeFactsOf } from './datetimeDomain.ts';
import { numberFactsOf } from './numberFacts.ts';
import { numberColumnOf } from './numberTexts.ts';
import { likenessOf } from './personal.ts';
import { textColumnOf } from './scan.ts';
import { textFactsOf, type TextFacts } from './textFacts.ts';
import { rawColumnOf } from './toTable.ts';
import type { ColumnKind, ColumnSchema } from './types.ts';

/** A person may ask for more categories than would be proposed, up to here. */
const MOST_CATEGORIES = 5000;

const chosen = { reason: 'You chose this kind.', confidence: 1 };

/**
 * The schema entry of a column if it is of the given kind.
 * Throws `bad-schema` naming the column when its values cannot be of that kind.
 */
export function retype(raw: RawTable, column: string, kind: ColumnKind): ColumnSchema {
  const found = rawColumnOf(raw, column);
  switch (kind) {
    case 'integer':
    case 'decimal':
      return asNumbers(found, kind);
    case 'datetime':
      return asDatetimes(found);
    case 'category':
    case 'boolean':
    case 'constant':
      return asCategories(textFactsOf(textColumnOf(found)), kind);
    case 'identifier':
      return asIdentifier(found);
    case 'text':
      return textEntry(column, tokensOf(textFactsOf(textColumnOf(found))), chosen);
  }
}

const tokensOf = (facts: TextFacts): string[] => facts.missing.map(({ text }) => text);

function asNumbers(column: RawColumn, kind: 'integer' | 'decimal'): ColumnSchema {
  const numbers = numberColumnOf(column, 0);
  const facts = numbers === null ? null : numberFactsOf(numbers);
  const odd = facts?.words.reduce((sum, { count }) => sum + count, 0) ?? 0;
  if (facts === null || facts.domain === null || odd > facts.present) {
    throw badSchema(
      column.name,
      'holds too few numbers to be numeric',
      'Choose category, identifier or text.',
    );
  }
  if (kind === 'integer' && !facts.whole) {
    throw badSchema(column.name, 'holds numbers that are not whole', 'Choose decimal.');
  }
  return numberEntry(
    facts.column,
    kind,
    facts.domain,
    facts.missing.map(({ text }) => text),
    chosen,
  );
}

function asDatetimes(column: RawColumn): ColumnSchema {
  const dates = datetimeColumnOf(column);
  const facts = dates === null ? null : datetimeFactsOf(dates);
  if (facts === null || facts.domain === null) {
    throw badSchema(column.name, 'holds no dates in one pattern', 'Choose category, identifier or text.');
  }
  return datetimeEntry(column.name, facts.domain, facts.missing, chosen);
}

function asCategories(facts: TextFacts, kind: 'category' | 'boolean' | 'constant'): ColumnSchema {
  const { texts, column } = facts;
  const { name } = column;
  const refuse = (what: string, hint: string): never => {
    throw badSchema(name, what, hint);
  };
  const tokens = tokensOf(facts);
  if (kind === 'constant') {
    if (texts.length > 1)
      refuse(`holds ${texts.length} different values`, 'Only a column of one value is constant.');
    return categoryEntry(name, kind, texts, tokens, chosen);
  }
  if (texts.length === 0) refuse('has no value', 'Choose constant, or drop the column.');
  if (kind === 'boolean' && texts.length !== 2) {
    refuse(`holds ${texts.length} different values, not two`, 'Choose category.');
  }
  if (texts.length > MOST_CATEGORIES) {
    refuse(`holds ${texts.length} different values, too many for categories`, 'Choose identifier or text.');
  }
  const categories = kind === 'boolean' ? (booleanPair(texts) ?? inOrder(texts)) : inOrder(texts);
  return categoryEntry(name, kind, categories, tokens, chosen);
}

function asIdentifier(column: RawColumn): ColumnSchema {
  const hints = hintsOf(column.name);
  if (column.storage === 'number') {
    const facts = numberFactsOf(column);
    if (facts.words.length === 0 && facts.domain !== null) {
      return numericIdentifier(facts, null, hints, chosen.reason, chosen.confidence);
    }
  }
  const facts = textFactsOf(textColumnOf(column));
  return identifierFrom(facts, likenessOf(facts.sample, hints), hints, chosen.reason, chosen.confidence);
}
