import { describe, expect, it } from 'vitest';
import { EngineClient } from '../../../src/app/engineClient.ts';
import { samples } from '../../../src/app/samples.ts';
import { Session } from '../../../src/app/session.svelte.ts';
import { defaultSettings } from '../../../src/app/settings.ts';
import { comparableSweeps, defaultSweep, publicTableOf } from '../../../src/app/sweepChoice.ts';
import { csv, FakeWorkers } from './fakeLink.ts';

async function scored(guaranteed = true) {
  const workers = new FakeWorkers();
  const session = new Session(new EngineClient(workers.start, 50), defaultSettings);
  await session.openFile(csv());
  if (!guaranteed) session.chooseGuarantee(false);
  await session.run();
  await session.assessmentSettled();
  return { session, calls: workers.engines[0].calls };
}

describe('runs side by side', () => {
  it('each scored table leaves an entry, with the cards as they come in', async () => {
    const { session } = await scored();
    session.setJob({ method: 'independent' });
    await session.run();
    await session.assessmentSettled();
    const [first, second] = session.comparison.runs;
    expect([first.method, second.method]).toEqual(['vae', 'independent']);
    expect(first.cards).toEqual(second.cards);
    expect(first.cards.find(({ id }) => id === 'similarity')?.value).toBeGreaterThan(0);
    expect(session.comparison.inHand).toBe(second.id);
    expect([first.epsilon !== null, first.syntheticRows]).toEqual([true, 12]);
  });

  it('one whose figures were cut short by the next run says so, and is best of nothing', async () => {
    const { session } = await scored();
    const again = session.assess();
    await session.run();
    await again;
    await session.assessmentSettled();
    const statuses = session.comparison.runs[0].cards.map(({ status }) => status);
    expect(statuses).not.toContain('measuring');
    expect(statuses).toContain('not-assessed');
  });

  it('other rows of the same model are an entry of their own', async () => {
    const { session } = await scored();
    await session.generateMore({ rows: 5, tables: 1, seed: 2 });
    expect(session.comparison.runs.map(({ syntheticRows }) => syntheticRows)).toEqual([12, 5]);
  });

  it('are named, hidden and removed by hand; figures of a removed run go nowhere', async () => {
    const { session } = await scored();
    session.renameRun(1, '  first try ');
    session.renameRun(1, ' ');
    session.hideRun(1, true);
    expect(session.comparison.runs[0]).toMatchObject({ name: 'first try', hidden: true });
    session.removeRun(1);
    await session.assess();
    expect(session.comparison).toMatchObject({ runs: [], inHand: null });
  });

  it('stay when the engine is lost or a run fails, and go with their file', async () => {
    const { session } = await scored();
    session.setColumn('answer', { treatment: 'drop' });
    await session.schemaSettled();
    expect(session.comparison.runs).toHaveLength(1);
    await session.openFile(csv('other.csv'));
    expect(session.comparison.runs).toEqual([]);
  });

  it('give back their settings, and no rows', async () => {
    const { session, calls } = await scored();
    session.setJob({ method: 'independent', seed: 9 });
    session.setPrivacy({ epsilon: 5 });
    const before = calls.filter((call) => call === 'fit').length;
    session.takeSettings(1);
    expect(session.job).toEqual(session.comparison.runs[0].job);
    expect(session.guarantee.epsilon).toBe(1);
    expect(session.step).toBe('synthesize');
    expect(calls.filter((call) => call === 'fit')).toHaveLength(before);
  });
});

describe('a curve over epsilon', () => {
  it('is planned before it is paid: free on rows under a guarantee, at its price on real ones', async () => {
    const { session } = await scored();
    session.settleSweep();
    await expect.poll(() => session.sweepPlan?.cost).toBeNull();
    session.setSweep({ rows: 'file', epsilons: [1, 2] });
    expect([session.sweepPlan, session.sweepPlanning]).toEqual([null, false]);
    await session.planSweep();
    expect(session.sweepPlan?.cost?.epsilon).toBe(3);
  });

  it('learns from real rows only, where no guarantee covers those in hand', async () => {
    const { session } = await scored(false);
    session.settleSweep();
    await session.planSweep();
    expect(session.canStandIn).toBe(false);
    expect(session.sweepChoice.rows).toBe('file');
    expect(session.sweepPlan?.cost).not.toBeNull();
  });

  it('grows while it runs, and leaves the table in hand as it was', async () => {
    const { session } = await scored();
    const { fit, sampled, scorecard, charged } = session;
    const lengths: (number | undefined)[] = [];
    const unhear = session.onProgress(() => lengths.push(session.sweeps.at(0)?.points.length));
    session.setSweep({ epsilons: [0.5, 1, 2] });
    await session.sweep();
    unhear();
    expect(lengths).toEqual([1, 2, 3]);
    expect(session.sweeps).toHaveLength(1);
    expect([session.fit, session.sampled, session.scorecard, session.charged]).toEqual([
      fit,
      sampled,
      scorecard,
      charged,
    ]);
  });

  it('that is stopped keeps what is done; one on real rows reads the ledger again', async () => {
    const { session, calls } = await scored();
    session.setSweep({ rows: 'file', epsilons: [0.5, 1, 2] });
    const ledgers = calls.filter((call) => call === 'ledger').length;
    const unhear = session.onProgress(() => void session.stop('keep'));
    await session.sweep();
    unhear();
    expect(session.sweeps[0]).toMatchObject({ stopped: true });
    expect(session.sweeps[0].points.length).toBeLessThan(3);
    expect(calls.filter((call) => call === 'ledger').length).toBeGreaterThan(ledgers);
  });

  it('of a public table costs nothing, leaves the ledger unread, and outlives the rows in hand', async () => {
    const { session, calls } = await scored();
    session.setSweep({ rows: 'public', publicTable: csv('open_data.csv'), epsilons: [1, 2] });
    await expect.poll(() => session.sweepPlan?.cost).toBeNull();
    const ledgers = calls.filter((call) => call === 'ledger').length;
    expect(await session.sweep()).toMatchObject({ ok: true, value: { rows: 'public' } });
    expect(calls.filter((call) => call === 'ledger')).toHaveLength(ledgers);
    await session.generateMore({ rows: 5, tables: 1, seed: 2 });
    expect(session.sweeps).toMatchObject([{ rows: 'public', publicName: 'open_data.csv', stopped: false }]);
  });

  it('of two public tables are two curves, never drawn together', async () => {
    const { session } = await scored();
    for (const name of ['one.csv', 'two.csv']) {
      session.setSweep({ rows: 'public', publicTable: csv(name), epsilons: [1] });
      await session.sweep();
    }
    expect(comparableSweeps(session.sweeps).map(([{ publicName }]) => publicName)).toEqual([
      'two.csv',
      'one.csv',
    ]);
  });

  it('is of a sample other than the open file where no public table was chosen', () => {
    const of = (openName: string) => publicTableOf(defaultSweep, openName);
    expect(of('hospital_stays.csv')).not.toBe(of('mine.csv'));
    expect(of('mine.csv')).toBe(samples[0].path);
  });

  it('of rows that stood in goes with those rows', async () => {
    const { session } = await scored();
    await session.sweep();
    expect(session.sweeps.map(({ rows }) => rows)).toEqual(['made']);
    await session.generateMore({ rows: 5, tables: 1, seed: 2 });
    expect(session.sweeps).toEqual([]);
  });
});
