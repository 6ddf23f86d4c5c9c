import type { CategoryProfile } from './types.ts';

/** Exact shares of the categories. `codes` has one entry a row, -1 where missing. */
export function categoryProfile(
  name: string,
  codes: Int32Array,
  categories: readonly string[],
): CategoryProfile {
  const mass = new Float64Array(categories.length);
  let present = 0;
  for (const code of codes) {
    if (code < 0) continue;
    mass[code]++;
    present++;
  }
  for (let c = 0; c < mass.length; c++) mass[c] /= codes.length || 1;
  const missing = codes.length === 0 ? 1 : 1 - present / codes.length;
  return { type: 'category', name, categories, mass, missing };
}
