import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import { toTable } from '../../../workers/schema/toTable.ts';
import type { ColumnKind } from '../../../workers/schema/types.ts';
import { viewsOf } from '../../../workers/schema/views.ts';
import { JUDGED, type Judgement } from './judged.ts';
import { readPath, sharedFile } from './tables.ts';

const EITHER: readonly ColumnKind[] = ['integer', 'category'];
const KINDS: readonly ColumnKind[] = [
  'integer',
  'decimal',
  'category',
  'boolean',
  'datetime',
  'identifier',
  'text',
  'constant',
];

/** Kinds that are right for each column. */
function kindsOf(judgement: Judgement): Map<string, readonly ColumnKind[]> {
  const kinds = new Map<string, readonly ColumnKind[]>();
  for (const kind of KINDS) for (const name of judgement[kind] ?? []) kinds.set(name, [kind]);
  for (const name of judgement.integerOrCategory ?? []) kinds.set(name, EITHER);
  return kinds;
}

describe('a proposed schema', () => {
  for (const [path, judgement] of Object.entries(JUDGED)) {
    const file = sharedFile(path);
    it.skipIf(file === null)(`gives every column of ${path} the kind a careful reader would`, async () => {
      const { columns } = inferSchema(await readPath(file ?? ''));
      const kinds = kindsOf(judgement);
      expect(columns.map(({ name }) => name).sort()).toEqual([...kinds.keys()].sort());
      const wrong = columns.filter(({ name, kind }) => !kinds.get(name)?.includes(kind));
      expect(wrong.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([]);
      const tokens = columns.filter(({ missingTokens }) => missingTokens.length > 0);
      expect(Object.fromEntries(tokens.map(({ name, missingTokens }) => [name, missingTokens]))).toEqual(
        judgement.missing ?? {},
      );
      expect(columns.find(({ role }) => role === 'person')?.name).toBe(judgement.person);
    });
  }
});

interface ProfiledColumn {
  readonly name: string;
  readonly distinct: number;
  readonly missing_hard?: number;
  readonly tokens?: Readonly<Record<string, number>>;
}

const profiles = sharedFile('data/profiles.json');

describe.skipIf(profiles === null)('views', () => {
  const known =
    profiles === null
      ? {}
      : (JSON.parse(readFileSync(profiles, 'utf8')) as Record<string, { columns: ProfiledColumn[] }>);
  for (const [name, { columns }] of Object.entries(known)) {
    it(`count distinct and missing cells of ${name} as an independent count does`, async () => {
      const raw = await readPath(sharedFile(`data/${name}`) ?? '');
      const schema = inferSchema(raw);
      const views = viewsOf(raw, schema);
      const misfits = new Set(toTable(raw, schema).notices.map((notice) => notice.column));
      let compared = 0;
      columns.forEach(({ name: column, distinct, missing_hard: hard = 0, tokens = {} }, i) => {
        const { missingTokens } = schema.columns[i];
        if (misfits.has(column)) return;
        // What the independent count takes for a value: sentinels, and codes of the table's own ("N", -1).
        const soft = hard > 0 ? [] : missingTokens;
        const known = soft.every((token) => token in tokens);
        if (hard > 0 && missingTokens.some((token) => !(token in tokens))) return;
        const missing = hard > 0 ? hard : soft.reduce((sum, token) => sum + (tokens[token] ?? 0), 0);
        compared++;
        expect([column, views[i].distinct]).toEqual([column, distinct - soft.length]);
        if (known) expect([column, views[i].missing]).toEqual([column, missing]);
      });
      expect(compared).toBeGreaterThan(columns.length * 0.7);
    });
  }
});
