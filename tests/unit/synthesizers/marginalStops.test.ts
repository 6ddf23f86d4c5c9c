import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RunControl, type StopMode } from '../../../workers/control.ts';
import type { SampleConditions } from '../../../workers/encode/conditionTypes.ts';
import { HomespunEngine } from '../../../workers/engine.ts';
import { HomespunError } from '../../../workers/errors.ts';
import { fitPrivately, openTable, prepare } from '../../../workers/pipeline.ts';
import { countOf } from '../../../workers/privacy/events.ts';
import { runs, type PlannedEvent, type RunSummary } from '../../../workers/privacy/ledger.ts';
import { LedgerBook, memoryStore } from '../../../workers/privacy/ledgerBook.ts';
import type { Charge, Discovered } from '../../../workers/privacy/mechanismTypes.ts';
import { PrivateRun } from '../../../workers/privacy/privateRun.ts';
import { budgetRun, deltaFor, type RunBudget } from '../../../workers/privatePlan.ts';
import { ProgressReporter } from '../../../workers/progress.ts';
import type { Job, PrivacySettings } from '../../../workers/protocol.ts';
import type { OpenTable } from '../../../workers/stageTypes.ts';
import { aim } from '../../../workers/synthesizers/aim/aim.ts';
import { knownPrivacy } from '../../support/privacy.ts';
import { testRandom } from '../privacy/statistics.ts';
import { planted } from './marginalFits.ts';
import { codesOf } from './related.ts';

/** Counts every use of a planned event that reaches the rows. */
class Watched extends PrivateRun {
  readonly used: number[];

  constructor(events: readonly PlannedEvent[], charge: Charge) {
    super(events, testRandom(4), charge);
    this.used = events.map(() => 0);
  }

  override noisyCounts(event: number, counts: Float64Array): Float64Array {
    this.used[event]++;
    return super.noisyCounts(event, counts);
  }

  override discover(
    event: number,
    failure: number,
    values: readonly string[],
    counts: Float64Array,
    always: Float64Array,
  ): Discovered {
    this.used[event]++;
    this.used[failure]++;
    return super.discover(event, failure, values, counts, always);
  }

  override select(event: number, scores: Float64Array, sensitivity: number): number {
    this.used[event]++;
    return super.select(event, scores, sensitivity);
  }
}

const privacy: PrivacySettings = { epsilon: 5, delta: null, person: null, profileShare: null };
const job: Job = {
  method: 'aim',
  privacy,
  holdout: 0,
  seed: 1,
  backend: 'auto',
  epochs: null,
  watch: 'size',
  anonymise: null,
  rules: [],
};

const file = (): File => {
  const { columns, rows } = planted(150, 'engine').table;
  const codes = columns.slice(1, 5).map(codesOf);
  const lines = Array.from({ length: rows }, (_, row) => codes.map((column) => `v${column[row]}`).join(','));
  return new File([['shape,size,tone,kind', ...lines].join('\n') + '\n'], 'shapes.csv');
};
const ignore = (): void => undefined;

interface Ended {
  /** How often the run let messages in. */
  readonly checkpoints: number;
  /** `stopped` where the run was cancelled; undefined where it gave a model. */
  readonly code: string | undefined;
  readonly used: readonly number[];
  readonly record: RunSummary;
}

/** Mechanisms that are watched, and a ledger to look into. */
function watching() {
  const store = memoryStore();
  const watched: Watched[] = [];
  const mechanisms = (events: readonly PlannedEvent[], charge: Charge): Watched => {
    const run = new Watched(events, charge);
    watched.push(run);
    return run;
  };
  const ended = async (sha256: string, checkpoints: number, code: string | undefined): Promise<Ended> => {
    const [record] = runs(await new LedgerBook(sha256, store).read());
    return { checkpoints, code, used: watched[0]?.used ?? [], record };
  };
  return { means: knownPrivacy(1, { store, mechanisms }), ended };
}

/** Counts checkpoints from now on, and stops at one of them. */
function stopAt(at: number, mode: StopMode): { readonly seen: () => number } {
  let checkpoints = 0;
  const real = RunControl.prototype.checkpoint;
  vi.spyOn(RunControl.prototype, 'checkpoint').mockImplementation(async function (this: RunControl) {
    if (++checkpoints === at) this.stop(mode);
    await real.call(this);
  });
  return { seen: () => checkpoints };
}

/** A whole private fit through the engine, budget and all, that is stopped at its `at`-th checkpoint. */
async function engineFit(at: number, mode: StopMode): Promise<Ended & { readonly engine: HomespunEngine }> {
  const { means, ended } = watching();
  const engine = new HomespunEngine(() => performance.now(), means);
  const opened = await engine.open(file(), {}, ignore);
  if (!opened.ok) throw new Error(opened.error.message);
  const { seen } = stopAt(at, mode);
  const fit = await engine.fit(job, ignore);
  const checkpoints = seen();
  vi.restoreAllMocks();
  const end = await ended(opened.value.sha256, checkpoints, fit.ok ? undefined : fit.error.code);
  return { ...end, engine };
}

let open: OpenTable;
let budget: RunBudget;

/** The same fit under a budget that was planned once. */
async function plannedFit(at: number, mode: StopMode): Promise<Ended> {
  const { means, ended } = watching();
  const prepared = prepare(open.raw, open.schema, job);
  const book = new LedgerBook(open.raw.sha256, means.store);
  const control = new RunControl();
  const now = (): number => performance.now();
  const context = { control, now, progress: new ProgressReporter(ignore, now), privacy: { ...means, book } };
  const { seen } = stopAt(at, mode);
  let code: string | undefined;
  try {
    const choice = { id: 'aim', reason: 'It is tested.' } as const;
    const fit = await fitPrivately(prepared, budget, choice, job, { column: () => 'size' }, context);
    fit.model.dispose();
  } catch (cause) {
    if (!(cause instanceof HomespunError)) throw cause;
    ({ code } = cause);
  } finally {
    control.close();
  }
  const checkpoints = seen();
  vi.restoreAllMocks();
  return ended(open.raw.sha256, checkpoints, code);
}

const planned = ({ record }: Ended): number[] => record.plan.events.map(({ event }) => countOf(event));

/** What is on record covers what was done: all that was planned where a model is kept, else what was charged. */
function expectTrue(ended: Ended, mode: StopMode): void {
  const { used, record, code } = ended;
  const plan = planned(ended);
  used.forEach((count, event) => expect(record.charged[event]).toBeGreaterThanOrEqual(count));
  expect(record.outcome).toBe('stopped');
  if (mode === 'keep') {
    expect(code).toBeUndefined();
    expect(record.charged).toEqual(plan);
  } else {
    expect(code).toBe('stopped');
    record.charged.forEach((count, event) => expect(count).toBeLessThanOrEqual(plan[event]));
  }
}

beforeAll(async () => {
  const control = new RunControl();
  const now = (): number => 0;
  open = await openTable(file(), {}, { control, now, progress: new ProgressReporter(ignore, now) });
  control.close();
  const { schema, train } = prepare(open.raw, open.schema, job);
  const delta = deltaFor(privacy, open.raw.rows);
  const size = { units: train.rows, rowsPerUnit: 1, columns: 4, epsilon: privacy.epsilon, delta };
  budget = budgetRun(schema, size, aim, { epochs: null }, privacy, delta);
}, 60_000);

afterEach(() => vi.restoreAllMocks());

describe('a private fit that is not stopped', () => {
  it('is on record whole, and has used every bit of it', async () => {
    const whole = await plannedFit(Infinity, 'keep');
    expect(whole.record.outcome).toBe('finished');
    expect(whole.record.charged).toEqual(planned(whole));
    expect(whole.used).toEqual(whole.record.charged);
  });
});

describe('a private fit that is stopped', { timeout: 120_000 }, () => {
  it.each<[StopMode]>([['keep'], ['discard']])(
    'has a true ledger, whichever checkpoint ends it: %s',
    async (mode) => {
      const { checkpoints } = await plannedFit(Infinity, 'keep');
      expect(checkpoints).toBeGreaterThan(10);
      const partly: boolean[] = [];
      for (let at = 1; at <= checkpoints; at++) {
        const ended = await plannedFit(at, mode);
        expectTrue(ended, mode);
        const done = mode === 'keep' ? ended.used : ended.record.charged;
        partly.push(done.some((count, event) => count < planned(ended)[event]));
      }
      // Early ones ended with less done, or less charged, than planned; late ones with all of it.
      expect([partly[0], partly[partly.length - 1]]).toEqual([true, false]);
    },
  );

  it('gives no rows where it was cancelled, through the engine', async () => {
    const ended = await engineFit(9, 'discard');
    expectTrue(ended, 'discard');
    const sample = await ended.engine.sample({ rows: 20, tables: 1, seed: 1 }, ignore);
    expect(sample).toMatchObject({ ok: false, error: { code: 'not-ready' } });
  });

  it('gives rows where it was kept, through the engine, and writes them under conditions', async () => {
    const ended = await engineFit(5, 'keep');
    const { engine } = ended;
    expectTrue(ended, 'keep');
    const request = { rows: 60, tables: 1, seed: 1 };
    const shares = [
      { value: 'v0', share: 1 },
      { value: 'v2', share: 2 },
    ];
    const conditions = { shares: { column: 'shape', shares } };
    expect(await engine.sample({ ...request, conditions }, ignore)).toMatchObject({ ok: true });
    const written = await engine.write({ table: 0, escapeFormulas: false }, ignore);
    if (!written.ok) throw new Error(written.error.message);
    const [, ...lines] = (await written.value.blob.text()).trimEnd().split('\n');
    const shapes = lines.map((line) => line.split(',')[0]).sort();
    expect(shapes).toEqual([...new Array<string>(20).fill('v0'), ...new Array<string>(40).fill('v2')]);
    const unfit: SampleConditions = { columns: [{ column: 'shape', interval: [2, 1] }] };
    const refused = await engine.sample({ ...request, conditions: unfit }, ignore);
    expect(refused).toMatchObject({ ok: false, error: { code: 'bad-settings', column: 'shape' } });
  });
});
