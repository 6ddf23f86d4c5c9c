import type { RawNumberColumn } from '../table/types.ts';
import { formatOf, personalFormat } from './identifierFormat.ts';
import type { NameHints } from './columnName.ts';
import type { Likeness } from './personal.ts';
import type {
  ColumnKind,
  ColumnSchema,
  DatetimeDomain,
  IdentifierDomain,
  NumericDomain,
  Treatment,
} from './types.ts';

/** What every schema entry says besides its domain. */
export interface Verdict {
  readonly reason: string;
  /** 0..1 */
  readonly confidence: number;
}

const TREATMENTS: Readonly<Record<ColumnKind, Treatment>> = {
  integer: 'learn',
  decimal: 'learn',
  category: 'learn',
  boolean: 'learn',
  datetime: 'learn',
  identifier: 'replace',
  text: 'drop',
  constant: 'keep',
};

/** Treatments that make sense for each kind. */
export const TREATMENTS_OF: Readonly<Record<ColumnKind, readonly Treatment[]>> = {
  integer: ['learn', 'drop'],
  decimal: ['learn', 'drop'],
  category: ['learn', 'drop'],
  boolean: ['learn', 'drop'],
  datetime: ['learn', 'drop'],
  identifier: ['replace', 'drop'],
  text: ['drop', 'replace'],
  constant: ['keep', 'drop'],
};

const entry = (
  name: string,
  kind: ColumnKind,
  missingTokens: readonly string[],
  verdict: Verdict,
): ColumnSchema => ({
  name,
  kind,
  role: 'ordinary',
  treatment: TREATMENTS[kind],
  missingTokens,
  domain: 'found',
  ...verdict,
});

export const numberEntry = (
  column: RawNumberColumn,
  kind: 'integer' | 'decimal',
  domain: NumericDomain,
  missingTokens: readonly string[],
  verdict: Verdict,
): ColumnSchema => ({ ...entry(column.name, kind, missingTokens, verdict), number: domain });

export const datetimeEntry = (
  name: string,
  domain: DatetimeDomain,
  missingTokens: readonly string[],
  verdict: Verdict,
): ColumnSchema => ({ ...entry(name, 'datetime', missingTokens, verdict), datetime: domain });

export const categoryEntry = (
  name: string,
  kind: 'category' | 'boolean' | 'constant',
  categories: readonly string[],
  missingTokens: readonly string[],
  verdict: Verdict,
): ColumnSchema => ({ ...entry(name, kind, missingTokens, verdict), category: { categories } });

export const textEntry = (name: string, missingTokens: readonly string[], verdict: Verdict): ColumnSchema =>
  entry(name, 'text', missingTokens, verdict);

/** What fresh values of an identifier column are made from. */
export interface IdentifierFacts {
  readonly name: string;
  readonly rows: number;
  /** Rows with a value. */
  readonly present: number;
  readonly distinct: number;
  /** Distinct texts, or a sample of them that shows their format. */
  readonly sample: readonly string[];
  readonly missingTokens: readonly string[];
  /** First number where values count up by one from row to row; NaN otherwise. */
  readonly start: number;
}

export function identifierEntry(
  facts: IdentifierFacts,
  likeness: Likeness | null,
  hints: NameHints,
  verdict: Verdict,
): ColumnSchema {
  return {
    ...entry(facts.name, 'identifier', facts.missingTokens, verdict),
    identifier: identifierDomainOf(facts, likeness, hints),
  };
}

function identifierDomainOf(
  facts: IdentifierFacts,
  likeness: Likeness | null,
  hints: NameHints,
): IdentifierDomain {
  const { rows, present, distinct, sample, start } = facts;
  const made = likeness === null ? null : personalFormat(likeness, sample, hints.personName);
  const parts = made ?? (sample.length > 0 ? formatOf(sample) : []);
  const unique = distinct === present;
  const sequential = unique && made === null && !Number.isNaN(start);
  return {
    parts,
    sequential,
    start: sequential ? start : 0,
    unique,
    ...(unique ? {} : { rowsPerValue: round(present / distinct) }),
    ...(present < rows ? { missingShare: round(1 - present / rows) } : {}),
    ...(likeness === null ? {} : { looksLike: likeness }),
  };
}

/** Three digits are enough to be plausible, and tell little of the file. */
const round = (value: number): number => Number(value.toPrecision(3));

/** Categories that are numbers stand in their natural order, others in order of first appearance. */
export function inOrder(texts: readonly string[]): readonly string[] {
  const numbers = texts.map((text) => Number(text.replace(',', '.')));
  if (texts.some((text, i) => text.trim() === '' || Number.isNaN(numbers[i]))) return texts;
  return texts
    .map((text, i) => ({ text, number: numbers[i] }))
    .sort((a, b) => a.number - b.number)
    .map(({ text }) => text);
}
