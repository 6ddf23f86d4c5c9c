import { describe, expect, test } from 'vitest';
import { HomespunEngine } from '../../../workers/engine.ts';
import type { EngineError, Result } from '../../../workers/errors.ts';
import { memoryStore } from '../../../workers/privacy/ledgerBook.ts';
import type { Job, PrivacySettings, TableSchema } from '../../../workers/protocol.ts';
import { knownPrivacy } from '../../support/privacy.ts';
import { confirmed, csvOf, rowsOf } from '../../support/privateTable.ts';
import { privateJob, value } from '../../support/released.ts';

const rows = 240;
const csv = csvOf(rowsOf(0, rows, 60));
const ignore = (): void => undefined;
const good: PrivacySettings = { epsilon: 10, delta: 1e-10, person: null, profileShare: null };
const jobWith = (privacy: Partial<PrivacySettings>, more: Partial<Job> = {}): Job => ({
  ...privateJob,
  ...more,
  privacy: { ...good, ...privacy },
});

interface Opened {
  readonly engine: HomespunEngine;
  readonly schema: TableSchema;
  readonly store: ReturnType<typeof memoryStore>;
}

let runsBefore = 0;
const runName = (): string => `run ${++runsBefore}`;

async function opened(store = memoryStore()): Promise<Opened> {
  const engine = new HomespunEngine(() => 0, knownPrivacy(1, { store, runName }));
  const { schema } = value(await engine.open(new File([csv], 'visits.csv'), {}, ignore));
  value(await engine.setSchema(confirmed(schema)));
  return { engine, schema: confirmed(schema), store };
}

const errorOf = (result: Result<unknown>): EngineError => {
  if (result.ok) throw new Error('A refusal was expected.');
  return result.error;
};

const spentRuns = async (engine: HomespunEngine): Promise<number> =>
  value(await engine.ledger(1e-10)).runs.length;

describe('a private job is refused, in the plan and in the fit, and nothing is charged', () => {
  const person = { column: 'patient_id', rowsPerPerson: 2 };
  test.each<[string, Partial<PrivacySettings>, string]>([
    ['epsilon 0', { epsilon: 0 }, 'epsilon=0'],
    ['a negative epsilon', { epsilon: -1 }, 'epsilon=-1'],
    ['no number for epsilon', { epsilon: NaN }, 'epsilon=NaN'],
    ['an epsilon without limit', { epsilon: Infinity }, 'epsilon=Infinity'],
    ['an epsilon that protects nobody', { epsilon: 1e9 }, 'epsilon=1000000000'],
    ['delta 0', { delta: 0 }, 'delta=0'],
    ['a negative delta', { delta: -1e-6 }, 'delta=-0.000001'],
    ['delta 1', { delta: 1 }, 'delta=1'],
    ['no number for delta', { delta: NaN }, 'delta=NaN'],
    ['a delta of one row', { delta: 1 / rows }, 'below 1 / rows'],
    ['a delta of more than a row', { delta: 0.01 }, 'below 1 / rows'],
    ['no row a person', { person: { ...person, rowsPerPerson: 0 } }, 'rows per person=0'],
    ['half a row a person', { person: { ...person, rowsPerPerson: 1.5 } }, 'rows per person=1.5'],
    ['no number of rows a person', { person: { ...person, rowsPerPerson: NaN } }, 'rows per person=NaN'],
    ['a person column that is not there', { person: { ...person, column: 'nobody' } }, '“nobody”'],
    ['nothing for single columns', { profileShare: 0 }, 'share of 0'],
    ['all for single columns', { profileShare: 1 }, 'share of 1'],
    ['no number for the share', { profileShare: NaN }, 'share of NaN'],
  ])('with %s', async (_, wrong, word) => {
    const { engine, store } = await opened();
    for (const result of [await engine.plan(jobWith(wrong)), await engine.fit(jobWith(wrong), ignore)]) {
      const { code, message, hint } = errorOf(result);
      expect(code).toBe('bad-settings');
      expect(message).toContain(word);
      expect(hint?.length).toBeGreaterThan(5);
    }
    expect(await spentRuns(engine)).toBe(0);
    const { sha256 } = value(await engine.open(new File([csv], 'visits.csv'), {}, ignore));
    expect(await store.read(sha256)).toBeUndefined();
  });

  test('with a budget under which nothing could be found', async () => {
    const { engine } = await opened();
    const { privacy } = value(await engine.plan(jobWith({ epsilon: 0.1 })));
    expect(privacy?.warnings.map(({ severity }) => severity)).toContain('blocking');
    expect(errorOf(await engine.fit(jobWith({ epsilon: 0.1 }), ignore))).toMatchObject({
      code: 'bad-settings',
      message: privacy?.warnings[0].message,
    });
    expect(await spentRuns(engine)).toBe(0);
  });

  test('with nothing left to learn', async () => {
    const { engine, schema } = await opened();
    const columns = schema.columns.map((column) => ({ ...column, treatment: 'drop' as const }));
    value(
      await engine.setSchema({
        ...schema,
        columns: columns.map((column) => ({ ...column, role: 'ordinary' })),
      }),
    );
    expect(errorOf(await engine.fit(jobWith({}), ignore))).toMatchObject({
      code: 'bad-schema',
      message: 'No column is left to learn from.',
    });
    expect(await spentRuns(engine)).toBe(0);
  });
});

describe('a schema is refused', () => {
  test('that declares no category', async () => {
    const { engine, schema } = await opened();
    const empty = schema.columns.map((column) =>
      column.name === 'grade' ? { ...column, category: { categories: [] } } : column,
    );
    expect(errorOf(await engine.setSchema({ ...schema, columns: empty }))).toMatchObject({
      code: 'bad-schema',
      column: 'grade',
    });
  });

  test('that is another file’s, and the table and its schema stay', async () => {
    const { engine, schema } = await opened();
    const foreign = schema.columns.map((column, c) => (c === 3 ? { ...column, name: 'height' } : column));
    for (const columns of [foreign, schema.columns.slice(1), [...schema.columns, schema.columns[0]]])
      expect(errorOf(await engine.setSchema({ ...schema, columns }))).toMatchObject({ code: 'bad-schema' });
    expect((await engine.fit(jobWith({}), ignore)).ok).toBe(true);
    expect(await spentRuns(engine)).toBe(1);
  });
});

describe('a kept ledger that was tampered with', () => {
  async function tampered(): Promise<Opened & { readonly saved: string }> {
    const first = await opened();
    value(await first.engine.fit(jobWith({}), ignore));
    const saved = value(await first.engine.saveLedger());
    const { sha256 } = value(await first.engine.open(new File([csv], 'visits.csv'), {}, ignore));
    const file = await first.store.read(sha256);
    if (!file) throw new Error('A ledger was expected.');
    await first.store.write(sha256, { ...file, text: file.text.replace('\\"count\\":', '\\"count\\":1') });
    return { ...(await opened(first.store)), saved };
  }

  test('lets the table open and be used without privacy, and private runs are refused', async () => {
    const { engine } = await tampered();
    expect(value(await engine.ledger(null)).damaged).toContain('not as it was written');
    for (const result of [await engine.plan(jobWith({})), await engine.fit(jobWith({}), ignore)])
      expect(errorOf(result)).toMatchObject({ code: 'bad-file', message: /ledger is not as it was written/ });
    expect(errorOf(await engine.saveLedger()).code).toBe('bad-file');
    expect((await engine.fit({ ...privateJob, privacy: 'none' }, ignore)).ok).toBe(true);
  });

  test('gives way to a good copy, with all that was spent', async () => {
    const { engine, saved } = await tampered();
    expect(errorOf(await engine.loadLedger(saved.slice(0, -40))).code).toBe('bad-file');
    expect(value(await engine.loadLedger(saved)).runs).toHaveLength(1);
    expect((await engine.fit(jobWith({}), ignore)).ok).toBe(true);
    expect(await spentRuns(engine)).toBe(2);
  });
});

test('a statement is for private models only', async () => {
  const { engine } = await opened();
  expect(errorOf(await engine.statement()).code).toBe('not-ready');
  value(await engine.fit({ ...privateJob, privacy: 'none' }, ignore));
  expect(errorOf(await engine.statement())).toMatchObject({
    code: 'not-ready',
    message: 'This model was made without differential privacy.',
  });
});
