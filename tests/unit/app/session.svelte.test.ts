import { afterEach, describe, expect, it, vi } from 'vitest';
import { EngineClient } from '../../../src/app/engineClient.ts';
import { Session } from '../../../src/app/session.svelte.ts';
import { defaultSettings } from '../../../src/app/settings.ts';
import { steps } from '../../../src/app/steps.ts';
import { csv, FakeWorkers } from './fakeLink.ts';

function sessionWith(workers = new FakeWorkers()): { session: Session; workers: FakeWorkers } {
  return { session: new Session(new EngineClient(workers.start, 50), defaultSettings), workers };
}
async function opened(): Promise<{ session: Session; workers: FakeWorkers }> {
  const made = sessionWith();
  await made.session.openFile(csv());
  return made;
}
/** Runs of this one have no guarantee, and a loss that can be shown. */
async function openedWithout(): Promise<{ session: Session; workers: FakeWorkers }> {
  const made = await opened();
  made.session.chooseGuarantee(false);
  return made;
}
const kinds = (session: Session): string[] => session.schema?.columns.map((column) => column.kind) ?? [];

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('opening', () => {
  it('shows the table and its proposed schema, and opens the steps that need it', async () => {
    const { session } = sessionWith();
    expect([session.can('columns'), session.can('export')]).toEqual([false, false]);
    await session.openFile(csv('visits.csv', 5));
    expect(session.opened?.fileName).toBe('visits.csv');
    expect(session.views.map((view) => view.name)).toEqual(['id', 'answer', 'amount']);
    expect([session.can('columns'), session.can('synthesize'), session.can('export')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('keeps the table before it when the next file is bad, and says what is wrong with that one', async () => {
    const { session, workers } = await opened();
    workers.engines[0].failures.set('open', { code: 'bad-file', message: 'Line 7 ends early.', line: 7 });
    expect(await session.openFile(csv('bad.csv'))).toBe(false);
    expect(session.errors.data).toMatchObject({ line: 7 });
    expect(session.opened?.fileName).toBe('small.csv');
    expect((await session.run()).ok).toBe(true);
  });

  it('reads again with other options', async () => {
    const { session } = await opened();
    await session.reopen({ delimiter: ';' });
    expect(session.opened?.dialect.delimiter).toBe(';');
    expect(session.readOptions).toEqual({ delimiter: ';' });
  });

  it('reads a refused file differently, without losing the one that is open meanwhile', async () => {
    const { session, workers } = await opened();
    workers.engines[0].failures.set('open', { code: 'bad-file', message: 'A quote is never closed.' });
    await session.openFile(csv('quoted.csv'));
    expect([session.refused?.name, session.opened?.fileName]).toEqual(['quoted.csv', 'small.csv']);
    await session.retry({ delimiter: ';' });
    expect([session.refused, session.opened?.fileName]).toEqual([null, 'quoted.csv']);
  });

  it('names a sample that cannot be loaded', async () => {
    const { session } = sessionWith();
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
    expect(await session.openSample('./samples/staff_pay.csv')).toBe(false);
    expect(session.errors.data?.message).toContain('staff_pay.csv');
  });
});

describe('rows under conditions', () => {
  it('are asked for of the model in hand, and forgotten with it', async () => {
    const { session } = await opened();
    await session.run();
    const card = session.releasable;
    const wanted = { columns: [{ column: 'amount', interval: [1, 2] as const }] };
    session.setWanted(wanted);
    const made = await session.generateMore({ rows: 3, tables: 1, seed: 1, conditions: wanted });
    expect(made).toMatchObject({ ok: true, value: { conditions: [expect.stringContaining('amount')] } });
    expect(session.releasable).toBe(card);
    expect(session.wanted).toBe(wanted);
    await session.run();
    expect(session.wanted).toEqual({});
  });
});

const modelFile = (): File => new File(['HOMESPUN and more'], 'small.homespun');

describe('a model file', () => {
  it('is known by its first bytes and takes the place of the table', async () => {
    const { session, workers } = await opened();
    expect(await session.openAny(modelFile())).toBe(true);
    expect([session.opened, session.model?.fileName, session.tableName]).toEqual([
      null,
      'small.homespun',
      'small.csv',
    ]);
    expect(steps.map(({ id }) => session.can(id))).toEqual([true, false, false, false, false]);
    const made = await session.generateMore({ rows: 1, tables: 1, seed: 1, conditions: {} });
    expect([made.ok, session.can('export'), session.errors.scorecard]).toEqual([true, true, null]);
    expect((await session.saveModel()).ok).toBe(true);
    expect(workers.engines[0].calls).not.toContain('releasable');
    await session.openAny(csv('next.csv'));
    expect([session.model, session.opened?.fileName, session.sampled]).toEqual([null, 'next.csv', null]);
  });

  it('that is refused leaves the table open', async () => {
    const { session, workers } = await opened();
    workers.engines[0].failures.set('openModel', { code: 'bad-file', message: 'The model file is damaged.' });
    expect(await session.openAny(modelFile())).toBe(false);
    expect([session.opened?.fileName, session.errors.data?.code]).toEqual(['small.csv', 'bad-file']);
    expect((await session.run()).ok).toBe(true);
    expect(workers.engines[0].calls.filter((call) => call === 'open')).toHaveLength(1);
  });

  it('is opened again after the worker was lost', async () => {
    const { session, workers } = await opened();
    await session.openAny(modelFile());
    await session.generateMore({ rows: 1, tables: 1, seed: 1 });
    session.go('export');
    workers.crash({ code: 'failed', message: 'gone' });
    await vi.waitFor(() => {
      expect(session.sampled).toBeNull();
    });
    expect([session.step, session.stale]).toEqual(['data', null]);
    expect((await session.generateMore({ rows: 1, tables: 1, seed: 1 })).ok).toBe(true);
    expect(workers.engines[1].calls).toEqual(['openModel', 'sample']);
  });

  it('of the model of a table is saved once there is one', async () => {
    const { session } = await opened();
    expect((await session.saveModel()).ok).toBe(false);
    await session.run();
    expect(await session.saveModel()).toMatchObject({ ok: true, value: { fileName: 'small.homespun' } });
  });
});

describe('editing columns', () => {
  it('changes the page at once and the engine behind it', async () => {
    const { session, workers } = await opened();
    session.setColumn('amount', { treatment: 'drop' });
    expect(session.schema?.columns[2].treatment).toBe('drop');
    await session.schemaSettled();
    expect(workers.engines[0].schema?.columns[2].treatment).toBe('drop');
    expect(session.views[2].fate).toBe('Left out.');
  });

  it('sends many quick edits as few schemas, the last one always', async () => {
    const { session, workers } = await opened();
    for (let max = 100; max < 120; max++) session.setColumn('amount', { confidence: max / 200 });
    await session.schemaSettled();
    expect(workers.engines[0].calls.filter((call) => call === 'setSchema').length).toBeLessThan(4);
    expect(workers.engines[0].schema?.columns[2].confidence).toBe(119 / 200);
  });

  it('is undone step by step, back to the proposal', async () => {
    const { session, workers } = await opened();
    const proposed = session.schema;
    await session.setKind(['id'], 'identifier');
    session.setColumns(['answer', 'amount'], { treatment: 'drop' });
    expect(kinds(session)[0]).toBe('identifier');
    session.undo();
    session.undo();
    expect(session.schema).toEqual(proposed);
    await session.schemaSettled();
    expect(workers.engines[0].schema).toEqual(proposed);
    session.undo();
    expect(session.schema).toEqual(proposed);
  });

  it('leaves a role only one column can have with the latest', async () => {
    const { session } = await opened();
    session.setColumn('id', { role: 'target' });
    session.setColumn('answer', { role: 'target' });
    expect(session.schema?.columns.map((column) => column.role)).toEqual(['ordinary', 'target', 'ordinary']);
  });

  it('keeps a refused edit on the page with the reason beside it, and refuses to run on it', async () => {
    const { session, workers } = await opened();
    const reason = {
      code: 'bad-schema',
      message: 'The smallest is above the largest.',
      column: 'amount',
    } as const;
    workers.engines[0].failures.set('setSchema', reason);
    session.setColumn('amount', { treatment: 'drop' });
    expect(await session.run()).toEqual({ ok: false, error: reason });
    expect(session.schema?.columns[2].treatment).toBe('drop');
    session.undo();
    await session.schemaSettled();
    expect(session.errors.columns).toBeNull();
  });

  it('marks results made before it as stale', async () => {
    const { session } = await opened();
    await session.run();
    expect(session.stale).toBeNull();
    session.setColumn('id', { treatment: 'drop' });
    expect(session.stale).toBe('columns-changed');
    await session.run();
    expect(session.stale).toBeNull();
  });

  it('is refused while a run is going on', async () => {
    const { session } = await opened();
    const before = session.schema;
    const running = session.run();
    session.setColumn('id', { treatment: 'drop' });
    expect(session.schema).toBe(before);
    await running;
  });
});

describe('a run', () => {
  it('goes from learning to rows to scores, and opens the last steps', async () => {
    const { session, workers } = await openedWithout();
    const result = await session.run();
    expect(result).toMatchObject({ ok: true, value: { rows: 12, tables: 1 } });
    expect(workers.engines[0].calls.slice(-5)).toEqual(['fit', 'sample', 'score', 'ledger', 'assess']);
    expect([session.can('scorecard'), session.can('export'), session.busy]).toEqual([true, true, false]);
    expect(session.losses.map((point) => point.epoch)).toEqual([1, 2, 3, 4]);
  });

  it('cancelled leaves no result and no error', async () => {
    const { session, workers } = await openedWithout();
    workers.engines[0].stepMs = 20;
    const running = session.run();
    await vi.waitFor(() => {
      expect(session.losses.length).toBeGreaterThan(0);
    });
    await session.stop('discard');
    expect(await running).toMatchObject({ ok: false, error: { code: 'stopped' } });
    expect([session.fit, session.sampled, session.errors.synthesize, session.task]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('stopped early keeps what was learned, and goes on to rows and scores', async () => {
    const { session, workers } = await openedWithout();
    workers.engines[0].stepMs = 15;
    const running = session.run();
    await vi.waitFor(() => {
      expect(session.losses.length).toBeGreaterThan(0);
    });
    await session.stop('keep');
    expect((await running).ok).toBe(true);
    expect(session.fit?.stopped).toBe(true);
    expect(session.scorecard).not.toBeNull();
  });

  it('whose worker crashes says so, and the next run works', async () => {
    const { session, workers } = await openedWithout();
    workers.engines[0].stepMs = 20;
    const running = session.run();
    await vi.waitFor(() => {
      expect(workers.engines[0].calls).toContain('fit');
    });
    workers.crash({ code: 'failed', message: 'The worker stopped.' });
    await running;
    expect(session.errors.synthesize?.message).toBe('The worker stopped.');
    expect(session.schema).not.toBeNull();
    expect((await session.run()).ok).toBe(true);
    expect(workers.engines).toHaveLength(2);
  });

  it('keeps its rows when only the scores fail', async () => {
    const { session, workers } = await openedWithout();
    workers.engines[0].failures.set('score', { code: 'out-of-memory', message: 'No memory.' });
    expect((await session.run()).ok).toBe(true);
    expect(session.sampled?.rows).toBe(12);
    expect(session.errors.scorecard?.code).toBe('out-of-memory');
  });

  it('is one at a time', async () => {
    const { session } = await openedWithout();
    const first = session.run();
    const second = await session.run();
    expect(second).toMatchObject({ ok: false, error: { code: 'not-ready' } });
    expect((await first).ok).toBe(true);
  });
});

describe('more tables', () => {
  it('come from the same model', async () => {
    const { session, workers } = await opened();
    await session.run();
    await session.generateMore({ rows: 3, tables: 2, seed: 9 });
    expect(session.sampled).toMatchObject({ rows: 3, tables: 2 });
    expect(workers.engines[0].calls.filter((call) => call === 'fit')).toHaveLength(1);
  });

  it('are written with the guard against formulas unless it is switched off', async () => {
    const { session } = await opened();
    await session.run();
    const texts: string[] = [];
    for (const escapeFormulas of [true, false]) {
      session.setSettings({ escapeFormulas });
      const written = await session.write(0);
      if (written.ok) texts.push(await written.value.blob.text());
    }
    expect(texts).toEqual(['table 0, guarded true\n', 'table 0, guarded false\n']);
  });
});

describe('settings', () => {
  it('are remembered, and nothing of a file is', async () => {
    const stored = new Map<string, string>();
    vi.stubGlobal('localStorage', { setItem: (key: string, value: string) => stored.set(key, value) });
    const { session } = sessionWith();
    await session.openFile(csv('patients of doctor novak.csv'));
    session.setSettings({ theme: 'dark' });
    session.setJob({ seed: 7, watch: 'amount' });
    const all = [...stored].join();
    expect(all).toContain('"theme":"dark"');
    expect(all).toContain('"seed":7');
    for (const word of ['novak', 'amount', 'answer']) expect(all).not.toContain(word);
  });
});

describe('steps', () => {
  it('an address that is not possible yet leads to the last step that is', async () => {
    const { session } = sessionWith();
    session.follow('#/export');
    expect(session.step).toBe('data');
    await session.openFile(csv());
    session.follow('#/export');
    expect(session.step).toBe('synthesize');
    session.follow('#/nowhere');
    expect(session.step).toBe('data');
  });
});
