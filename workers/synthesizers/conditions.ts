import type { ColumnCondition, ColumnShares, EqualShares, RowsWanted } from '../encode/conditionTypes.ts';
import { HomespunError } from '../errors.ts';

const demand = (holds: boolean, message: string, hint: string, column?: string): void => {
  if (!holds) throw new HomespunError({ code: 'bad-settings', message, hint, column });
};

/** Throws `bad-settings`, naming the column and why, for conditions that no table could be asked for. */
export function checkConditions({ columns = [], shares }: RowsWanted): void {
  demand(Array.isArray(columns), 'The conditions on columns are not a list.', 'Give one entry a column.');
  const seen = new Set<string>();
  columns.forEach((condition, i) => {
    checkName(condition, `Condition ${i + 1}`);
    const { column } = condition;
    demand(
      !seen.has(column),
      `Column “${column}” has two conditions.`,
      'Give one entry a column, with all that is allowed.',
      column,
    );
    seen.add(column);
    checkColumn(condition);
  });
  if (shares !== undefined) checkShares(shares);
}

const checkName = (entry: { readonly column: string } | null, what: string): void =>
  demand(
    typeof entry?.column === 'string' && entry.column !== '',
    `${what} names no column.`,
    'Give the name of the column it is for.',
  );

function checkColumn({ column, categories, interval, missing }: ColumnCondition): void {
  const must = (holds: boolean, what: string, hint: string): void =>
    demand(holds, `The condition on column “${column}” ${what}.`, hint, column);
  must(
    categories === undefined || interval === undefined,
    'has both categories and an interval',
    'Give what fits the kind of the column.',
  );
  must(
    categories === undefined ||
      (Array.isArray(categories) &&
        categories.length > 0 &&
        categories.every((text) => typeof text === 'string')),
    'allows no category',
    'Name one category or more, as text.',
  );
  must(
    interval === undefined ||
      (Array.isArray(interval) &&
        interval.length === 2 &&
        interval.every((end) => typeof end === 'number') &&
        interval[0] <= interval[1]),
    'has no valid interval',
    'Give two numbers, the smaller one first; dates in milliseconds since 1970.',
  );
  must(
    missing === undefined || missing === 'allowed' || missing === 'only',
    'says of missing cells what is not known',
    'Say “allowed” or “only”, or leave it out for none.',
  );
  must(
    missing !== 'only' || (categories === undefined && interval === undefined),
    'allows values, and missing cells only',
    'Allow missing cells beside the values, or leave out the values.',
  );
}

function checkShares(mixture: ColumnShares | EqualShares): void {
  checkName(mixture, 'The wanted mixture');
  const { column, shares } = mixture;
  if (shares === 'equal') return;
  const must = (holds: boolean, what: string, hint: string): void =>
    demand(holds, `The mixture wanted for column “${column}” ${what}.`, hint, column);
  must(
    Array.isArray(shares) && shares.length > 0,
    'has no shares',
    'Give each value that is wanted a share.',
  );
  must(
    shares.every((entry) => entry !== null && (entry.value === null || typeof entry.value === 'string')),
    'gives a share to what is no category',
    'Name categories by their text, or null for missing cells.',
  );
  must(
    new Set(shares.map(({ value }) => value)).size === shares.length,
    'names a value twice',
    'Give each value one share.',
  );
  must(
    shares.every(({ share }) => Number.isFinite(share) && share >= 0) &&
      shares.some(({ share }) => share > 0),
    'is no distribution',
    'Give shares of 0 or more, not all 0; they need not sum to 1.',
  );
}
