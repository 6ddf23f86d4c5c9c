import { hintsOf } from './columnName.ts';
import type { ColumnSchema } from './types.ts';

/** Likenesses that name a person or an account, and so can say which rows belong together. */
const POINTS_AT_PERSON = new Set(['email', 'phone', 'iban', 'card', 'ssn']);
/** Rows a value must have on average before a key is more than a key with a few repeats. */
const ROWS_PER_PERSON = 1.2;

/**
 * Proposes roles: quasi-identifiers by name, and the person column, whose values repeat over rows and look like a key.
 * Where a key of persons is unique a row is a person, and no column is proposed.
 */
export function withRoles(columns: readonly ColumnSchema[], rows: number): ColumnSchema[] {
  const person = personColumn(columns, rows);
  return columns.map((column) => {
    if (column === person) return { ...column, role: 'person' };
    return column.treatment === 'learn' && hintsOf(column.name).quasi
      ? { ...column, role: 'quasi-identifier' }
      : column;
  });
}

function personColumn(columns: readonly ColumnSchema[], rows: number): ColumnSchema | null {
  const rowIsPerson = columns.some(
    ({ name, identifier }) => identifier?.unique && hintsOf(name).person && identifier.looksLike !== 'name',
  );
  if (rowIsPerson) return null;
  let best: ColumnSchema | null = null;
  let bestScore = 0;
  for (const column of columns) {
    const score = personScore(column, rows);
    if (score > bestScore) {
      best = column;
      bestScore = score;
    }
  }
  return best;
}

/** 0 for no candidate; keys of persons before other keys, then the finer key. */
function personScore({ name, identifier }: ColumnSchema, rows: number): number {
  if (!identifier || identifier.unique || (identifier.rowsPerValue ?? 1) < ROWS_PER_PERSON) return 0;
  const { looksLike, rowsPerValue = 1 } = identifier;
  if (looksLike !== undefined && !POINTS_AT_PERSON.has(looksLike)) return 0;
  const hints = hintsOf(name);
  if (looksLike === undefined && !hints.person && !hints.key) return 0;
  const values = rows / rowsPerValue;
  return values < 10 ? 0 : values + (hints.person || looksLike !== undefined ? rows : 0);
}
