import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HomespunEngine } from '../../workers/engine.ts';
import type { Result } from '../../workers/errors.ts';
import type { Job, Progress, RowsWanted } from '../../workers/protocol.ts';
import { knownPrivacy } from '../support/privacy.ts';

const sample = (name: string): File =>
  new File([readFileSync(new URL(`../../static/samples/${name}.csv`, import.meta.url))], `${name}.csv`);

const job: Job = {
  method: 'independent',
  privacy: 'none',
  holdout: 0.2,
  seed: 7,
  backend: 'auto',
  epochs: null,
  watch: null,
  anonymise: null,
  rules: [],
};

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};

const engine = (): HomespunEngine => new HomespunEngine(() => performance.now(), knownPrivacy());
const ignore = (): void => undefined;

describe('engine', () => {
  it.each(['hospital_stays', 'card_payments', 'staff_pay'])('takes %s the whole way', async (name) => {
    const it = engine();
    const seen: Progress[] = [];
    const opened = value(await it.open(sample(name), {}, (progress) => seen.push(progress)));
    const fitted = value(await it.fit(job, (progress) => seen.push(progress)));
    expect(fitted.trainRows + fitted.holdoutRows).toBe(opened.rows);
    const sampled = value(await it.sample({ rows: 300, tables: 2, seed: 3 }, ignore));
    expect(sampled.firstRows).toHaveLength(20);
    const scorecard = value(await it.score((progress) => seen.push(progress)));
    expect(scorecard.rows.synthetic).toBe(300);
    expect(scorecard.columns.length).toBeGreaterThan(3);
    const first = value(await it.write({ table: 0, escapeFormulas: true }, ignore));
    const second = value(await it.write({ table: 1, escapeFormulas: true }, ignore));
    expect(await first.blob.text()).not.toBe(await second.blob.text());
    expect(new Set(seen.map((progress) => progress.stage))).toContain('score');

    const again = engine();
    const reopened = value(await again.open(new File([first.blob], 'again.csv'), {}, ignore));
    expect(reopened.rows).toBe(300);
    const kinds = (columns: typeof opened.schema.columns): string[] =>
      columns.map((column) => `${column.name} ${column.kind}`);
    const kept = opened.schema.columns.filter((column) => column.treatment !== 'drop');
    expect(kinds(reopened.schema.columns)).toEqual(kinds(kept));
  });

  it('writes the rows that were previewed, and the same rows for the same seed', async () => {
    const it = engine();
    value(await it.open(sample('staff_pay'), {}, ignore));
    value(await it.fit(job, ignore));
    const sampled = value(await it.sample({ rows: 50, tables: 1, seed: 11 }, ignore));
    const text = await value(await it.write({ table: 0, escapeFormulas: false }, ignore)).blob.text();
    const lines = text.split('\n');
    expect(lines[1].split(',')[0]).toBe(sampled.firstRows[0][0]);
    const again = await value(await it.write({ table: 0, escapeFormulas: false }, ignore)).blob.text();
    expect(again).toBe(text);
  });

  it('makes rows under conditions, names them, and scores rows without', async () => {
    const it = engine();
    value(await it.open(sample('staff_pay'), {}, ignore));
    value(await it.fit({ ...job, method: 'copula' }, ignore));
    const plain = value(await it.sample({ rows: 400, tables: 1, seed: 4 }, ignore));
    expect([plain.conditions, plain.acceptance]).toEqual([[], null]);
    const scored = value(await it.score(ignore));
    const conditions: RowsWanted = {
      columns: [{ column: 'salary_eur', interval: [50_000, 90_000] }],
      shares: { column: 'gender', shares: 'equal' },
    };
    const made = value(await it.sample({ rows: 400, tables: 1, seed: 4, conditions }, ignore));
    expect(made.conditions[0]).toBe('Column “salary_eur” is from 50000 to 90000.');
    expect(made.conditions).toHaveLength(2);
    expect(made.acceptance).toBeGreaterThan(0.001);
    expect(made.acceptance).toBeLessThan(1);
    const text = await value(await it.write({ table: 0, escapeFormulas: false }, ignore)).blob.text();
    const [header, ...rows] = text
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const cells = (name: string): string[] => rows.map((row) => row[header.indexOf(name)]);
    expect(cells('salary_eur').every((text) => Number(text) >= 50_000 && Number(text) <= 90_000)).toBe(true);
    const genders = new Set(cells('gender'));
    for (const gender of genders) {
      const count = cells('gender').filter((text) => text === gender).length;
      expect(Math.abs(count - 400 / genders.size), gender).toBeLessThan(1);
    }
    const again = value(await it.score(ignore));
    expect(again.columns).toEqual(scored.columns);
    expect(again.notes.join()).toContain('without conditions were scored');
  });

  it('keeps the rows it has when conditions are refused', async () => {
    const it = engine();
    value(await it.open(sample('staff_pay'), {}, ignore));
    value(await it.fit(job, ignore));
    value(await it.sample({ rows: 20, tables: 1, seed: 4 }, ignore));
    const conditions: RowsWanted = { columns: [{ column: 'salary_eur', interval: [-5, -1] }] };
    expect(await it.sample({ rows: 20, tables: 1, seed: 4, conditions }, ignore)).toMatchObject({
      ok: false,
      error: { code: 'bad-settings' },
    });
    expect(value(await it.write({ table: 0, escapeFormulas: false }, ignore)).rows).toBe(20);
  });

  it('says what is missing when steps are asked for out of order', async () => {
    const it = engine();
    expect(await it.fit(job, ignore)).toMatchObject({ ok: false, error: { code: 'not-ready' } });
    value(await it.open(sample('staff_pay'), {}, ignore));
    expect(await it.sample({ rows: 5, tables: 1, seed: 1 }, ignore)).toMatchObject({
      ok: false,
      error: { code: 'not-ready' },
    });
  });

  it.each([
    [{ ...job, privacy: { epsilon: 0, delta: null, person: null, profileShare: null } }],
    [{ ...job, holdout: 0.9 }],
    [{ ...job, seed: 1.5 }],
  ])('refuses settings it cannot honour: %o', async (wrong) => {
    const it = engine();
    value(await it.open(sample('staff_pay'), {}, ignore));
    expect(await it.fit(wrong, ignore)).toMatchObject({ ok: false, error: { code: 'bad-settings' } });
  });

  describe('protection', () => {
    const protectedJob = (phase: 'before' | 'after'): Job => ({
      ...job,
      anonymise: {
        columns: [
          { column: 'patient_id', generalise: { type: 'remove', phase } },
          { column: 'age', generalise: { type: 'bins', width: 20, origin: 0, write: 'lower', phase } },
          { column: 'diagnosis', generalise: { type: 'rare', rows: 30, phase } },
          { column: 'admitted_at', generalise: { type: 'period', period: 'year', phase } },
        ],
        kAnonymity: {
          quasiIdentifiers: ['age', 'sex', 'postcode_area'],
          k: 6,
          l: 2,
          sensitive: ['diagnosis'],
          small: 'suppress',
          phase,
        },
      },
    });
    const cells = (text: string): { header: string[]; rows: string[][] } => {
      const [header, ...rows] = text
        .trim()
        .split('\n')
        .map((line) => line.split(','));
      return { header, rows };
    };

    it('after synthesis holds in the file that is written, which is the one previewed and scored', async () => {
      const it = engine();
      value(await it.open(sample('hospital_stays'), {}, ignore));
      const fitted = value(await it.fit(protectedJob('after'), ignore));
      expect(fitted.anonymised).toBeNull();
      const sampled = value(await it.sample({ rows: 1500, tables: 1, seed: 2 }, ignore));
      const scorecard = value(await it.score(ignore));
      const written = value(await it.write({ table: 0, escapeFormulas: false }, ignore));
      const { header, rows } = cells(await written.blob.text());
      expect(rows).toHaveLength(sampled.rows);
      expect(written.rows).toBe(sampled.rows);
      expect(scorecard.rows.synthetic).toBe(sampled.rows);
      expect(header).not.toContain('patient_id');
      expect(header).toEqual(sampled.columns);
      expect(rows.slice(0, 20)).toEqual(sampled.firstRows);
      const at = (name: string, row: readonly string[]): string => row[header.indexOf(name)];
      const sizes = new Map<string, number>();
      for (const row of rows) {
        const key = [at('age', row), at('sex', row), at('postcode_area', row)].join();
        sizes.set(key, (sizes.get(key) ?? 0) + 1);
        expect(Number(at('age', row)) % 20).toBe(0);
        expect(at('admitted_at', row)).toMatch(/^(\d{4}-01-01 00:00)?$/);
      }
      expect(Math.min(...sizes.values())).toBe(sampled.anonymised?.kAnonymity?.kReached);
      expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(6);
      expect(scorecard.columns.find(({ column }) => column === 'age')?.distance.value).toBeLessThan(0.1);
    });

    it('before synthesis changes what is learned and what is compared with', async () => {
      const it = engine();
      value(await it.open(sample('hospital_stays'), {}, ignore));
      const plain = value(await it.fit(job, ignore));
      const fitted = value(await it.fit(protectedJob('before'), ignore));
      expect(fitted.anonymised?.kAnonymity?.kReached).toBeGreaterThanOrEqual(6);
      expect(fitted.trainRows).toBe(fitted.anonymised?.kAnonymity?.rowsLeft);
      expect(fitted.trainRows).toBeLessThan(plain.trainRows);
      const sampled = value(await it.sample({ rows: 500, tables: 1, seed: 2 }, ignore));
      expect(sampled).toMatchObject({ rows: 500, anonymised: null });
      expect(sampled.columns).not.toContain('patient_id');
      const scorecard = value(await it.score(ignore));
      expect(scorecard.rows.train).toBe(plain.trainRows);
      expect(scorecard.columns.find(({ column }) => column === 'age')?.distance.value).toBeLessThan(0.1);
    });

    const privateJob = (anonymise: Job['anonymise'], person: string | null = null): Job => ({
      ...job,
      privacy: {
        epsilon: 4,
        delta: null,
        person: person === null ? null : { column: person, rowsPerPerson: 2 },
        profileShare: null,
      },
      anonymise,
    });

    it('before a private run is planned for and paid for as it is done', async () => {
      const it = engine();
      value(await it.open(sample('hospital_stays'), {}, ignore));
      const private_ = privateJob({
        columns: [
          {
            column: 'age',
            generalise: { type: 'bins', width: 20, origin: 0, write: 'lower', phase: 'before' },
          },
          { column: 'diagnosis', generalise: { type: 'remove', phase: 'before' } },
          { column: 'admitted_at', generalise: { type: 'period', period: 'year', phase: 'before' } },
        ],
        kAnonymity: null,
      });
      const plan = value(await it.plan(private_)).privacy;
      const fitted = value(await it.fit(private_, ignore));
      const [run] = fitted.privacy?.ledger.runs ?? [];
      const planned = ({ purpose, planned: uses }: { purpose: string; planned: number }) => [purpose, uses];
      expect(run.releases.length).toBeGreaterThan(0);
      expect(run.releases.map(planned)).toEqual(plan?.releases.map(planned));
      expect(run.releases.every(({ charged, planned: uses }) => charged === uses)).toBe(true);
      const { columns } = value(await it.sample({ rows: 400, tables: 1, seed: 2 }, ignore));
      expect(columns).not.toContain('diagnosis');
      const { blob } = value(await it.write({ table: 0, escapeFormulas: false }, ignore));
      expect(cells(await blob.text()).header).toEqual(columns);
    });

    it('after a private run goes by what was released, and columns that differ from it are not compared', async () => {
      const it = engine();
      value(await it.open(sample('hospital_stays'), {}, ignore));
      value(await it.fit(privateJob(protectedJob('after').anonymise), ignore));
      const sampled = value(await it.sample({ rows: 1500, tables: 1, seed: 2 }, ignore));
      expect(sampled.anonymised?.kAnonymity?.kReached).toBeGreaterThanOrEqual(6);
      const released = value(await it.releasable());
      const compared = released.columns.map(({ column }) => column);
      expect(compared).toContain('sex');
      for (const column of ['age', 'diagnosis', 'admitted_at']) expect(compared).not.toContain(column);
      expect(released.notes.join()).toContain('age, diagnosis, admitted_at');
      const scorecard = value(await it.score(ignore));
      expect(scorecard.columns.find(({ column }) => column === 'age')?.distance.value).toBeLessThan(0.2);
    });

    it('that would void the guarantee is refused before anything is charged', async () => {
      const it = engine();
      value(await it.open(sample('hospital_stays'), {}, ignore));
      const noise = { type: 'pram', keep: 0.5, draw: 'uniform', phase: 'before' } as const;
      const wrong = [
        privateJob(protectedJob('before').anonymise),
        privateJob({ columns: [{ column: 'sex', perturb: noise }], kAnonymity: null }, 'patient_id'),
      ];
      for (const its of wrong) {
        const refusal = { ok: false, error: { code: 'bad-settings' } };
        expect(await it.plan(its)).toMatchObject(refusal);
        expect(await it.fit(its, ignore)).toMatchObject(refusal);
      }
      expect(value(await it.ledger(null)).runs).toEqual([]);
    });

    it('reads a plan, and refuses one that does not fit the table, also when it is run', async () => {
      const it = engine();
      value(await it.open(sample('staff_pay'), {}, ignore));
      const plan = protectedJob('after').anonymise;
      const refusal = { ok: false, error: { code: 'bad-settings', column: 'patient_id' } };
      expect(await it.parseProtection(JSON.stringify(plan))).toMatchObject(refusal);
      expect(await it.plan(protectedJob('after'))).toMatchObject(refusal);
      expect(await it.fit(protectedJob('after'), ignore)).toMatchObject(refusal);
      expect(value(await it.parseProtection('{}'))).toEqual({ columns: [], kAnonymity: null });
    });
  });

  it('cancels while reading and can open again', async () => {
    const it = engine();
    const opening = it.open(sample('card_payments'), {}, ignore);
    await it.stop('discard');
    expect(await opening).toMatchObject({ ok: false, error: { code: 'stopped' } });
    expect((await it.open(sample('staff_pay'), {}, ignore)).ok).toBe(true);
  });
});

const shared = new URL('../../../shared/data/', import.meta.url);
describe.skipIf(!existsSync(shared))('engine on real tables', () => {
  it.each(['titanic', 'telco_churn', 'airbnb_nyc_10k', 'nyc_taxis', 'student_portuguese', 'nist_acs_ma2019'])(
    '%s comes back with the same columns and kinds',
    async (name) => {
      const it = engine();
      const file = new File([readFileSync(new URL(`${name}.csv`, shared))], `${name}.csv`);
      const opened = value(await it.open(file, {}, ignore));
      value(await it.fit(job, ignore));
      value(await it.sample({ rows: opened.rows, tables: 1, seed: 3 }, ignore));
      const { blob } = value(await it.write({ table: 0, escapeFormulas: true }, ignore));
      const reopened = value(await engine().open(new File([blob], 'again.csv'), {}, ignore));
      const kept = opened.schema.columns.filter((column) => column.treatment !== 'drop');
      expect(reopened.schema.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual(
        kept.map(({ name, kind }) => `${name} ${kind}`),
      );
    },
  );
});
