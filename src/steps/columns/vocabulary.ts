import type {
  ColumnKind,
  ColumnRole,
  ColumnSchema,
  IdentifierDomain,
  Treatment,
} from '../../../workers/protocol.ts';

interface Choice<T> {
  readonly value: T;
  readonly label: string;
}

export const kinds: readonly Choice<ColumnKind>[] = [
  { value: 'integer', label: 'Whole number' },
  { value: 'decimal', label: 'Decimal number' },
  { value: 'category', label: 'Category' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'datetime', label: 'Date or time' },
  { value: 'identifier', label: 'Identifier' },
  { value: 'text', label: 'Free text' },
  { value: 'constant', label: 'Constant' },
];

export const roles: readonly Choice<ColumnRole>[] = [
  { value: 'ordinary', label: 'Ordinary' },
  { value: 'target', label: 'Target' },
  { value: 'sensitive', label: 'Sensitive' },
  { value: 'quasi-identifier', label: 'Quasi-identifier' },
  { value: 'person', label: 'Person' },
];

const treatments: Readonly<Record<Treatment, string>> = {
  learn: 'Learn',
  replace: 'Replace',
  keep: 'Keep',
  drop: 'Leave out',
};

/** What may happen to a column of a kind: identifiers and free text are never learned. */
export function treatmentsOf(kind: ColumnKind): Choice<Treatment>[] {
  const first: Treatment =
    kind === 'identifier' || kind === 'text' ? 'replace' : kind === 'constant' ? 'keep' : 'learn';
  return [first, 'drop' as const].map((value) => ({ value, label: treatments[value] }));
}

export type Confidence = 'clear' | 'likely' | 'check';

/** How sure the proposal is, in three words. A domain the person declared is not in doubt. */
export function confidenceOf({ confidence, domain, datetime }: ColumnSchema): Confidence {
  if (domain === 'declared') return 'clear';
  if (datetime?.ambiguousDayMonth) return 'check';
  return confidence >= 0.9 ? 'clear' : confidence >= 0.7 ? 'likely' : 'check';
}
export const confidenceWords: Readonly<Record<Confidence, string>> = {
  clear: 'clear',
  likely: 'likely',
  check: 'please check',
};

export const personalWords: Readonly<Record<NonNullable<IdentifierDomain['looksLike']>, string>> = {
  email: 'e-mail addresses',
  phone: 'phone numbers',
  name: 'names of people',
  iban: 'bank accounts',
  card: 'card numbers',
  ssn: 'social security numbers',
  ip: 'network addresses',
  uuid: 'unique keys',
  postcode: 'postcodes',
  url: 'web addresses',
};

/** Missing tokens as the person edits them: comma-separated, `(empty)` for the empty cell, odd ones in quotes. */
export const writeTokens = (tokens: readonly string[]): string => tokens.map(writeToken).join(', ');

const writeToken = (token: string): string => {
  if (token === '') return '(empty)';
  const plain = token.trim() === token && !/[",]/.test(token) && token !== '(empty)';
  return plain ? token : `"${token.replaceAll('"', '""')}"`;
};

/** Reads what `writeTokens` wrote, or a person typed. Each token once. */
export function readTokens(text: string): string[] {
  const tokens = Array.from(text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g), (match) => {
    if (match[1] !== undefined) return match[1].replaceAll('""', '"');
    const token = match[2].trim();
    return token === '(empty)' ? '' : token === '' ? null : token;
  });
  return [...new Set(tokens.filter((token) => token !== null))];
}

/** Milliseconds of wall-clock time taken as UTC, as a `datetime-local` input wants them, and back. */
export const writeInstant = (milliseconds: number): string =>
  Number.isFinite(milliseconds) ? new Date(milliseconds).toISOString().slice(0, 19) : '';
export const readInstant = (text: string): number => Date.parse(`${text}Z`);
