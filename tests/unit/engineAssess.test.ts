import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultTargets } from '../../src/app/settings.ts';
import { HomespunEngine } from '../../workers/engine.ts';
import { assessors } from '../../workers/evaluate/assessors.ts';
import type { AssessProgress, Job } from '../../workers/protocol.ts';
import { knownPrivacy } from '../support/privacy.ts';
import { privateJob, value } from '../support/released.ts';

const ignore = (): void => undefined;
const job: Job = { ...privateJob, method: 'independent', privacy: 'none', holdout: 0.3 };

/** The first rows of a sample, so that all figures take seconds. */
const small = (): File => {
  const text = readFileSync(new URL('../../static/samples/staff_pay.csv', import.meta.url), 'utf8');
  return new File([text.split('\n').slice(0, 401).join('\n')], 'staff.csv');
};

async function made(of: Job): Promise<HomespunEngine> {
  const engine = new HomespunEngine(() => performance.now(), knownPrivacy());
  value(await engine.open(small(), {}, ignore));
  value(await engine.fit(of, ignore));
  value(await engine.sample({ rows: 400, tables: 1, seed: 3 }, ignore));
  value(await engine.score(ignore));
  return engine;
}

const exact = { scope: 'exact', escapeFormulas: true, targets: defaultTargets } as const;

describe('assessing', () => {
  it('computes every figure of a real table, none failing, and the report holds them all', async () => {
    const engine = await made(job);
    const seen: AssessProgress[] = [];
    const formulas = ['share(left_company = 1)', 'mean(salary_eur by department)', 'mean(nothing)'].map(
      (text) => ({
        text,
        tolerance: 0.05,
      }),
    );
    const request = { columns: ['left_company'], targets: defaultTargets, formulas };
    const assessed = value(await engine.assess(request, (progress) => seen.push(progress)));
    expect(seen[0].assessed?.figures.length).toBeGreaterThan(0);
    expect(assessed.assessments.map(({ state }) => state)).toEqual(assessors.map(() => 'done'));
    expect(assessed.figures.filter(({ status }) => status === 'error')).toEqual([]);
    expect(new Set(assessed.figures.map(({ id }) => id)).size).toBe(assessed.figures.length);
    expect(assessed.targets).toEqual(['left_company']);
    for (const card of assessed.headline.cards) expect(card.status).not.toBe('measuring');
    const { domain = [] } = assessed.details;
    expect(domain.map(({ lines, status }) => [lines.length > 0, status === 'error'])).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
    for (const { real, synthetic, holdout } of domain[0].lines) {
      for (const its of [real, synthetic, holdout]) expect(its?.interval).not.toBeNull();
    }
    const anew = value(await engine.measure(formulas.slice(0, 1)));
    expect(anew.details.domain).toEqual(domain.slice(0, 1));
    expect(anew.figures).toEqual(assessed.figures);
    const report = value(await engine.report(exact, ignore));
    expect(report.html).toContain('share(left_company = 1)');
    for (const { id } of assessed.figures) expect(report.csv).toContain(id);
    const { blob } = value(await engine.write({ table: 0, escapeFormulas: true }, ignore));
    const bytes = Buffer.from(await blob.arrayBuffer());
    expect(report.html).toContain(createHash('sha256').update(bytes).digest('hex'));
  }, 60_000);

  it('stops at once, and a new table stops it too', async () => {
    const engine = await made(job);
    const request = { columns: null, targets: defaultTargets, formulas: [] };
    const stopped = engine.assess(request, ignore);
    await engine.stopAssessing();
    expect(value(await stopped).assessments.every(({ state }) => state === 'stopped')).toBe(true);
    const dropped = engine.assess(request, ignore);
    value(await engine.sample({ rows: 50, tables: 1, seed: 4 }, ignore));
    expect(value(await dropped).assessments.some(({ state }) => state === 'stopped')).toBe(true);
  });

  it('needs the first scorecard', async () => {
    const engine = new HomespunEngine(() => performance.now(), knownPrivacy());
    const refused = await engine.assess({ columns: null, targets: defaultTargets, formulas: [] }, ignore);
    expect(refused).toMatchObject({ ok: false, error: { code: 'not-ready' } });
  });
});

describe('formulas', () => {
  it('are checked against the open table before there are rows', async () => {
    const engine = new HomespunEngine(() => performance.now(), knownPrivacy());
    value(await engine.open(small(), {}, ignore));
    const formula = (text: string) => [{ text, tolerance: 0.05 }];
    expect(await engine.checkFormulas(formula('mean(salary_eur by department)'), null)).toMatchObject({
      ok: true,
    });
    const refused = { ok: false, error: { code: 'bad-settings', position: 5 } };
    expect(await engine.checkFormulas(formula('mean(salary)'), null)).toMatchObject(refused);
    // A plan may make other columns of them: what cannot be known yet is not refused.
    const plan = { columns: [], kAnonymity: null };
    expect(await engine.checkFormulas(formula('mean(salary)'), plan)).toMatchObject({ ok: true });
    expect(await engine.checkFormulas(formula('mean('), plan)).toMatchObject({ ok: false });
  });
});

describe('reports', () => {
  it('without a guarantee there is none to pass on', async () => {
    const engine = await made(job);
    const refused = await engine.report({ ...exact, scope: 'releasable' }, ignore);
    expect(refused).toMatchObject({ ok: false, error: { code: 'not-ready' } });
  });

  it('with one, the report to pass on has the statement and neither seed nor hash of the file', async () => {
    const engine = await made(privateJob);
    const opened = createHash('sha256')
      .update(Buffer.from(await small().arrayBuffer()))
      .digest('hex');
    const { html, json } = value(await engine.report({ ...exact, scope: 'releasable' }, ignore));
    expect(html).toContain('PRIVACY STATEMENT');
    expect(html).toContain('Differential privacy for each row');
    expect(html + json).not.toContain(opened);
    expect(json).not.toMatch(/"(trainRows|holdoutRows|seed|assessed)"/);
  });
});
