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

  it('take figures of the person’s own, one by one, and keep what fits', async () => {
    const { session, calls } = await scored();
    await session.assessmentSettled();
    const fine = { text: 'share(answer = yes)', tolerance: 0.05 };
    expect(await session.addFormula(fine)).toBeNull();
    expect(await session.addFormula({ text: 'a?', tolerance: 0.05 })).toMatchObject({ position: 1 });
    expect(session.formulas).toEqual([fine]);
    expect(session.assessed?.details.domain?.map(({ formula }) => formula)).toEqual([fine]);
    await session.setFormulas([{ ...fine, tolerance: 0.1 }]);
    expect(session.formulas[0].tolerance).toBe(0.1);
    await session.setFormulas([]);
    expect(session.assessed?.details.domain).toEqual([]);
    expect(calls.filter((call) => call === 'assess')).toHaveLength(1);
  });

  it('take a deep audit that is asked for, and nothing of one that is stopped', async () => {
    const { session } = await scored();
    await session.assessmentSettled();
    expect(await session.auditPlan()).toMatchObject({ reason: null });
    const stopped = session.deepAudit();
    expect(session.task?.kind).toBe('audit');
    while (session.progress?.stage !== 'audit') await new Promise((wake) => setTimeout(wake, 1));
    await session.stop('discard');
    await stopped;
    expect(session.assessed?.details.shadow).toBeUndefined();
    await session.deepAudit();
    expect(session.assessed?.details.shadow?.epsilon).toBe(0.3);
  });

  it('with formulas planned before the run, and none for another file', async () => {
    const { session } = await scored();
    const planned = [{ text: 'count()', tolerance: 0.05 }];
    expect(await session.planFormulas([{ text: '?', tolerance: 0.05 }])).toMatchObject({ ok: false });
    expect(session.formulas).toEqual([]);
    expect(await session.planFormulas(planned)).toMatchObject({ ok: true });
    expect(session.formulas).toEqual(planned);
    await session.openFile(csv());
    expect(session.formulas).toEqual([]);
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
