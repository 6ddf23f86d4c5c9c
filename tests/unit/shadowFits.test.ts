import { describe, expect, it } from 'vitest';
import { RunControl } from '../../workers/control.ts';
import { fitModel, prepare, protect } from '../../workers/pipeline.ts';
import { LedgerBook, memoryStore } from '../../workers/privacy/ledgerBook.ts';
import { ProgressReporter } from '../../workers/progress.ts';
import type { Job } from '../../workers/protocol.ts';
import { inferSchema } from '../../workers/schema/inferSchema.ts';
import { auditPlan, deepAudit } from '../../workers/shadowFits.ts';
import type { FinishedRun, StageContext } from '../../workers/stageTypes.ts';
import { readTable } from '../../workers/table/readTable.ts';
import { seededRng } from '../../workers/random/rng.ts';
import { knownPrivacy } from '../support/privacy.ts';
import { privateJob, value } from '../support/released.ts';

/** A table of few columns, so that a hundred fits take seconds. */
function csv(rows: number): string {
  const rng = seededRng('shadow fits');
  const lines = Array.from({ length: rows }, (_, row) => {
    const age = 20 + rng.int(60);
    const who = `person-${Math.floor(row / 2)}`;
    return [
      who,
      age,
      ['a', 'b', 'c', 'd'][rng.int(4)],
      Math.round(1000 + age * 30 + 400 * rng.normal()),
    ].join(',');
  });
  return ['who,age,ward,cost', ...lines].join('\n');
}

const means = knownPrivacy();
const steps: string[] = [];

async function within<T>(work: (context: StageContext) => Promise<T>): Promise<T> {
  const control = new RunControl();
  const progress = new ProgressReporter(
    ({ stage }) => steps.push(stage),
    () => performance.now(),
  );
  try {
    return await work({ control, progress, now: () => performance.now() });
  } finally {
    control.close();
  }
}

async function finished(of: Partial<Job>): Promise<FinishedRun> {
  const job: Job = { ...privateJob, ...of };
  return within(async (context) => {
    const { control } = context;
    const raw = await readTable(
      new File([csv(1500)], 'shadow.csv'),
      {},
      { control, onProgress: () => undefined },
    );
    const prepared = await protect(prepare(raw, inferSchema(raw), job), job, context);
    const book = new LedgerBook(raw.sha256, memoryStore());
    const unseen = { column: () => null };
    const fitted = await fitModel(prepared, raw.rows, job, unseen, {
      ...context,
      privacy: { ...means, book },
    });
    return { job, prepared, fitted };
  });
}

const one = { epsilon: 1, delta: null, person: null, profileShare: null };

describe('a deep audit of a real method', () => {
  it('of independent columns at epsilon 1 shows no more than is claimed', async () => {
    const run = await finished({ method: 'independent', privacy: one });
    const audit = await within((context) => deepAudit(run, { canaries: 20, shadows: 48 }, means, context));
    expect(audit.claimed?.epsilon).toBeLessThanOrEqual(1);
    // Above with a chance of 5 % at most, were the attack as sharp as can be; the noise comes from a known key.
    expect(audit.epsilon).toBeLessThanOrEqual(audit.claimed?.epsilon ?? 0);
    expect(audit.mostShown).toBeGreaterThan(3);
    expect(audit.rows).toBe(run.prepared.train.rows);
    expect(new Set(steps)).toContain('audit');
  }, 60_000);

  it('works without a guarantee, for persons of several rows, and for trees of pairs', async () => {
    for (const [method, privacy] of [
      ['copula', 'none'],
      ['independent', { ...one, person: { column: 'who', rowsPerPerson: 2 } }],
      ['mst', one],
    ] as const) {
      const run = await finished({ method, privacy });
      const audit = await within((context) => deepAudit(run, { canaries: 8, shadows: 6 }, means, context));
      expect(audit.claimed === null).toBe(privacy === 'none');
      expect(audit.epsilon).toBeGreaterThanOrEqual(0);
    }
  }, 60_000);

  it('is planned from the time the run took, in even numbers, and refused to networks', async () => {
    const run = await finished({ method: 'independent', privacy: one });
    const taking = (train: number) =>
      auditPlan({ ...run, fitted: { ...run.fitted, seconds: { profile: 0, train } } });
    expect(taking(0)).toMatchObject({ reason: null, shadows: 200, canaries: 20 });
    expect(taking(3).shadows % 2).toBe(0);
    expect(taking(3).shadows).toBeLessThan(taking(0.5).shadows);
    expect(taking(300).reason).toContain('takes long');
    expect(auditPlan({ ...run, fitted: { ...run.fitted, method: 'vae' } }).reason).toContain('quick methods');
  });
});

describe('the ledger of an audited file', () => {
  it('is not charged by an audit', async () => {
    const { HomespunEngine } = await import('../../workers/engine.ts');
    const { defaultTargets } = await import('../../src/app/settings.ts');
    const ignore = (): void => undefined;
    const engine = new HomespunEngine(() => performance.now(), knownPrivacy());
    value(await engine.open(new File([csv(400)], 'shadow.csv'), {}, ignore));
    value(await engine.fit({ ...privateJob, privacy: { ...one, epsilon: 20 } }, ignore));
    value(await engine.sample({ rows: 100, tables: 1, seed: 1 }, ignore));
    value(await engine.score(ignore));
    const assessing = engine.assess({ columns: [], targets: defaultTargets, formulas: [] }, ignore);
    await engine.stopAssessing();
    await assessing;
    const before = value(await engine.ledger(null));
    const audited = engine.deepAudit(ignore);
    await new Promise((wake) => setTimeout(wake, 200));
    await engine.stop('discard');
    expect(await audited).toMatchObject({ ok: false, error: { code: 'stopped' } });
    expect(value(await engine.ledger(null))).toEqual(before);
  }, 60_000);
});
