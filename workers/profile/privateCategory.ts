import type { Mechanisms } from '../privacy/mechanismTypes.ts';
import type { CategoryColumn } from '../table/types.ts';
import { projected } from './simplex.ts';
import type { CategoryProfile } from './types.ts';

/** What stands for the values that too few rows hold to be named. */
export const OTHER = '(other)';
/** A missing count, or that of all others together, within so many standard deviations of the noise is taken as none. */
const withinNoise = 4;

/** A measured column, its rows given the categories that may be named. */
export interface MeasuredCategories {
  readonly profile: CategoryProfile;
  readonly column: CategoryColumn;
}

/** Rows of each category; the last entry is missing. */
function countCategories({ codes, categories }: CategoryColumn): Float64Array {
  const counts = new Float64Array(categories.length + 1);
  for (const code of codes) counts[code < 0 ? categories.length : code]++;
  return counts;
}

function shares(
  name: string,
  categories: readonly string[],
  counts: Float64Array,
  missing: number,
  rows: number,
  noise: number,
): CategoryProfile {
  const blank = rows > 0 ? Math.min(1, missing / rows) : 1;
  const fitted = projected(counts, rows - blank * rows);
  const mass = fitted.map((count) => (rows > 0 ? count / rows : 0));
  return { type: 'category', name, categories, mass, missing: blank, noise };
}

const aboveNoise = (count: number, sigma: number): number => (count < withinNoise * sigma ? 0 : count);

/** One histogram over declared categories and missing. `rows` is public, or already noised. */
export function measureDeclared(
  column: CategoryColumn,
  rows: number,
  event: number,
  sigma: number,
  mechanisms: Mechanisms,
): MeasuredCategories {
  const { name, categories } = column;
  const noisy = mechanisms.noisyCounts(event, countCategories(column));
  const missing = aboveNoise(noisy[categories.length], sigma);
  return {
    profile: shares(name, categories, noisy.subarray(0, categories.length), missing, rows, sigma),
    column,
  };
}

/**
 * Finds which categories enough rows hold, and counts them. All other rows go to one bucket, which is named only where
 * it stands out of the noise; else they take the commonest category. `rows` is public, or already noised.
 */
export function measureFound(
  column: CategoryColumn,
  rows: number,
  events: { readonly open: number; readonly failure: number },
  sigma: number,
  mechanisms: Mechanisms,
): MeasuredCategories {
  const { name } = column;
  const exact = countCategories(column);
  const values = column.categories;
  const found = mechanisms.discover(
    events.open,
    events.failure,
    values,
    exact.subarray(0, values.length),
    exact.subarray(values.length),
  );
  const missing = aboveNoise(found.always[0], sigma);
  const named = found.counts.reduce((sum, count) => sum + count, 0);
  const rest = aboveNoise(rows - missing - named, sigma * Math.sqrt(found.counts.length + 1));
  const hasOther = rest > 0 || found.values.length === 0;
  const categories = hasOther && !found.values.includes(OTHER) ? [...found.values, OTHER] : found.values;
  const counts = new Float64Array(categories.length);
  counts.set(found.counts);
  if (hasOther) counts[categories.indexOf(OTHER)] += rest;
  const fallback = hasOther ? categories.indexOf(OTHER) : counts.indexOf(Math.max(...counts));
  return {
    profile: shares(name, categories, counts, missing, rows, sigma),
    column: recoded(column, categories, fallback),
  };
}

/** The same rows under other categories; a value that is not among them becomes `fallback`. */
function recoded(column: CategoryColumn, categories: readonly string[], fallback: number): CategoryColumn {
  const codeOf = new Map(categories.map((category, code) => [category, code]));
  const translated = Int32Array.from(column.categories, (category) => codeOf.get(category) ?? fallback);
  return { ...column, categories, codes: column.codes.map((code) => (code < 0 ? -1 : translated[code])) };
}
