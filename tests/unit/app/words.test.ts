import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSettings, defaultSettings } from '../../../src/app/settings.ts';
import { stepOf } from '../../../src/app/steps.ts';
import { duration, fileSize, percent, plural, timeLeft } from '../../../src/app/words.ts';
import { helpText, helpTopics } from '../../../src/help/topics.ts';
import { parseMarkdown, parseSpans } from '../../../src/help/markdown.ts';
import { readTokens, writeInstant, readInstant, writeTokens } from '../../../src/steps/columns/vocabulary.ts';
import { formOf, optionsOf } from '../../../src/steps/data/readOptions.ts';
import { pastedFile } from '../../../src/app/intake.svelte.ts';

describe('words for numbers', () => {
  it('name one and many', () => {
    expect([plural(1, 'row'), plural(2400, 'row'), plural(0, 'category', 'categories')]).toEqual([
      '1 row',
      '2,400 rows',
      '0 categories',
    ]);
  });
  it('never round a small share to nothing', () => {
    expect([percent(0), percent(0.0004), percent(0.004), percent(0.25)]).toEqual([
      '0%',
      'under 0.1%',
      '0.4%',
      '25%',
    ]);
  });
  it('give sizes and times in the unit a person would choose', () => {
    expect([fileSize(999), fileSize(1_535_366), fileSize(82_000_000)]).toEqual([
      '999 bytes',
      '1.5 MB',
      '82 MB',
    ]);
    expect([duration(0.02), duration(1), duration(42), duration(150), duration(5000)]).toEqual([
      '0.1 seconds',
      '1 second',
      '42 seconds',
      '3 minutes',
      '83 minutes',
    ]);
    expect([timeLeft(NaN), timeLeft(0.4), timeLeft(31), timeLeft(70), timeLeft(240)]).toEqual([
      '',
      'almost done',
      'about 35 seconds left',
      'about a minute left',
      'about 4 minutes left',
    ]);
  });
});

describe('stored settings', () => {
  it('fall back one by one where they are malformed', () => {
    const stored = { theme: 'dark', method: 'magic', holdout: 0.9, seed: 12, escapeFormulas: false };
    expect(parseSettings(JSON.stringify(stored))).toEqual({
      ...defaultSettings,
      theme: 'dark',
      seed: 12,
      escapeFormulas: false,
    });
  });
  it('survive any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const settings = parseSettings(text);
        expect(Object.keys(settings).sort()).toEqual(Object.keys(defaultSettings).sort());
        expect(settings.holdout).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});

describe('addresses', () => {
  it('name steps', () => {
    expect(['#/data', '#data', '#/export', '', '#/x'].map(stepOf)).toEqual([
      'data',
      'data',
      'export',
      null,
      null,
    ]);
  });
});

describe('missing tokens as edited', () => {
  it('read back as they were written, whatever they are', () => {
    const token = fc.string().filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(fc.uniqueArray(token), (tokens) => {
        expect(readTokens(writeTokens(tokens))).toEqual(tokens);
      }),
    );
  });
  it('show the empty cell and the single blank', () => {
    expect(writeTokens(['', ' ', 'NA'])).toBe('(empty), " ", NA');
    expect(readTokens('(empty),NA,  -99 ,NA,')).toEqual(['', 'NA', '-99']);
    expect(readTokens('')).toEqual([]);
  });
});

describe('instants as edited', () => {
  it('keep wall-clock time in every time zone', () => {
    expect(writeInstant(Date.UTC(2024, 2, 31, 2, 30))).toBe('2024-03-31T02:30:00');
    expect(readInstant('2024-03-31T02:30')).toBe(Date.UTC(2024, 2, 31, 2, 30));
  });
});

describe('help', () => {
  it.each(helpTopics)('%s begins with a heading and says something', (topic) => {
    const blocks = parseMarkdown(helpText(topic as Parameters<typeof helpText>[0]));
    expect(blocks[0].type).toBe('heading');
    expect(blocks.length).toBeGreaterThan(1);
  });
  it('splits a line into styled spans and loses nothing', () => {
    expect(parseSpans('write `=` or **bold** and *soft*')).toEqual([
      { style: 'plain', text: 'write ' },
      { style: 'code', text: '=' },
      { style: 'plain', text: ' or ' },
      { style: 'strong', text: 'bold' },
      { style: 'plain', text: ' and ' },
      { style: 'em', text: 'soft' },
    ]);
  });
});

describe('pasted text', () => {
  it('is a table only with two lines or more', () => {
    expect(pastedFile('just a word')).toBeNull();
    expect(pastedFile('a\tb\n1\t2')?.name).toBe('pasted.tsv');
    expect(pastedFile('a,b\r\n1,2')?.name).toBe('pasted.csv');
  });
});

describe('reading differently', () => {
  it('asks only for what was chosen', () => {
    const untouched = formOf({}, 1);
    expect(optionsOf(untouched)).toEqual({});
    expect(optionsOf({ ...untouched, delimiter: ';', header: 'line', headerLine: 3 })).toEqual({
      delimiter: ';',
      header: true,
      headerLine: 3,
    });
  });
  it('shows options given before, and gives them again', () => {
    const options = { encoding: 'windows-1252', quote: "'", header: false, comment: '#' } as const;
    expect(optionsOf(formOf(options, 1))).toEqual(options);
  });
});
