import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { automation } from '../../../src/app/automation.ts';
import { EngineClient } from '../../../src/app/engineClient.ts';
import { leastExponent, personCandidates } from '../../../src/app/privacySettings.ts';
import { isBlocked } from '../../../src/app/privacySession.svelte.ts';
import { Session } from '../../../src/app/session.svelte.ts';
import { defaultSettings, parseSettings } from '../../../src/app/settings.ts';
import type { PrivacySettings } from '../../../workers/protocol.ts';
import type { FakeEngine } from './fakeEngine.ts';
import { csv, FakeWorkers } from './fakeLink.ts';

async function opened(
  prepare?: (engine: FakeEngine) => void,
): Promise<{ session: Session; engine: FakeEngine; workers: FakeWorkers }> {
  const workers = new FakeWorkers(prepare);
  const session = new Session(new EngineClient(workers.start, 50), defaultSettings);
  await session.openFile(csv());
  return { session, engine: workers.engines[0], workers };
}

const settingsOf = (session: Session): PrivacySettings => {
  const { privacy } = session.job;
  if (privacy === 'none') throw new Error('the run has no guarantee');
  return privacy;
};

describe('a run', () => {
  it('has a guarantee unless the person goes without by hand', async () => {
    const { session, engine } = await opened();
    await session.run();
    expect(engine.job?.privacy).toEqual({ epsilon: 1, delta: null, person: null, profileShare: null });
    expect(session.fit?.privacy?.epsilon).toBe(1);
    session.chooseGuarantee(false);
    await session.run();
    expect(engine.job?.privacy).toBe('none');
    expect(session.fit?.privacy).toBeNull();
  });

  it('is planned before it starts, so that what it will release is known', async () => {
    const { session, engine } = await opened();
    await session.run();
    expect(engine.calls).toEqual([
      'open',
      'plan',
      'fit',
      'sample',
      'score',
      'releasable',
      'ledger',
      'assess',
    ]);
    expect(session.plan?.privacy?.releases.length).toBeGreaterThan(0);
  });

  it('is planned once when the plan of the same job is on the page already', async () => {
    const { session, engine } = await opened();
    await session.refreshPlan();
    await session.run();
    expect(engine.calls.filter((call) => call === 'plan')).toHaveLength(1);
    session.setColumn('amount', { treatment: 'drop' });
    await session.run();
    expect(engine.calls.filter((call) => call === 'plan')).toHaveLength(2);
  });

  it('shows what it charges while it goes on, and no loss', async () => {
    const { session } = await opened((engine) => (engine.stepMs = 10));
    const running = session.run();
    const seen: (readonly number[])[] = [];
    await vi.waitFor(() => {
      if (session.charged !== seen.at(-1)) seen.push(session.charged);
      expect(session.fit).not.toBeNull();
    });
    await running;
    const steps = session.charged.at(-1) ?? 0;
    expect(steps).toBe(session.plan?.privacy?.releases.at(-1)?.planned);
    expect(seen.length).toBeGreaterThan(1);
    expect(session.losses).toEqual([]);
  });

  it('without a guarantee is counted for its file, and for no other', async () => {
    const { session } = await opened();
    session.chooseGuarantee(false);
    await session.run();
    expect(session.ledger?.unprotected).toBe(1);
    expect(session.ledger?.runs).toEqual([]);
    expect(session.releasable).toBeNull();
    await session.openFile(csv());
    expect(session.ledger?.unprotected).toBe(1);
  });

  it('cancelled or failed is on the ledger with what it charged', async () => {
    const { session } = await opened((engine) => (engine.stepMs = 15));
    const running = session.run();
    await vi.waitFor(() => {
      expect(session.charged.length).toBeGreaterThan(0);
    });
    await session.stop('discard');
    expect((await running).ok).toBe(false);
    expect(session.ledger?.runs).toHaveLength(1);
    expect(session.ledger?.runs[0]).toMatchObject({ outcome: 'stopped' });
    expect(session.ledger?.totals[0].epsilon).toBeGreaterThan(0);
  });
});

describe('the choice to go without', () => {
  it('is not remembered: neither for the next file nor for the next visit', async () => {
    const { session } = await opened();
    const stored = vi.fn();
    vi.stubGlobal('localStorage', { setItem: stored });
    session.setPrivacy({ epsilon: 2 });
    session.chooseGuarantee(false);
    vi.unstubAllGlobals();
    const texts = stored.mock.calls.map((call) => String(call[1]));
    expect(texts.join()).not.toContain('none');
    expect(parseSettings(texts.at(-1) ?? null).epsilon).toBe(2);
    await session.openFile(csv('next.csv'));
    expect(settingsOf(session).epsilon).toBe(2);
  });

  it('and back keeps the budget that was set', async () => {
    const { session } = await opened();
    session.setPrivacy({ epsilon: 0.5, profileShare: 0.2 });
    session.chooseGuarantee(false);
    session.setPrivacy({ epsilon: 0.7 });
    expect(session.job.privacy).toBe('none');
    session.chooseGuarantee(true);
    expect(settingsOf(session)).toMatchObject({ epsilon: 0.7, profileShare: 0.2 });
  });
});

describe('the unit', () => {
  it('follows the person column of the schema, and keeps the rows a person', async () => {
    const { session } = await opened();
    expect(settingsOf(session).person).toBeNull();
    session.setColumn('id', { role: 'person' });
    expect(settingsOf(session).person).toEqual({ column: 'id', rowsPerPerson: 5 });
    session.setPrivacy({ person: { column: 'id', rowsPerPerson: 8 } });
    session.setColumn('answer', { role: 'person' });
    expect(settingsOf(session).person).toEqual({ column: 'answer', rowsPerPerson: 8 });
    session.setColumn('answer', { role: 'ordinary' });
    expect(settingsOf(session).person).toBeNull();
  });

  it('stays what the person chose while other things about columns change', async () => {
    const { session } = await opened();
    session.setColumn('id', { role: 'person' });
    session.setPrivacy({ person: null });
    expect(session.unitChosen).toBe(true);
    session.setColumn('amount', { treatment: 'drop' });
    expect(settingsOf(session).person).toBeNull();
  });

  it('may be asked about for keys whose values repeat', async () => {
    const { session } = await opened();
    expect(personCandidates(session.schema)).toEqual([]);
    const key = { parts: [], sequential: false, start: 1, unique: false };
    session.setColumn('id', { kind: 'identifier', identifier: key });
    session.setColumn('answer', { role: 'person' });
    expect(personCandidates(session.schema).map(({ name }) => name)).toEqual(['answer', 'id']);
  });
});

describe('delta', () => {
  it('starts at the largest power of ten below 1 / rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (rows) => {
        const exponent = leastExponent(rows);
        expect(10 ** -exponent).toBeLessThan(1 / rows);
        if (exponent > 5) expect(Number(`1e-${String(exponent - 1)}`)).toBeGreaterThanOrEqual(1 / rows);
      }),
    );
  });

  it('changes what the ledger says', async () => {
    const { session } = await opened();
    session.setPrivacy({ delta: 1e-9 });
    await vi.waitFor(() => {
      expect(session.ledger?.delta).toBe(1e-9);
    });
  });
});

describe('the ledger file', () => {
  it('saved and loaded again shows the same runs', async () => {
    const { session, engine } = await opened();
    await session.run();
    const saved = await session.saveLedger();
    if (!saved.ok) throw new Error('the ledger can be saved');
    engine.ledgerOf.runs = [];
    await session.refreshLedger();
    expect(session.ledger?.runs).toEqual([]);
    expect((await session.loadLedger(saved.value)).ok).toBe(true);
    expect(session.ledger?.totals[0].epsilon).toBe(1);
  });

  it('refused leaves the ledger as it was, and says why', async () => {
    const { session, engine } = await opened();
    await session.run();
    const before = session.ledger;
    engine.failures.set('loadLedger', { code: 'bad-file', message: 'A line was changed.', line: 2 });
    expect(await session.loadLedger('{}')).toMatchObject({ ok: false, error: { line: 2 } });
    expect(session.ledger).toBe(before);
  });

  it('needs an open table', async () => {
    const session = new Session(new EngineClient(new FakeWorkers().start, 50), defaultSettings);
    expect((await session.saveLedger()).ok).toBe(false);
    expect((await session.loadLedger('')).ok).toBe(false);
    expect((await session.statement()).ok).toBe(false);
  });
});

describe('a plan with a blocking warning', () => {
  it('must not be started', async () => {
    const { session } = await opened();
    await session.refreshPlan();
    expect(isBlocked(session.plan)).toBe(false);
    const { plan } = session;
    if (!plan?.privacy) throw new Error('the plan has a guarantee');
    const warning = { severity: 'blocking', message: 'Too noisy.', hint: 'Merge.', columns: ['id'] } as const;
    expect(isBlocked({ ...plan, privacy: { ...plan.privacy, warnings: [warning] } })).toBe(true);
    expect(isBlocked(null)).toBe(false);
  });
});

describe('the page as an object', () => {
  it('runs with the settings given, and tells the guarantee and what was planned', async () => {
    const { session } = await opened();
    const page = automation(session);
    const person = { column: 'id', rowsPerPerson: 3 };
    const privacy = { epsilon: 0.5, delta: 1e-7, person, profileShare: null };
    const run = await page.run({ privacy });
    expect(run).toMatchObject({
      ok: true,
      value: { fit: { privacy: { epsilon: 0.5, delta: 1e-7 } }, plan: { epsilon: 0.5 } },
    });
    expect(session.guarantee).toEqual(privacy);
    expect(await page.statement()).toMatchObject({ ok: true });
    expect(await page.saveLedger()).toMatchObject({ ok: true });
  });

  it('gives scorecards that name their guarantee, and none to pass on where there is none', async () => {
    const { session } = await opened();
    const page = automation(session);
    await page.run();
    const texts = (['releasable', 'exact'] as const).map((which) => {
      const text = page.scorecard(which);
      if (!text.ok) throw new Error('there are two scorecards');
      return JSON.parse(text.value);
    });
    expect(texts[0].guarantee).toEqual({ epsilon: 1, delta: 1e-6, unit: { kind: 'row' } });
    expect(texts[0].columns.length).toBeGreaterThan(0);
    expect(texts[1].guarantee).toContain('outside');
    await page.run({ privacy: 'none' });
    expect(page.scorecard('releasable').ok).toBe(false);
    expect(await page.statement()).toMatchObject({ ok: false });
    const exact = page.scorecard('exact');
    expect(exact.ok && exact.value).toContain('without differential privacy');
  });
});
