/** The rows a person asks for, in terms of a model that is there, and in words. */
import type { ColumnCondition, ColumnShares, RowsWanted, SampleConditions } from './encode/conditionTypes.ts';
import { HomespunError } from './errors.ts';
import type { ColumnProfile, Profile } from './profile/types.ts';
import type { TableSchema } from './schema/types.ts';

/** Nothing where nothing is asked for. */
export function orNone(wanted: RowsWanted | undefined): RowsWanted | undefined {
  const asks = wanted && ((wanted.columns ?? []).length > 0 || wanted.shares);
  return asks ? wanted : undefined;
}

/**
 * Conditions with a share for each value. Equal shares go to the categories that the model gives rows and that a
 * condition on the same column allows. Throws `bad-settings` where there are none.
 */
export function conditionsOf(
  wanted: RowsWanted | undefined,
  { columns }: Profile,
): SampleConditions | undefined {
  const asked = orNone(wanted);
  if (!asked) return undefined;
  const { shares, ...rest } = asked;
  if (!shares || shares.shares !== 'equal') return { ...rest, ...(shares && { shares: withShares(shares) }) };
  const profile = columns.find(({ name }) => name === shares.column);
  const allowed = rest.columns?.find(({ column }) => column === shares.column);
  const values = profile ? valuesOf(profile, allowed) : [];
  if (values.length === 0) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `Column “${shares.column}” has no categories to be made equally often.`,
      hint: 'Choose a learned category column, and allow some of its values.',
      column: shares.column,
    });
  }
  return { ...rest, shares: { column: shares.column, shares: values.map((value) => ({ value, share: 1 })) } };
}

const withShares = ({ column, shares }: NonNullable<RowsWanted['shares']>): ColumnShares => {
  if (shares === 'equal') throw new TypeError('Equal shares have not been worked out.');
  return { column, shares };
};

const valuesOf = (profile: ColumnProfile, allowed: ColumnCondition | undefined): string[] =>
  profile.type === 'category'
    ? profile.categories.filter(
        (text, code) => profile.mass[code] > 0 && (allowed?.categories?.includes(text) ?? true),
      )
    : [];

/** One line a condition, to go with the rows. */
export function inWords({ columns = [], shares }: SampleConditions, schema: TableSchema): string[] {
  const isDate = (name: string): boolean =>
    schema.columns.some((column) => column.name === name && column.kind === 'datetime');
  return [
    ...columns.map((condition) => conditionWords(condition, isDate(condition.column))),
    ...(shares ? [shareWords(shares)] : []),
  ];
}

const quoted = (text: string): string => `“${text}”`;

function conditionWords({ column, categories, interval, missing }: ColumnCondition, dates: boolean): string {
  const name = `Column ${quoted(column)}`;
  if (missing === 'only') return `${name} is missing.`;
  const others = missing === 'allowed' ? ', or missing' : '';
  if (categories) return `${name} is ${categories.map(quoted).join(' or ')}${others}.`;
  if (interval?.some(Number.isFinite)) return `${name} is ${intervalWords(interval, dates)}${others}.`;
  return missing === 'allowed' ? `${name} is anything.` : `${name} is not missing.`;
}

function intervalWords([from, to]: readonly [number, number], dates: boolean): string {
  const word = (value: number): string => (dates ? dateText(value) : String(value));
  if (from === to) return word(from);
  if (from === -Infinity) return `at most ${word(to)}`;
  return to === Infinity ? `at least ${word(from)}` : `from ${word(from)} to ${word(to)}`;
}

/** Beyond this an instant has no date (ECMA-262, 21.4.1.1). */
const lastInstant = 8.64e15;

const dateText = (value: number): string =>
  Math.abs(value) <= lastInstant
    ? new Date(value).toISOString().replace(/(T00:00:00)?(\.000)?Z$/, '')
    : String(value);

function shareWords({ column, shares }: ColumnShares): string {
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  const parts = shares
    .filter(({ share }) => share > 0)
    .map(({ value, share }) => {
      const name = value === null ? 'missing' : quoted(value);
      return `${name} ${String(Math.round((1000 * share) / total) / 10)} %`;
    });
  return `Column ${quoted(column)} has the shares: ${parts.join(', ')}.`;
}
