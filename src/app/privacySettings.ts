import type { ChosenRule, ColumnSchema, Job, PrivacySettings, TableSchema } from '../../workers/protocol.ts';

/** Rows a person keeps at most unless said otherwise: a fixed number, since one read off the rows would tell of them. */
export const defaultRowsPerPerson = 5;
export const mostRowsPerPerson = 1000;

/** Epsilon by the slider, and as far as it may be typed in. */
export const epsilonRange = { least: 0.1, most: 10 } as const;
export const epsilonLimits = { least: 0.001, most: 100 } as const;

export const defaultPrivacy = (epsilon: number): PrivacySettings => ({
  epsilon,
  delta: null,
  person: null,
  profileShare: null,
});

/** The smallest exponent k for which 10^-k may be the delta of that many rows: below 1 / rows, and 5 at least. */
export function leastExponent(rows: number): number {
  let exponent = 5;
  while (Number(`1e-${String(exponent)}`) >= 1 / Math.max(1, rows)) exponent++;
  return exponent;
}

/** The column that says which rows belong to one person, where the schema names one. */
export const personColumn = (schema: TableSchema | null): string | null =>
  schema?.columns.find(({ role }) => role === 'person')?.name ?? null;

/** Columns that could name persons: keys whose values stand in several rows, the one with the role first. */
export function personCandidates(schema: TableSchema | null): ColumnSchema[] {
  const columns = schema?.columns ?? [];
  const isKey = ({ role, identifier }: ColumnSchema): boolean =>
    role === 'person' || (identifier !== undefined && !identifier.unique);
  return columns.filter(isKey).toSorted((a, b) => Number(b.role === 'person') - Number(a.role === 'person'));
}

/** The unit after an edit of the schema: follows the person column where that was named, moved or taken away. */
export function followPersonColumn(
  settings: PrivacySettings,
  before: TableSchema | null,
  after: TableSchema,
): PrivacySettings {
  const [was, column] = [personColumn(before), personColumn(after)];
  if (was === column) return settings;
  const rowsPerPerson = settings.person?.rowsPerPerson ?? defaultRowsPerPerson;
  return { ...settings, person: column === null ? null : { column, rowsPerPerson } };
}

/** The job with these settings, unless its person chose to go without a guarantee. */
export const withGuarantee = (job: Job, privacy: PrivacySettings): Job =>
  job.privacy === 'none' ? job : { ...job, privacy };

/** Whether a rule is known without the rows, so that a run with a guarantee may keep it. */
export const isKnownRule = ({ rule, source }: ChosenRule): boolean =>
  source === 'declared' && !(rule.kind === 'combinations' && rule.allowed === null);

/** The job without the rules that come from the rows, where it has a guarantee. */
export const withKnownRules = (job: Job): Job =>
  job.privacy === 'none' || job.rules.every(isKnownRule)
    ? job
    : { ...job, rules: job.rules.filter(isKnownRule) };
