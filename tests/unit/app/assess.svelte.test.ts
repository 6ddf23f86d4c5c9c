import { describe, expect, it } from 'vitest';
import { EngineClient } from '../../../src/app/engineClient.ts';
import { Session } from '../../../src/app/session.svelte.ts';
import { defaultSettings, defaultTargets, parseSettings } from '../../../src/app/settings.ts';
import { csv, FakeWorkers } from './fakeLink.ts';

async function scored(prepare?: (workers: FakeWorkers) => void) {
  const workers = new FakeWorkers();
  const session = new Session(new EngineClient(workers.start, 50), defaultSettings);
  await session.openFile(csv());
  prepare?.(workers);
  await session.run();
  return { session, workers, calls: workers.engines[0].calls };
}

describe('the figures after the first scorecard', () => {
  it('come in beside other work: the run has ended, and the table can be written meanwhile', async () => {
    const { session } = await scored();
    expect([session.busy, session.assessing !== null]).toEqual([false, true]);
    expect((await session.write(0)).ok).toBe(true);
    await session.assessmentSettled();
    expect(session.assessed?.assessments.map(({ state }) => state)).toEqual(['done']);
    expect(session.assessing).toBeNull();
  });

  it('have ended when their result is there, though a last word of progress comes after it', async () => {
    const { session } = await scored((workers) => (workers.engines[0].late = true));
    await session.assessmentSettled();
    await new Promise((wake) => setTimeout(wake, 30));
    expect(session.assessing).toBeNull();
    expect(session.assessed?.assessments.map(({ state }) => state)).toEqual(['done']);
  });

  it('stay as far as they are when they are stopped', async () => {
    const { session, calls } = await scored();
    session.stopAssessing();
    await session.assessmentSettled();
    expect(calls).toContain('stopAssessing');
    expect(session.assessed?.assessments[0].state).toBe('stopped');
    expect(session.assessed?.figures.length).toBeGreaterThan(0);
  });

  it('go with their table: the next run starts from none', async () => {
    const { session } = await scored();
    await session.assessmentSettled();
    const running = session.run({}, false);
    expect(session.assessed).not.toBeNull();
    await running;
    expect([session.assessed, session.assessing]).toEqual([null, null]);
  });

  it('that fail leave the first scorecard, and say why', async () => {
    const failure = { code: 'failed', message: 'Out of luck.' } as const;
    const { session } = await scored((workers) => workers.engines[0].failures.set('assess', failure));
    await session.assessmentSettled();
    expect([session.scorecard !== null, session.assessed]).toEqual([true, null]);
    expect(session.errors.scorecard?.message).toBe('Out of luck.');
  });

  it('are held against other targets without being computed again, and those are remembered', async () => {
    const { session, calls } = await scored();
    await session.assessmentSettled();
    await session.setTarget('similarity', 99.5);
    expect(session.assessed?.headline.cards[0].target.bound).toBe(99.5);
    expect(calls.filter((call) => call === 'assess')).toHaveLength(1);
    expect(session.settings.targets.similarity).toBe(99.5);
  });

  it('are computed again for other columns to predict', async () => {
    const { session, calls } = await scored();
    await session.predict(['answer']);
    expect(session.assessed?.targets).toEqual(['answer']);
    expect(calls.filter((call) => call === 'assess')).toHaveLength(2);
  });

  it('are reported in the wanted scope', async () => {
    const { session } = await scored();
    const result = await session.report('releasable');
    expect(result).toMatchObject({ ok: true, value: { html: '<p>releasable</p>' } });
  });
});

describe('targets in the settings', () => {
  it('fall back one by one where they are out of range', () => {
    const stored = JSON.stringify({ targets: { similarity: 50, privacy: 'high', utility: 7 } });
    expect(parseSettings(stored).targets).toEqual({ ...defaultTargets, similarity: 50 });
    expect(parseSettings('{}').targets).toEqual(defaultTargets);
  });
});
