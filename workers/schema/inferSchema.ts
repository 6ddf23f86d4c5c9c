import type { RawColumn, RawDatetimeColumn, RawTable } from '../table/types.ts';
import { datetimeEntry } from './entries.ts';
import { inferNumbers } from './inferNumbers.ts';
import { inferTexts } from './inferTexts.ts';
import { datetimeFactsOf } from './datetimeDomain.ts';
import { numberFactsOf } from './numberFacts.ts';
import { numberColumnOf } from './numberTexts.ts';
import { withRoles } from './roles.ts';
import { textColumnOf } from './scan.ts';
import { textFactsOf } from './textFacts.ts';
import type { ColumnSchema, TableSchema } from './types.ts';

/** Share of distinct texts that must be numbers for a text column to be read as numbers. */
const NUMBER_SHARE = 0.8;

/**
 * Proposes what every column is and what will happen to it. Looks at all rows; never throws.
 * @param raw the table as read; a column of any storage may turn out to be of any kind
 */
export function inferSchema(raw: RawTable): TableSchema {
  return { version: 1, columns: withRoles(raw.columns.map(inferColumn), raw.rows), dialect: raw.dialect };
}

/** Proposes what one column is. */
export function inferColumn(column: RawColumn): ColumnSchema {
  if (column.storage === 'datetime') return inferDatetimes(column);
  const numbers = numberColumnOf(column, NUMBER_SHARE);
  if (numbers !== null) return inferNumbers(numberFactsOf(numbers));
  return inferTexts(textFactsOf(textColumnOf(column)));
}

function inferDatetimes(column: RawDatetimeColumn): ColumnSchema {
  const { domain, distinct, missing, unread } = datetimeFactsOf(column);
  if (domain === null || (distinct === 1 && !unread)) return inferTexts(textFactsOf(textColumnOf(column)));
  const { ambiguousDayMonth } = column;
  const doubt = ambiguousDayMonth ? ' Day and month could be the other way round: please check.' : '';
  const left = unread ? ' Some cells are no date in the calendar and become missing.' : '';
  const what = /[Hh]/.test(column.pattern)
    ? /[yd]/.test(column.pattern)
      ? 'dates with times'
      : 'times'
    : 'dates';
  const confidence = ambiguousDayMonth ? 0.6 : unread ? 0.85 : 0.97;
  return datetimeEntry(column.name, domain, missing, {
    reason: `It holds ${what}.${doubt}${left}`,
    confidence,
  });
}
