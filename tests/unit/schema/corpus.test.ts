import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HomespunError } from '../../../workers/errors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import { outputTexts } from '../../../workers/schema/outputTexts.ts';
import { parseSchema, serializeSchema } from '../../../workers/schema/parseSchema.ts';
import { toTable } from '../../../workers/schema/toTable.ts';
import { validateSchema } from '../../../workers/schema/validateSchema.ts';
import { viewsOf } from '../../../workers/schema/views.ts';
import type { RawTable } from '../../../workers/table/types.ts';
import { readBlob } from './tables.ts';

const folder = fileURLToPath(new URL('../../fixtures/csv/', import.meta.url));
const names = readdirSync(folder).filter((name) => /\.[ct]sv$/.test(name));

/** The table, or null where the file is refused. */
async function readOrRefuse(name: string): Promise<RawTable | null> {
  try {
    return await readBlob(new Blob([readFileSync(folder + name)]));
  } catch (cause) {
    if (cause instanceof HomespunError) return null;
    throw cause;
  }
}

describe('every file of the corpus that can be read', () => {
  it('is there', () => {
    expect(names.length).toBeGreaterThan(40);
  });

  for (const name of names) {
    it(`goes from proposal to output: ${name}`, async () => {
      const raw = await readOrRefuse(name);
      if (raw === null) return;
      const schema = inferSchema(raw);
      expect(schema.columns.map((column) => column.name)).toEqual(raw.columns.map((column) => column.name));
      expect(parseSchema(serializeSchema(schema), raw)).toEqual(schema);
      expect(validateSchema(schema, raw).every(({ message }) => message.length > 0)).toBe(true);
      expect(viewsOf(raw, schema)).toHaveLength(schema.columns.length);
      const { table } = toTable(raw, schema);
      const columns = outputTexts(table, schema, seededRng(1), 0);
      const kept = schema.columns.filter(({ treatment }) => treatment !== 'drop');
      expect(columns.map((column) => column.name)).toEqual(kept.map((column) => column.name));
      for (const { text } of columns) {
        for (let row = 0; row < Math.min(50, raw.rows); row++) expect(text(row)).toBeTypeOf('string');
      }
    });
  }
});
