import { describe, expect, it } from 'vitest';
import {
  datetimeFormat,
  fitLabel,
  formatNumber,
  formatScore,
  formatShare,
} from '../../../src/charts/format.ts';
import { associationReadout, overlayReadout } from '../../../src/charts/readouts.ts';
import { overlayFinding, scoreSentence, verdict } from '../../../src/charts/scoreWords.ts';
import { associationTable, lossTable, overlayTable } from '../../../src/charts/tables.ts';
import { associations, categoryOverlay, losses, numericOverlay } from './examples.ts';

describe('numbers as text', () => {
  it('shares keep one decimal, and a little is not nothing', () => {
    expect([0, 0.0004, 0.1234, 0.9996, 1, NaN].map(formatShare)).toEqual([
      '0%',
      '<0.1%',
      '12.3%',
      '100%',
      '100%',
      '–',
    ]);
  });

  it('years stay years and long numbers get short', () => {
    expect(formatNumber(1990)).toBe('1990');
    expect(formatNumber(12_500)).toBe('12.5k');
    expect(formatNumber(2_000_000_000)).toBe('2B');
    expect(formatNumber(0.25, 0.05)).toBe('0.25');
    expect(formatNumber(NaN)).toBe('–');
  });

  it('a rounded zero has no sign', () => {
    expect(formatScore(-0.0001)).toBe('0.000');
  });

  it('instants are written as finely as the range asks for', () => {
    const noon = Date.UTC(2024, 4, 6, 12, 30);
    const day = 86_400_000;
    expect([5000, 400, 30, 1].map((days) => datetimeFormat(days * day)(noon))).toEqual([
      '2024',
      'May 2024',
      '6 May',
      '12:30',
    ]);
  });

  it('a label that fits is left alone', () => {
    expect(fitLabel('short', 200)).toBe('short');
    expect(fitLabel('a very long label', 40)).toMatch(/^a ver?…$/);
  });
});

describe('verdicts', () => {
  const score = (value: number) => ({ value, ceiling: 0.01, floor: 0.41 });

  it('follow the place between ceiling and floor', () => {
    expect([0.005, 0.02, 0.1, 0.2, 0.4].map((value) => verdict(score(value)).level)).toEqual([
      'as-real',
      'as-real',
      'close',
      'partly',
      'lost',
    ]);
  });

  it('a difference nobody would see is no loss, however near random rows are', () => {
    expect(verdict({ value: 0.028, ceiling: 0.01, floor: 0.03 }).level).toBe('close');
    expect(verdict({ value: 0.042, ceiling: 0.027, floor: 0.031 }).label).toBe('cannot tell');
    expect(verdict({ value: 0.06, ceiling: 0.01, floor: 0.08 }).level).toBe('lost');
  });

  it('without a holdout nothing is claimed', () => {
    expect(verdict({ value: 0.1, ceiling: NaN, floor: 0.4 })).toMatchObject({
      level: 'unknown',
      label: 'not assessed',
    });
    expect(scoreSentence('KS', { value: 0.1, ceiling: NaN, floor: 0.4 }, 'shuffled')).toContain('no holdout');
  });

  it('where real and random rows score alike, it says that it cannot tell', () => {
    expect(verdict({ value: 0.01, ceiling: 0.01, floor: 0.012 }).label).toBe('cannot tell');
    expect(verdict({ value: 0.3, ceiling: 0.01, floor: 0.012 }).level).toBe('lost');
  });
});

describe('findings, readouts and tables', () => {
  it('a category finding names the largest difference', () => {
    const overlay = {
      ...categoryOverlay('c', ['a', 'b', 'c']),
      real: [0.7, 0.2, 0.1],
      synthetic: [0.55, 0.3, 0.15],
    };
    expect(overlayFinding(overlay)).toBe(
      'The largest difference is “a”: 70.0% of real rows, 55.0% of synthetic.',
    );
  });

  it('missing shares are mentioned only where they differ', () => {
    const overlay = numericOverlay('x', { missing: 0.2, error: 0.5 });
    expect(overlayFinding(overlay)).toContain('Missing: 20.0% real, 10.0% synthetic.');
    expect(overlayFinding({ ...overlay, syntheticMissing: 0.2 })).not.toContain('Missing');
  });

  it('a table has a line for each bin and for what is missing, and reads as the readout does', () => {
    const overlay = numericOverlay('x', { missing: 0.2, bins: 12 });
    const { rows } = overlayTable(overlay);
    expect(rows).toHaveLength(13);
    expect(rows[12][0]).toBe('missing');
    const frame = { width: 600, height: 280, compact: false };
    expect(overlayReadout(overlay, 3, frame, null)).toBe(
      `${rows[3][0]}: ${rows[3][1]} real, ${rows[3][2]} synthetic`,
    );
  });

  it('the association table starts with the worst pair, and undefined pairs come last', () => {
    const map = associations(12);
    const { rows } = associationTable(map);
    expect(rows).toHaveLength(66);
    expect(rows[0][0]).toBe(map.worstPair?.join(' × '));
    expect(rows[65][4]).toBe('–');
  });

  it('the readout of a pair that is not defined says why', () => {
    expect(associationReadout(associations(12), 0, 11)).toContain('not defined');
    expect(associationReadout(associations(12), 0, 1)).toContain('age × income (Pearson): real');
  });

  it('a long training is thinned, and its last epoch kept', () => {
    const { rows } = lossTable(losses(1000));
    expect(rows.length).toBeLessThan(260);
    expect(rows[rows.length - 1][0]).toBe('1000');
  });
});
