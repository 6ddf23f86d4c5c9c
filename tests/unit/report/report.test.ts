import { describe, expect, it } from 'vitest';
import { attackCaps } from '../../../workers/evaluate/privacy/attackRows.ts';
import type { Scorecard } from '../../../workers/evaluate/types.ts';
import type { PrivacyDetails } from '../../../workers/protocol.ts';
import { escaped, html } from '../../../workers/report/html.ts';
import { reportFiles } from '../../../workers/report/files.ts';
import type { ExactReport, ReleasableReport, ReportRun } from '../../../workers/report/types.ts';
import { defaultTargets } from '../../../src/app/settings.ts';
import { fakeAssessed, fakeAudit, fakeResult, figureOf } from '../app/fakeAssessed.ts';
import { fakeReleasable } from '../app/fakePrivacy.ts';
import { associations, categoryOverlay, numericOverlay } from '../charts/examples.ts';
import { rocExample } from '../charts/rocExample.ts';

const hostile = '<script>alert("&\'")</script>';

const run: ReportRun = {
  madeAt: '2026-01-01T00:00:00.000Z',
  version: '0.1.0',
  output: { fileName: `${hostile}.csv`, rows: 1234, columns: 3, sha256: 'ab'.repeat(32) },
  settings: [{ label: 'Method', value: 'aim' }],
  guarantee: 'Differential privacy for each row: epsilon = 1.',
  statement: `PRIVACY STATEMENT\n${hostile}`,
};

const mark = { value: 0.123, ceiling: 0.05, floor: 0.5 };
const scorecard: Scorecard = {
  columns: [
    { column: `age ${hostile}`, metric: 'KS', distance: mark, overlay: numericOverlay('age', { bins: 8 }) },
    { column: 'ward', metric: 'TV', distance: mark, overlay: categoryOverlay('ward', ['a', hostile]) },
  ],
  meanDistance: mark,
  pairDistance: mark,
  associations: associations(4),
  rows: { train: 987_654, holdout: 100, synthetic: 400, used: 100 },
  seconds: 1,
  notes: [hostile],
};

const domain = [`share(ward = '${hostile}')`, 'what?'].map((text) => fakeResult({ text, tolerance: 0.05 }));

const attacked: PrivacyDetails = {
  membership: null,
  roc: rocExample(2000, true),
  inference: null,
  singlingOut: null,
  linkability: {
    name: 'linking',
    attacks: 100,
    controls: 100,
    attack: 0.1,
    control: 0.1,
    baseline: 0.1,
    risk: 0,
    interval: [0, 0.1],
  },
  reidentification: null,
  copying: null,
  caps: attackCaps,
};

const exact: ExactReport = {
  scope: 'exact',
  run,
  scorecard,
  assessed: {
    ...fakeAssessed(1, defaultTargets, ['ward']),
    details: { privacy: attacked, domain, shadow: fakeAudit },
  },
  targets: defaultTargets,
};
const releasable: ReleasableReport = { scope: 'releasable', run, scorecard: fakeReleasable(400) };

describe('markup', () => {
  it('escapes what is filled in, in text and attributes, and nothing that it made itself', () => {
    const inner = html`<b title="${'"'}">${hostile}</b>`;
    expect(html`<p>${inner}</p>`.markup).toBe(`<p><b title="&quot;">${escaped(hostile)}</b></p>`);
    expect(escaped(hostile)).not.toMatch(/[<>"']/);
  });
});

describe.each([
  ['exact', exact],
  ['releasable', releasable],
] as const)('the %s report', (_, report) => {
  const { html: page, json, csv } = reportFiles(report);

  it('is one file that loads nothing and runs nothing, whatever names hold', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)|src=/i);
    expect(page.match(/https?:\/\//g)).toBeNull();
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(page).not.toMatch(/undefined|\[object/);
  });

  it('holds settings, version, statement and the hash of the output', () => {
    for (const text of ['aim', '0.1.0', 'PRIVACY STATEMENT', run.output.sha256, '1,234']) {
      expect(page).toContain(text);
    }
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, close, name, end] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
      if (['meta', 'br'].includes(name) || end === '/') continue;
      if (close === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('is whole as JSON, and as CSV has as many cells in each line as in its head', () => {
    expect(JSON.parse(json).run.output.sha256).toBe(run.output.sha256);
    const lines = csv
      .trim()
      .split('\r\n')
      .filter((line) => !line.includes('"'));
    const widths = new Set(lines.map((line) => line.split(',').length));
    expect(widths.size).toBe(1);
  });
});

describe('the two reports', () => {
  it('the one to pass on says so and has no figure of real rows; the owner’s is marked', () => {
    const pages = { exact: reportFiles(exact).html, releasable: reportFiles(releasable).html };
    expect(pages.exact).toContain('For the owner&#39;s eyes'.replace('&#39;', "'"));
    expect(pages.releasable).toContain('May be passed on');
    expect(pages.releasable).not.toContain('owner');
    expect(pages.releasable).not.toContain('0.123');
    expect(JSON.stringify(reportFiles(releasable))).not.toContain('987654');
  });

  it('formulas stand with their values in the owner’s alone, and say where they do not fit', () => {
    const { html: page, json } = reportFiles(exact);
    expect(page).toContain(escaped(domain[0].formula.text));
    expect(page).toContain('33.0% (32.0% to 34.0%)');
    expect(page).toContain('Not in the language. Write another.');
    expect(JSON.parse(json).assessed.details.domain).toHaveLength(2);
    const passedOn = reportFiles(releasable);
    for (const text of [passedOn.html, passedOn.json, passedOn.csv]) expect(text).not.toContain('share(ward');
  });

  it('a deep audit stands in the owner’s alone', () => {
    expect(reportFiles(exact).html).toContain('Deep audit');
    expect(reportFiles(exact).html).toContain('54,321');
    const passedOn = reportFiles(releasable);
    for (const text of [passedOn.html, passedOn.json, passedOn.csv]) {
      expect(text).not.toMatch(/54,?321|shadow|audit/i);
    }
  });

  it('curves of the membership attacks are drawn in the owner’s alone, within their drawing', () => {
    const { html: page } = reportFiles(exact);
    expect(page).toContain('held-out rows wrongly named');
    expect(page.match(/class="roc roc-\d" d="M/g)).toHaveLength(2);
    expect(page).toContain('roc-allowed');
    expect(page).not.toMatch(/d="[^"]*NaN/);
    expect(reportFiles(releasable).html).not.toContain('wrongly named');
  });

  it('every figure and card is in the owner’s page, JSON and CSV', () => {
    const { html: page, json, csv } = reportFiles(exact);
    for (const { id, label } of exact.assessed?.figures ?? []) {
      expect(page).toContain(escaped(label));
      expect(json).toContain(id);
      expect(csv).toContain(id);
    }
    for (const { label } of exact.assessed?.headline.cards ?? []) expect(page).toContain(label);
  });

  it('cells of the CSV that a spreadsheet would run are guarded', () => {
    const assessed = { ...fakeAssessed(1, defaultTargets, []), figures: [figureOf('x', { label: '=1+1' })] };
    expect(reportFiles({ ...exact, assessed }).csv).toContain(",'=1+1,");
  });
});
