import { booleanPair } from './inferTexts.ts';
import type { ColumnSchema, IdentifierDomain, TableSchema } from './types.ts';

/** An identifier's format without what was counted in the file. */
const formatAlone = ({ parts, sequential, unique, looksLike }: IdentifierDomain): IdentifierDomain => ({
  parts,
  sequential,
  start: sequential ? 1 : 0,
  unique,
  ...(looksLike === undefined ? {} : { looksLike }),
});

/** A column of one value is a category like any other: that value has to be found, or declared. */
const learnable = (column: ColumnSchema): ColumnSchema =>
  column.kind === 'constant' && column.treatment === 'keep' && column.domain === 'found'
    ? { ...column, kind: 'category', treatment: 'learn' }
    : column;

/** Whether the values of a column are a pair of words that its kind implies, such as yes and no, or 0 and 1. */
export const isSpelledByKind = ({ kind, category }: ColumnSchema): boolean =>
  kind === 'boolean' && booleanPair(category?.categories ?? []) !== null;

/** Kinds are public, and with the kind the two words of a yes-or-no column: a rare yes need not be found. */
const spelled = (column: ColumnSchema): ColumnSchema =>
  isSpelledByKind(column) ? { ...column, domain: 'declared' } : column;

/** A dropped column is named and no more: nothing measures it, so nothing may be told of what it holds. */
function nameAlone(column: ColumnSchema): ColumnSchema {
  if (column.treatment !== 'drop' || column.domain === 'declared') return column;
  const { name, role, treatment, missingTokens, domain, reason, confidence } = column;
  return { name, kind: 'text', role, treatment, missingTokens, domain, reason, confidence };
}

/**
 * The schema as a private run may use it: what the person confirmed as public (names, kinds, formats, patterns, missing
 * tokens, declared domains), without figures that were counted in the file. Found categories and bounds of learned
 * columns are still in it, so that cells can be read; a private profile replaces them by what it may release.
 */
export function publicSchema(schema: TableSchema): TableSchema {
  const columns = schema.columns
    .map(learnable)
    .map(nameAlone)
    .map(spelled)
    .map((column): ColumnSchema => ({
      ...column,
      ...(column.identifier ? { identifier: formatAlone(column.identifier) } : {}),
      reason: 'As confirmed.',
      confidence: 1,
    }));
  return { ...schema, columns };
}
