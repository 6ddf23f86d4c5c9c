import type { Notice, RawTable } from '../table/types.ts';
import { checkSchema } from './checkSchema.ts';
import { hasSpellings } from './textFacts.ts';
import { toTable } from './toTable.ts';
import type { TableSchema } from './types.ts';

/**
 * Checks a schema against the table it is for and says what it will do to cells that do not fit.
 * Throws `bad-schema` naming the column when the schema does not match the table or contradicts itself.
 */
export function validateSchema(schema: TableSchema, raw: RawTable): Notice[] {
  checkSchema(
    schema,
    raw.columns.map(({ name }) => name),
  );
  const notices = toTable(raw, schema).notices;
  for (const { name, treatment, category, datetime } of schema.columns) {
    if (treatment !== 'learn') continue;
    if (category && hasSpellings(category.categories)) {
      const message = `“${name}” has categories that differ only in case or blanks; they stay apart.`;
      notices.push({ severity: 'info', message, column: name });
    }
    if (datetime?.ambiguousDayMonth) {
      const message = `In “${name}” day and month could be the other way round; it is read as ${datetime.pattern}.`;
      notices.push({ severity: 'warning', message, column: name });
    }
  }
  return notices;
}
