import { describe, expect, it, vi } from 'vitest';
import { EngineClient } from '../../../src/app/engineClient.ts';
import type { Job, Progress } from '../../../workers/protocol.ts';
import { csv, FakeWorkers } from './fakeLink.ts';

const job: Job = {
  method: 'vae',
  privacy: 'none',
  holdout: 0,
  seed: 1,
  backend: 'auto',
  epochs: null,
  watch: null,
  anonymise: null,
  rules: [],
};
const quiet = (): void => undefined;

describe('calls to the engine', () => {
  it('starts no worker before the first call, and one for all calls', async () => {
    const workers = new FakeWorkers();
    const client = new EngineClient(workers.start);
    expect(workers.engines).toHaveLength(0);
    await Promise.all([client.info(), client.info()]);
    expect(workers.engines).toHaveLength(1);
  });

  it('run one after the other, in the order asked', async () => {
    const workers = new FakeWorkers();
    const client = new EngineClient(workers.start);
    const done: string[] = [];
    await Promise.all([
      client.open(csv(), {}, quiet).then(() => done.push('open')),
      client.fit(job, quiet).then((result) => done.push(`fit ${String(result.ok)}`)),
      client.sample({ rows: 2, tables: 1, seed: 1 }, quiet).then(() => done.push('sample')),
    ]);
    expect(done).toEqual(['open', 'fit true', 'sample']);
  });

  it('pass on progress', async () => {
    const client = new EngineClient(new FakeWorkers().start);
    const heard: Progress[] = [];
    await client.open(csv(), {}, (progress) => heard.push(progress));
    expect(heard.map((progress) => progress.done)).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('come back as data when the engine throws', async () => {
    const workers = new FakeWorkers((engine) => {
      engine.info = () => Promise.reject(new Error('lost its way'));
    });
    const result = await new EngineClient(workers.start).info();
    expect(result).toMatchObject({ ok: false, error: { code: 'failed', message: 'lost its way' } });
  });
});

describe('a worker that crashes', () => {
  it('answers the running call with the reason', async () => {
    const workers = new FakeWorkers((engine) => (engine.stepMs = 30));
    const client = new EngineClient(workers.start);
    const opening = client.open(csv(), {}, quiet);
    await vi.waitFor(() => {
      expect(workers.engines).toHaveLength(1);
    });
    workers.crash({ code: 'failed', message: 'gone' });
    expect(await opening).toEqual({ ok: false, error: { code: 'failed', message: 'gone' } });
  });

  it('is started again with the same file and schema before the next call', async () => {
    const workers = new FakeWorkers();
    const client = new EngineClient(workers.start);
    const lost = vi.fn();
    client.onLost = lost;
    const opened = await client.open(csv(), { delimiter: ',' }, quiet);
    if (!opened.ok) throw new Error('the fake engine opens every file');
    const schema = { ...opened.value.schema, columns: opened.value.schema.columns.toReversed() };
    await client.setSchema(schema);
    workers.crash({ code: 'failed', message: 'gone' });
    await vi.waitFor(() => {
      expect(lost).toHaveBeenCalledOnce();
    });
    expect((await client.plan(job)).ok).toBe(true);
    expect(workers.engines[1].calls).toEqual(['open', 'setSchema', 'plan']);
    expect(workers.engines[1].schema).toEqual(schema);
  });
});

describe('opening a file that cannot be read', () => {
  it('leaves the table before it within reach', async () => {
    const workers = new FakeWorkers();
    const client = new EngineClient(workers.start);
    await client.open(csv('good.csv'), {}, quiet);
    workers.engines[0].failures.set('open', { code: 'bad-file', message: 'Line 3 has no end.', line: 3 });
    expect((await client.open(csv('bad.csv'), {}, quiet)).ok).toBe(false);
    expect((await client.fit(job, quiet)).ok).toBe(true);
    expect(workers.engines[0].calls).toEqual(['open', 'open', 'open', 'fit']);
  });
});

describe('stopping', () => {
  it('lets an engine that answers live on', async () => {
    const workers = new FakeWorkers((engine) => (engine.stepMs = 15));
    const client = new EngineClient(workers.start, 500);
    await client.open(csv(), {}, quiet);
    const fitting = client.fit(job, quiet);
    await vi.waitFor(() => {
      expect(workers.engines[0].calls).toContain('fit');
    });
    await client.stop('discard');
    expect(await fitting).toMatchObject({ ok: false, error: { code: 'stopped' } });
    await client.info();
    expect(workers.engines).toHaveLength(1);
  });

  it('ends an engine that does not answer in time, and reads the file again', async () => {
    const workers = new FakeWorkers((engine) => (engine.deaf = true));
    const client = new EngineClient(workers.start, 40);
    await client.open(csv(), {}, quiet);
    workers.engines[0].stepMs = 5000;
    const fitting = client.fit(job, quiet);
    await vi.waitFor(() => {
      expect(workers.engines[0].calls).toContain('fit');
    });
    await client.stop('discard');
    expect(await fitting).toMatchObject({ ok: false, error: { code: 'stopped' } });
    await client.plan(job);
    expect(workers.engines[1].calls).toEqual(['open', 'plan']);
  });

  it('never ends an engine that is asked to keep what it learned', async () => {
    const workers = new FakeWorkers((engine) => (engine.deaf = true));
    const client = new EngineClient(workers.start, 5);
    await client.open(csv(), {}, quiet);
    workers.engines[0].stepMs = 20;
    const fitting = client.fit(job, quiet);
    await vi.waitFor(() => {
      expect(workers.engines[0].calls).toContain('fit');
    });
    await client.stop('keep');
    expect((await fitting).ok).toBe(true);
    expect(workers.engines).toHaveLength(1);
  });

  it('without a running call does nothing', async () => {
    const workers = new FakeWorkers();
    const client = new EngineClient(workers.start, 5);
    await client.open(csv(), {}, quiet);
    await client.stop('discard');
    expect(workers.engines[0].calls).toEqual(['open']);
  });
});
