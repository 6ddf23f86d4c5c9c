import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HomespunEngine, type EnginePrivacy } from '../../../workers/engine.ts';
import { epsilonOf } from '../../../workers/privacy/accountant.ts';
import { withCount } from '../../../workers/privacy/events.ts';
import { memoryStore } from '../../../workers/privacy/ledgerBook.ts';
import { parseLedger } from '../../../workers/privacy/ledgerFile.ts';
import { runs } from '../../../workers/privacy/ledger.ts';
import type { Job, Progress, Sweep, SweepRequest, TableSchema } from '../../../workers/protocol.ts';
import { BlindMechanisms } from '../../support/blindMechanisms.ts';
import { knownPrivacy } from '../../support/privacy.ts';
import { confirmed, csvOf, extremeRow, rowsOf } from '../../support/privateTable.ts';
import { privateJob, value } from '../../support/released.ts';

const ignore = (): void => undefined;

/** The first rows of a sample, so that a curve takes seconds. */
const staff = (): File => {
  const text = readFileSync(new URL('../../../static/samples/staff_pay.csv', import.meta.url), 'utf8');
  return new File([text.split('\n').slice(0, 801).join('\n')], 'staff.csv');
};

const job: Job = {
  ...privateJob,
  method: 'independent',
  privacy: { epsilon: 2, delta: null, person: null, profileShare: null },
};
const request = (rows: SweepRequest['rows'], epsilons: readonly number[]): SweepRequest => ({
  ...{ rows, epsilons, publicFile: null, target: 'left_company' },
  job,
});

async function opened(file: File, privacy: EnginePrivacy = knownPrivacy()): Promise<HomespunEngine> {
  const engine = new HomespunEngine(() => performance.now(), privacy);
  value(await engine.open(file, {}, ignore));
  return engine;
}

async function made(file: File, of: Job = job, privacy?: EnginePrivacy): Promise<HomespunEngine> {
  const engine = await opened(file, privacy);
  value(await engine.fit(of, ignore));
  value(await engine.sample({ rows: 800, tables: 1, seed: 3 }, ignore));
  return engine;
}

describe('a sweep on the rows of the file', () => {
  it('charges what it says: the ledger has the composition of all its runs', async () => {
    const engine = await opened(staff());
    const wish = request('file', [3, 1, 3]);
    const plan = value(await engine.planSweep(wish));
    expect(plan.epsilons).toEqual([1, 3]);
    const { cost } = plan;
    expect(cost?.before).toBe(0);
    expect(value(await engine.ledger(null)).runs).toEqual([]);
    const seen: Progress[] = [];
    const sweep = value(await engine.sweep(wish, (progress) => seen.push(progress)));
    const ledger = await parseLedger(value(await engine.saveLedger()));
    const charged = runs(ledger).flatMap(({ plan: { events }, charged: counts }) =>
      events.map(({ event }, i) => withCount(event, counts[i])),
    );
    expect(runs(ledger).map(({ outcome }) => outcome)).toEqual(['finished', 'finished']);
    expect(epsilonOf(charged, cost?.delta ?? 0).epsilon).toBeCloseTo(cost?.epsilon ?? NaN, 9);
    const total = value(await engine.ledger(null)).totals.find(({ unit }) => unit === 'row')?.epsilon ?? NaN;
    expect(total).toBeCloseTo(cost?.after ?? NaN, 9);
    // Composed, the runs cost more than the dearest and less than their sum.
    expect(total).toBeGreaterThan(3);
    expect(total).toBeLessThan(4);

    expect(sweep.points.map(({ epsilon }) => epsilon)).toEqual([1, 3]);
    expect(sweep).toMatchObject({ rows: 'file', method: 'independent', stopped: false, trainRows: 640 });
    expect(sweep.marks.utility).toMatchObject({ column: 'left_company', measure: 'ROC AUC', floor: 0.5 });
    for (const { utility, similarity } of sweep.points) {
      for (const score of [utility, similarity]) {
        const [low, high] = score?.interval ?? [NaN, NaN];
        expect(low).toBeLessThan(score?.value ?? NaN);
        expect(high).toBeGreaterThan(score?.value ?? NaN);
      }
    }
    const { ceiling, floor } = sweep.marks.similarity ?? { ceiling: NaN, floor: NaN };
    expect(ceiling).toBeGreaterThan(floor);
    expect(seen.flatMap(({ swept }) => (swept ? [swept.points.length] : []))).toEqual([1, 2]);
  }, 60_000);

  it('leaves the run in hand as it was', async () => {
    const engine = await made(staff());
    const before = await value(await engine.write({ table: 0, escapeFormulas: true }, ignore)).blob.text();
    value(await engine.sweep(request('file', [3]), ignore));
    const after = await value(await engine.write({ table: 0, escapeFormulas: true }, ignore)).blob.text();
    expect(after).toBe(before);
  }, 60_000);

  it.each(['keep', 'discard'] as const)(
    'stopped (%s) keeps the points that are done',
    async (mode) => {
      const engine = await opened(staff());
      const stopping = (progress: Progress): void => {
        if (progress.swept?.points.length === 1) void engine.stop(mode);
      };
      const sweep = value(await engine.sweep(request('file', [1, 3, 10]), stopping));
      expect(sweep).toMatchObject({ stopped: true });
      expect(sweep.points.map(({ epsilon }) => epsilon)).toEqual([1]);
      const view = value(await engine.ledger(null));
      expect(view.runs.map(({ outcome }) => outcome)).toEqual(['finished', 'stopped']);
    },
    60_000,
  );

  it('names budgets that are too small, and tries the others; with none left it is refused', async () => {
    const engine = await opened(staff());
    const plan = value(await engine.planSweep(request('file', [0.001, 3])));
    expect(plan.epsilons).toEqual([3]);
    expect(plan.refused.map(({ epsilon }) => epsilon)).toEqual([0.001]);
    const refused = await engine.sweep(request('file', [0.001]), ignore);
    expect(refused).toMatchObject({ ok: false, error: { code: 'bad-settings' } });
    expect(value(await engine.ledger(null)).runs).toEqual([]);
  });

  it.each([
    ['without a guarantee', { job: { ...job, privacy: 'none' } }],
    ['of no budget', { epsilons: [] }],
    ['of a budget out of range', { epsilons: [-1] }],
    ['of a method that trains for long', { job: { ...job, method: 'vae' } }],
  ] as const)('%s is refused', async (_, change) => {
    const engine = await opened(staff());
    const wish = { ...request('file', [1]), ...change };
    expect(await engine.planSweep(wish)).toMatchObject({ ok: false, error: { code: 'bad-settings' } });
    expect(await engine.sweep(wish, ignore)).toMatchObject({ ok: false, error: { code: 'bad-settings' } });
  });
});

describe('a sweep on a public table', () => {
  const stays = (): File => {
    const text = readFileSync(new URL('../../../static/samples/hospital_stays.csv', import.meta.url), 'utf8');
    return new File([text.split('\n').slice(0, 601).join('\n')], 'stays.csv');
  };
  const wish = (file: File | null, of = job): SweepRequest => ({
    ...request('public', [1, 3]),
    ...{ publicFile: file, job: of },
  });

  it('is free, leaves no event on the open file, and has a point for each budget', async () => {
    const engine = await opened(staff());
    const before = value(await engine.saveLedger());
    const plan = value(await engine.planSweep(wish(stays())));
    expect([plan.cost, plan.epsilons]).toEqual([null, [1, 3]]);
    const sweep = value(await engine.sweep(wish(stays()), ignore));
    expect(sweep).toMatchObject({
      rows: 'public',
      publicName: 'stays.csv',
      trainRows: 480,
      holdoutRows: 120,
    });
    expect(sweep.points.map(({ epsilon }) => epsilon)).toEqual([1, 3]);
    // The column to predict is one of its own.
    expect(sweep.marks.utility?.column).not.toBe('left_company');
    expect(value(await engine.saveLedger())).toBe(before);
  }, 60_000);

  it('takes no person and no delta of the open file with it', async () => {
    const engine = await opened(staff());
    const person = { column: 'employee_id', rowsPerPerson: 5 };
    const of: Job = { ...job, privacy: { epsilon: 2, delta: 0.001, person, profileShare: null } };
    expect(value(await engine.sweep(wish(stays(), of), ignore)).points).toHaveLength(2);
  }, 60_000);

  it('is not of the open file, and not of none', async () => {
    const engine = await opened(staff());
    for (const file of [staff(), null]) {
      const refusal = { ok: false, error: { code: 'bad-settings' } };
      expect(await engine.planSweep(wish(file))).toMatchObject(refusal);
      expect(await engine.sweep(wish(file), ignore)).toMatchObject(refusal);
    }
  });
});

describe('a sweep on rows that were made under a guarantee', () => {
  it('charges nothing', async () => {
    const engine = await made(staff());
    const before = value(await engine.saveLedger());
    const plan = value(await engine.planSweep(request('made', [1, 3])));
    expect(plan.cost).toBeNull();
    const sweep = value(await engine.sweep(request('made', [1, 3]), ignore));
    expect(sweep.points).toHaveLength(2);
    expect(sweep.trainRows + sweep.holdoutRows).toBe(800);
    expect(value(await engine.saveLedger())).toBe(before);
  }, 60_000);

  it('needs rows, and a guarantee on them', async () => {
    const refusal = { ok: false, error: { code: 'not-ready' } };
    expect(await (await opened(staff())).sweep(request('made', [1]), ignore)).toMatchObject(refusal);
    const bare = await made(staff(), { ...job, privacy: 'none' });
    expect(await bare.planSweep(request('made', [1]))).toMatchObject(refusal);
    expect(await bare.sweep(request('made', [1]), ignore)).toMatchObject(refusal);
  });

  /*
   * Non-interference: the mechanisms of the first run answer by the call alone, so that two tables with the same public
   * facts give the same synthetic rows. A sweep on those that differs has looked at real rows.
   */
  const curveOf = async (csv: string, rows: SweepRequest['rows'], of: Job): Promise<string> => {
    const blind = knownPrivacy(1, {
      store: memoryStore(),
      mechanisms: (events, charge) => new BlindMechanisms(events, charge),
    });
    const engine = new HomespunEngine(() => performance.now(), blind);
    const { schema } = value(await engine.open(new File([csv], 'visits.csv'), {}, ignore));
    value(await engine.setSchema(withTarget(confirmed(schema))));
    value(await engine.fit(of, ignore));
    value(await engine.sample({ rows: 200, tables: 1, seed: 3 }, ignore));
    const mst = { ...of, method: 'mst' as const };
    const wish = { rows, epsilons: [20, 60], publicFile: null, job: mst, target: null };
    return withoutTimes(value(await engine.sweep(wish, ignore)));
  };
  const withTarget = (schema: TableSchema): TableSchema => ({
    ...schema,
    columns: schema.columns.map((column) =>
      column.name === 'smoker' ? { ...column, role: 'target' } : column,
    ),
  });
  const withoutTimes = ({ points, ...rest }: Sweep): string =>
    JSON.stringify({ ...rest, seconds: 0, points: points.map((point) => ({ ...point, seconds: 0 })) });
  const base = rowsOf(0, 240, 60);
  const others = {
    extreme: csvOf(base.with(3, { ...extremeRow, code: base[3].code })),
    other: csvOf(rowsOf(1, 240, 60)),
  };
  const person = { column: 'patient_id', rowsPerPerson: 3 };
  const guarantee = { epsilon: 10, delta: 1e-10, profileShare: null };

  it.each([
    ['rows', null],
    ['persons', person],
  ] as const)('never looks at real rows, where %s are protected', async (_, who) => {
    const of: Job = { ...job, privacy: { ...guarantee, person: who } };
    const first = await curveOf(csvOf(base), 'made', of);
    expect(JSON.parse(first).points).toHaveLength(2);
    for (const other of [others.extreme, others.other]) expect(await curveOf(other, 'made', of)).toBe(first);
  });

  it('shows a look at real rows: on those of the file, the curve differs', async () => {
    const of: Job = { ...job, privacy: { ...guarantee, person: null } };
    expect(await curveOf(others.other, 'file', of)).not.toBe(await curveOf(csvOf(base), 'file', of));
  });
});
