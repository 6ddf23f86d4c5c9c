import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HomespunEngine } from '../../workers/engine.ts';
import type { Result } from '../../workers/errors.ts';
import type { Job, Progress } from '../../workers/protocol.ts';
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

  it('says what is missing when steps are asked for out of order', async () => {
    const it = engine();
    expect(await it.fit(job, ignore)).toMatchObject({ ok: false, error: { code: 'not-ready' } });
    value(await it.open(sample('staff_pay'), {}, ignore));
    expect(await it.sample({ rows: 5, tables: 1, seed: 1 }, ignore)).toMatchObject({
      ok: false,
      error: { code: 'not-ready' },
    });
  });

  it.each([[{ ...job, epsilon: 1 }], [{ ...job, holdout: 0.9 }], [{ ...job, seed: 1.5 }]])(
    'refuses settings it cannot honour: %o',
    async (wrong) => {
      const it = engine();
      value(await it.open(sample('staff_pay'), {}, ignore));
      expect(await it.fit(wrong, ignore)).toMatchObject({ ok: false, error: { code: 'bad-settings' } });
    },
  );

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
