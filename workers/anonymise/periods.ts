import type { ColumnSchema } from '../schema/types.ts';
import { daysFromCivil } from '../table/datetime.ts';
import type { Period } from './types.ts';

const msPerDay = 86_400_000;
/** 1970-01-01 was a Thursday: three days after a Monday. */
const mondayShift = 3;

/**
 * Start of the period a moment lies in, both in milliseconds of wall-clock time taken as UTC. Weeks start on Monday
 * (ISO 8601).
 */
export function periodStart(ms: number, period: Period): number {
  const day = Math.floor(ms / msPerDay);
  if (period === 'week') return (day - ((((day + mondayShift) % 7) + 7) % 7)) * msPerDay;
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  return daysFromCivil(...firstDay(year, month, period)) * msPerDay;
}

function firstDay(year: number, month: number, period: Exclude<Period, 'week'>): [number, number, number] {
  switch (period) {
    case 'month':
      return [year, month, 1];
    case 'quarter':
      return [year, month - ((month - 1) % 3), 1];
    case 'year':
      return [year, 1, 1];
    case 'decade':
      return [Math.floor(year / 10) * 10, 1, 1];
  }
}

/** Moments moved to the start of their period. Most follow one on the same day, so the last answer is kept. */
export function mapPeriods(values: Float64Array, period: Period): Float64Array {
  const starts = new Map<number, number>();
  return values.map((value) => {
    if (Number.isNaN(value)) return NaN;
    const day = Math.floor(value / msPerDay);
    let start = starts.get(day);
    if (start === undefined) {
      start = periodStart(value, period);
      starts.set(day, start);
    }
    return start;
  });
}

/** The entry with the bounds and the step its coarser dates have; the pattern stays. */
export function periodEntry(entry: ColumnSchema, period: Period): ColumnSchema {
  const { datetime } = entry;
  if (!datetime) return entry;
  const { min, max } = datetime;
  return {
    ...entry,
    datetime: { ...datetime, min: periodStart(min, period), max: periodStart(max, period), step: msPerDay },
  };
}

/** Whether a pattern writes a year: without one there is no period to go to the start of. */
export const writesYear = (pattern: string): boolean => pattern.replaceAll(/'[^']*'/g, '').includes('y');
