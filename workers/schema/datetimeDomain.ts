import { TOKEN_FORM } from '../table/tokenForm.ts';
import type { RawDatetimeColumn } from '../table/types.ts';
import type { DatetimeDomain } from './types.ts';

const STEPS = [86_400_000, 3_600_000, 60_000, 1000] as const;

/** Bounds and step of the instants of a column. The column must hold at least one. */
export function datetimeDomainOf(column: RawDatetimeColumn): DatetimeDomain {
  const { values, forms, pattern, ambiguousDayMonth } = column;
  let min = Infinity;
  let max = -Infinity;
  let level = 0;
  for (let i = 0; i < values.length; i++) {
    if (forms[i] === TOKEN_FORM) continue;
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
    while (level < STEPS.length && value % STEPS[level] !== 0) level++;
  }
  return { min, max, pattern, ambiguousDayMonth, step: STEPS[level] ?? 1 };
}
