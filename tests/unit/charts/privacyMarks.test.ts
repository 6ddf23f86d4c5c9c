import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetSegments, releaseTable } from '../../../src/charts/budgetMarks.ts';
import { mostOf, noiseLevel, noiseMarks, noiseSentence } from '../../../src/charts/noiseMarks.ts';
import { linkTable, strongestLink } from '../../../src/charts/tables.ts';
import { releasableDetail, releasableHeadline } from '../../../src/steps/scorecard/words.ts';
import type { ReleaseView } from '../../../workers/protocol.ts';
import { fakeReleasable } from '../app/fakePrivacy.ts';

const release = (share: number, i = 0): ReleaseView => ({
  purpose: `release ${String(i)}`,
  mechanism: 'discrete Gaussian mechanism',
  planned: 1000,
  charged: 0,
  share,
});

describe('the bar of a budget', () => {
  it('is as long as it may be, in plan order, without overlap, and every release is seen', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 200, max: 1200 }), (parts, width) => {
        const segments = budgetSegments(parts.map(release), width);
        segments.forEach((segment, i) => {
          expect(segment.width).toBeGreaterThanOrEqual(1);
          if (i > 0) expect(segment.x).toBeGreaterThan(segments[i - 1].x + segments[i - 1].width);
        });
        const last = segments[segments.length - 1];
        expect(last.x + last.width).toBeLessThanOrEqual(width + parts.length);
        expect(segments.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
      }),
    );
  });
  it('tells neighbours apart, and has its numbers in a table', () => {
    const segments = budgetSegments([0.1, 0.2, 0.3, 0.4].map(release), 600);
    segments.slice(1).forEach((segment, i) => {
      expect(Math.abs(segment.strength - segments[i].strength)).toBeGreaterThan(0.5);
    });
    expect(releaseTable([release(0.25)]).rows).toEqual([
      ['release 0', 'discrete Gaussian mechanism', '1,000', '25.0%'],
    ]);
  });
});

describe('a distance beside its noise', () => {
  const score = { column: 'age', distance: 0.05, noiseAlone: { mean: 0.03, upper: 0.04 } };
  it('is beyond it only above what noise gives 19 times of 20', () => {
    expect(noiseLevel(score)).toBe('beyond');
    expect(noiseLevel({ ...score, distance: 0.04 })).toBe('within');
    expect(noiseLevel({ ...score, distance: NaN })).toBe('unknown');
    expect(noiseSentence(score)).toBe(
      'age: distance 0.050 (0 is best); noise alone would give about 0.030, rarely more than 0.040: beyond the noise.',
    );
  });
  it('is drawn on a scale that the columns share', () => {
    const most = mostOf([score, { ...score, distance: 0.5 }]);
    expect(most).toBeGreaterThan(0.5);
    const marks = noiseMarks(score, 100, most);
    expect(marks.mean).toBeLessThan(marks.upper ?? 0);
    expect(marks.upper).toBeLessThan(marks.distance ?? 0);
    expect(noiseMarks({ ...score, distance: NaN }, 100, most).distance).toBeNull();
  });
});

describe('the scorecard to pass on', () => {
  const card = fakeReleasable(500);
  const within = card.columns[1];
  it('says how many columns noise explains', () => {
    expect(releasableHeadline(card)).toBe('1 column of 2 is as close to what was released as noise allows.');
    expect(releasableHeadline({ ...card, columns: [within, within] })).toMatch(/^Every column/);
    expect(releasableHeadline({ ...card, columns: [card.columns[0]] })).toMatch(/farther/);
    expect(releasableHeadline({ ...card, columns: [] })).toMatch(/nothing to compare/);
    expect(releasableDetail(card)).toContain('500 synthetic rows, not from real rows');
  });
  it('lists links strongest first, each once', () => {
    const links = {
      columns: ['a', 'b', 'c'],
      measures: Array.from({ length: 9 }, () => 'pearson' as const),
      values: [1, 0.2, -0.9, 0.2, 1, NaN, -0.9, NaN, 1],
    };
    expect(strongestLink(links)).toMatchObject({ pair: ['a', 'c'], value: -0.9 });
    expect(linkTable(links).rows.map(([pair]) => pair)).toEqual(['a × c', 'a × b']);
    expect(strongestLink({ columns: ['a'], measures: ['self'], values: [1] })).toBeNull();
  });
});
