import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { HomespunError } from '../../../workers/errors.ts';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import { parseSchema, serializeSchema } from '../../../workers/schema/parseSchema.ts';
import { retype } from '../../../workers/schema/retype.ts';
import { toTable } from '../../../workers/schema/toTable.ts';
import type { ColumnKind, ColumnSchema, TableSchema } from '../../../workers/schema/types.ts';
import { validateSchema } from '../../../workers/schema/validateSchema.ts';
import { viewsOf } from '../../../workers/schema/views.ts';
import type { RawTable } from '../../../workers/table/types.ts';
import { readText } from './tables.ts';

const words = ['red', 'green', 'blue', 'Red'];
const rows = Array.from({ length: 120 }, (_, i) =>
  [
    `K${String(i + 1).padStart(4, '0')}`,
    i % 40,
    i % 10 === 3 ? 'NA' : ((i * 13) % 97) / 4,
    words[i % 4],
    i % 3 === 0 ? 'yes' : 'no',
    `2024-0${1 + (i % 9)}-1${i % 9}`,
    'same',
    i % 2,
  ].join(','),
);
const text = ['key,age,price,colour,member,seen,release,flag', ...rows, ''].join('\n');

let raw: RawTable;
let schema: TableSchema;
beforeAll(async () => {
  raw = await readText(text);
  schema = inferSchema(raw);
});

const column = (name: string): ColumnSchema => {
  const found = schema.columns.find((entry) => entry.name === name);
  if (!found) throw new RangeError(name);
  return found;
};
const withColumn = (name: string, change: Partial<ColumnSchema>): TableSchema => ({
  ...schema,
  columns: schema.columns.map((entry) => (entry.name === name ? { ...entry, ...change } : entry)),
});
const fault = (work: () => unknown): HomespunError => {
  try {
    work();
  } catch (cause) {
    if (cause instanceof HomespunError) return cause;
    throw cause;
  }
  throw new RangeError('nothing was refused');
};

describe('a schema file', () => {
  it('gives back what was saved', () => {
    expect(parseSchema(serializeSchema(schema), raw)).toEqual(schema);
  });

  it('may leave out all but name and kind', () => {
    const columns = schema.columns.map(({ name, kind }) => ({ name, kind }));
    const parsed = parseSchema(JSON.stringify({ version: 1, columns }), raw);
    expect(parsed.columns.map(({ number, category }) => [number, category])).toEqual(
      schema.columns.map(({ number, category }) => [number, category]),
    );
    expect(parsed.dialect).toEqual(schema.dialect);
  });

  it('may order columns and change kinds, bounds and treatments', () => {
    const columns = [
      { name: 'flag', kind: 'category' },
      ...schema.columns.filter(({ name }) => !['flag', 'age'].includes(name)),
      { name: 'age', kind: 'decimal', treatment: 'drop', domain: 'declared', number: { min: 0, max: 120 } },
    ];
    const parsed = parseSchema(JSON.stringify({ version: 1, columns }), raw);
    expect(parsed.columns[0]).toMatchObject({
      name: 'flag',
      kind: 'category',
      category: { categories: ['0', '1'] },
    });
    expect(parsed.columns.at(-1)).toMatchObject({
      treatment: 'drop',
      domain: 'declared',
      number: { max: 120 },
    });
  });

  const file = (change: (columns: Record<string, unknown>[]) => unknown): string => {
    const columns = schema.columns.map(({ name, kind }): Record<string, unknown> => ({ name, kind }));
    return JSON.stringify({ version: 1, columns: change(columns) });
  };
  const edit = (name: string, fields: Record<string, unknown>) => (columns: Record<string, unknown>[]) =>
    columns.map((entry) => (entry.name === name ? { ...entry, ...fields } : entry));
  const refused: readonly (readonly [string, () => string, RegExp])[] = [
    ['malformed JSON', () => '{"version": 1,', /not valid JSON/],
    ['another version', () => '{"version": 2, "columns": []}', /version 2/],
    ['no version', () => '{"columns": []}', /no version/],
    ['a list', () => '[]', /object/],
    ['no columns', () => '{"version": 1}', /list at the top, columns/],
    [
      'an unknown column',
      () => file((all) => [...all, { name: 'ghost', kind: 'text' }]),
      /“ghost” is not in the table/,
    ],
    ['a missing column', () => file((all) => all.slice(1)), /“key” is not in the schema/],
    ['a column twice', () => file((all) => [...all, all[1]]), /“age” stands twice/],
    ['an unknown kind', () => file(edit('age', { kind: 'number' })), /column “age”, kind/],
    ['an impossible kind', () => file(edit('colour', { kind: 'datetime' })), /“colour” holds no dates/],
    [
      'an empty category list',
      () => file(edit('colour', { category: { categories: [] } })),
      /“colour” has an empty/,
    ],
    ['a category twice', () => file(edit('colour', { category: { categories: ['red', 'red'] } })), /twice/],
    [
      'min above max',
      () => file(edit('age', { number: { min: 5, max: 1 } })),
      /“age” has a least value above/,
    ],
    [
      'a bound that is no number',
      () => file(edit('age', { number: { min: '5' } })),
      /column “age”, number, min/,
    ],
    ['a wrong treatment', () => file(edit('key', { treatment: 'learn' })), /“key” is of kind identifier/],
    [
      'a wrong pattern',
      () => file(edit('seen', { datetime: { pattern: 'QQQQ' } })),
      /“seen” has a date pattern/,
    ],
    ['a wrong role', () => file(edit('age', { role: 'boss' })), /column “age”, role/],
    [
      'a category that means missing',
      () => file(edit('colour', { missingTokens: ['red'] })),
      /missing token too/,
    ],
    [
      'a dropped target',
      () => file(edit('age', { role: 'target', treatment: 'drop' })),
      /“age” is the target/,
    ],
  ];
  for (const [what, json, message] of refused) {
    it(`with ${what} is refused with a message that says so`, () => {
      const error = fault(() => parseSchema(json(), raw));
      expect(error.code).toBe('bad-schema');
      expect(error.message).toMatch(message);
    });
  }

  it('of any JSON is read or refused, never half read', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(fault(() => parseSchema(json, raw)).code).toBe('bad-schema');
      }),
      { numRuns: 200 },
    );
  });
});

describe('a confirmed schema', () => {
  it('that was proposed has nothing to say but spellings', () => {
    expect(validateSchema(schema, raw)).toEqual([
      expect.objectContaining({ severity: 'info', column: 'colour' }),
    ]);
  });

  it('counts cells that do not fit: they become missing', () => {
    const narrow = withColumn('colour', { category: { categories: ['red', 'green'] } });
    const { table, notices } = toTable(raw, narrow);
    const colour = table.columns.find(({ name }) => name === 'colour');
    expect(colour?.type === 'category' && colour.codes.filter((code) => code === -1)).toHaveLength(60);
    expect(notices).toEqual([
      expect.objectContaining({ column: 'colour', message: expect.stringContaining('60 cells') }),
    ]);
  });

  it('moves numbers outside the bounds to the bound and counts them', () => {
    const { number } = column('age');
    const tight = withColumn('age', { number: number && { ...number, min: 10, max: 19 } });
    const { table, notices } = toTable(raw, tight);
    const age = table.columns.find(({ name }) => name === 'age');
    expect(age?.type === 'number' && [Math.min(...age.values), Math.max(...age.values)]).toEqual([10, 19]);
    expect(notices[0]).toMatchObject({ column: 'age', message: expect.stringContaining('90 cells') });
  });

  it('takes missing tokens of any kind as missing', () => {
    const { table } = toTable(raw, withColumn('age', { missingTokens: ['7'] }));
    const age = table.columns.find(({ name }) => name === 'age');
    expect(age?.type === 'number' && age.values.filter(Number.isNaN)).toHaveLength(3);
  });

  it('reads dates in the pattern it names', async () => {
    const table = await readText('seen,n\n03/02/2024,1\n04/05/2024,2\n01/12/2023,3\n');
    const proposed = inferSchema(table);
    const [seen] = proposed.columns;
    expect(seen.datetime).toMatchObject({ pattern: 'dd/MM/yyyy', ambiguousDayMonth: true });
    const swapped = seen.datetime && { ...seen.datetime, pattern: 'MM/dd/yyyy', min: 0, max: 4e12 };
    const result = toTable(table, {
      ...proposed,
      columns: [{ ...seen, datetime: swapped }, proposed.columns[1]],
    });
    const [first] = result.table.columns;
    expect(first.type === 'datetime' && first.values[0]).toBe(Date.UTC(2024, 2, 2));
  });

  it('with two person columns is refused', () => {
    const two = {
      ...schema,
      columns: schema.columns.map((entry, i) => (i < 2 ? { ...entry, role: 'person' as const } : entry)),
    };
    expect(fault(() => validateSchema(two, raw)).message).toMatch(/second person/);
  });
});

describe('retype', () => {
  const possible: readonly (readonly [string, readonly ColumnKind[]])[] = [
    ['key', ['identifier', 'text', 'category']],
    ['age', ['integer', 'decimal', 'category', 'identifier', 'text']],
    ['price', ['decimal', 'category', 'identifier', 'text']],
    ['colour', ['category', 'identifier', 'text']],
    ['member', ['boolean', 'category', 'identifier', 'text']],
    ['seen', ['datetime', 'category', 'identifier', 'text']],
    ['release', ['constant', 'category', 'identifier', 'text']],
    ['flag', ['boolean', 'integer', 'decimal', 'category', 'identifier', 'text']],
  ];
  const kinds: readonly ColumnKind[] = [
    'integer',
    'decimal',
    'category',
    'boolean',
    'datetime',
    'identifier',
    'text',
    'constant',
  ];
  for (const [name, allowed] of possible) {
    for (const kind of kinds) {
      const can = allowed.includes(kind);
      it(`${can ? 'makes' : 'refuses to make'} ${name} ${kind}`, () => {
        if (!can) {
          const error = fault(() => retype(raw, name, kind));
          expect([error.code, error.column]).toEqual(['bad-schema', name]);
          expect(error.hint).toBeTruthy();
          return;
        }
        const entry = retype(raw, name, kind);
        expect(entry.kind).toBe(kind);
        expect(validateSchema(withColumn(name, entry), raw)).toBeInstanceOf(Array);
      });
    }
  }

  it('refuses a column that is not there', () => {
    expect(fault(() => retype(raw, 'ghost', 'text')).message).toContain('ghost');
  });
});

describe('views', () => {
  it('picture every column, and their counts add up to the rows', () => {
    const views = viewsOf(raw, schema);
    expect(views.map(({ name }) => name)).toEqual(schema.columns.map(({ name }) => name));
    for (const { sketch, missing, fate, examples } of views) {
      expect(fate).toMatch(/\.$/);
      expect(examples.length).toBeGreaterThan(0);
      if (sketch.type === 'none') continue;
      const others = sketch.type === 'category' ? sketch.others : 0;
      expect(sketch.counts.reduce((sum, count) => sum + count, 0) + others + missing).toBe(raw.rows);
      if (sketch.type !== 'category') expect(sketch.edges).toHaveLength(sketch.counts.length + 1);
    }
  });

  it('count what is missing and what is different', () => {
    const price = viewsOf(raw, schema).find(({ name }) => name === 'price');
    expect(price).toMatchObject({ missing: 12 });
    expect(price?.distinct).toBe(
      new Set(rows.map((row) => row.split(',')[2]).filter((cell) => cell !== 'NA')).size,
    );
  });
});
