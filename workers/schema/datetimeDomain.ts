import { DatetimePattern } from '../table/datetime.ts';
import { TOKEN_FORM } from '../table/tokenForm.ts';
import type { RawDatetimeColumn } from '../table/types.ts';
import { byCount, isMissingAmongNumbers, type TextCount } from './missing.ts';
import { scanValues, type ValueScan } from './scan.ts';
import type { DatetimeDomain } from './types.ts';

const STEPS = [86_400_000, 3_600_000, 60_000, 1000] as const;

/** From the year 2900 on a date stands for "no end" or "unknown" (9999-12-31). */
const FAR_FUTURE = Date.UTC(2900, 0, 1);

/** What a column of dates holds, before deciding what it is. */
export interface DatetimeFacts {
  readonly column: RawDatetimeColumn;
  readonly scan: ValueScan;
  /** Texts that mean "no value", most common first: words, and dates far in the future. */
  readonly missing: readonly string[];
  /** Some texts are neither dates of the pattern nor missing. */
  readonly unread: boolean;
  /** Distinct dates that are not missing. */
  readonly distinct: number;
  /** Null when no date is left. */
  readonly domain: DatetimeDomain | null;
}

/** Reads what a column of dates holds. */
export function datetimeFactsOf(column: RawDatetimeColumn): DatetimeFacts {
  const scan = scanValues(column);
  const pattern = new DatetimePattern(column.pattern);
  const far: TextCount[] = [];
  if (scan.values.length > 1 && scan.values[0] < FAR_FUTURE) {
    scan.values.forEach((value, i) => {
      if (value >= FAR_FUTURE) far.push({ text: pattern.format(value), count: scan.counts[i] });
    });
  }
  const words = scan.tokens.filter(({ text }) => isMissingAmongNumbers(text));
  const most = far.length > 0 ? FAR_FUTURE : Infinity;
  return {
    column,
    scan,
    missing: [...words, ...far].sort(byCount).map(({ text }) => text),
    unread: scan.tokens.length > words.length,
    distinct: scan.values.length - far.length,
    domain: scan.values.length > 0 ? domainBelow(column, most) : null,
  };
}

/** Bounds and step of the instants before `most`. */
function domainBelow(column: RawDatetimeColumn, most: number): DatetimeDomain {
  const { values, forms, pattern, ambiguousDayMonth } = column;
  let min = Infinity;
  let max = -Infinity;
  let level = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (forms[i] === TOKEN_FORM || value >= most) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    while (level < STEPS.length && value % STEPS[level] !== 0) level++;
  }
  return { min, max, pattern, ambiguousDayMonth, step: STEPS[level] ?? 1 };
}
