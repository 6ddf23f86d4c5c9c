import { countIds, rowIds } from '../rowIds.ts';

/** Share of rows that are not the first of their kind. */
export function duplicateShare(columns: readonly ArrayLike<number>[]): number {
  const { ids, count } = rowIds([columns]);
  return ids[0].length === 0 ? NaN : 1 - count / ids[0].length;
}

/** Share of keys that are present and stand in no row before; the empty text is missing. */
export function keyUniqueness(keys: readonly (string | null)[]): number {
  const seen = new Set<string>();
  for (const key of keys) if (key !== null && key !== '') seen.add(key);
  return keys.length === 0 ? NaN : seen.size / keys.length;
}

/** Real rows that stand once in their table, and those of them another table has. */
export function uniqueMatches(
  real: readonly ArrayLike<number>[],
  other: readonly ArrayLike<number>[],
): { readonly unique: number; readonly matched: number } {
  const { ids, count } = rowIds([real, other]);
  const [inReal, inOther] = ids.map((own) => countIds(own, count));
  let [unique, matched] = [0, 0];
  inReal.forEach((rows, id) => {
    if (rows !== 1) return;
    unique++;
    if (inOther[id] > 0) matched++;
  });
  return { unique, matched };
}
