import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HomespunError } from '../../../../workers/errors.ts';
import { check } from '../../../../workers/evaluate/domain/check.ts';
import type { FormulaColumn } from '../../../../workers/evaluate/domain/formulaTypes.ts';
import { parse } from '../../../../workers/evaluate/domain/parse.ts';
import { condition, formula, labels, wards, write, writeCondition } from './formulas.ts';

const columns: readonly FormulaColumn[] = [
  { name: 'age', type: 'number', labels: [] },
  { name: 'stay days', type: 'number', labels: [] },
  { name: 'admitted', type: 'datetime', labels: [] },
  { name: 'readmitted', type: 'category', labels },
  { name: 'ward', type: 'category', labels: wards },
  { name: 'score', type: 'category', labels: ['1', '2', '10'] },
  { name: 'id', type: 'text', labels: [] },
];

const withoutPlaces = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree, (key: string, value: unknown) => (key === 'position' ? 0 : value)));

/** The error of a text, or null. */
function errorOf(text: string): HomespunError | null {
  try {
    check(parse(text), columns);
    return null;
  } catch (cause) {
    if (cause instanceof HomespunError) return cause;
    throw cause;
  }
}

function expectClear(text: string): void {
  const error = errorOf(text);
  if (!error) return;
  const { code, position = NaN, message, hint = '' } = error;
  const inside = position >= 0 && position <= text.length;
  const named = message.includes(`(character ${position + 1})`) && /\S{2}/.test(hint);
  // One assertion: thousands of texts go through here.
  expect([code, inside, named]).toEqual(['bad-settings', true, true]);
}

const words = [
  ...['share', 'mean', 'count', 'where', 'by', 'and', 'or', 'not', 'in', 'is', 'missing', 'age', 'ward'],
  ...['(', ')', '((', '=', '!=', '<=', '>', ',', '+', '-', '*', '/', '1', '2.5', '2024-01-31', 'yes'],
  ...["'two words'", '"readmitted"', '`stay days`', '`', "'", '"', '§', '😀', '3b', '__proto__'],
];

describe('the parser', () => {
  it('gives back the tree that was written, with brackets only where the ranks ask for them', () => {
    fc.assert(
      fc.property(formula(false), (tree) => {
        expect(withoutPlaces(parse(write(tree)))).toEqual(withoutPlaces(tree));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(condition, (tree) => {
        const parsed = parse(`share(${writeCondition(tree)})`);
        expect(withoutPlaces(parsed)).toMatchObject({ condition: withoutPlaces(tree) });
      }),
      { numRuns: 500 },
    );
  });

  it('takes or below and below not, and * before +, from the left', () => {
    const text = (tree: string): unknown => withoutPlaces(parse(tree));
    const same = [
      [
        'share(age = 1 or age = 2 and not age = 3 and age = 4)',
        'share(age = 1 or ((age = 2 and (not (age = 3))) and age = 4))',
      ],
      ['1 - count() - 2 * count() / 3', '(1 - count()) - ((2 * count()) / 3)'],
      ['-count() * 2', '(-count()) * 2'],
      ['SHARE(age == 1 WHERE ward <> Eye)', 'share(age = 1 where ward != Eye)'],
      ['share(age not in (1, 2))', 'share(not age in (1, 2))'],
      ['share(age != missing)', 'share(age is not missing)'],
      ['mean(age by ward where age > 1)', 'mean(age where age > 1 by ward)'],
      ['share("readmitted" = "yes")', "share(`readmitted` = 'yes')"],
    ];
    for (const [short, long] of same) expect(text(short)).toEqual(text(long));
  });

  it('throws nothing but the clear error, with a place inside the text, whatever is written', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), expectClear), { numRuns: 500 });
    const soup = fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((parts) => parts.join(' '));
    fc.assert(fc.property(soup, expectClear), { numRuns: 1000 });
    const cut = fc.tuple(formula(true), fc.nat(), fc.constantFrom(...words));
    fc.assert(
      fc.property(cut, ([tree, place, word]) => {
        const whole = write(tree);
        const middle = place % (whole.length + 1);
        expectClear(whole.slice(0, middle));
        expectClear(`${whole.slice(0, middle)}${word}${whole.slice(middle)}`);
      }),
      { numRuns: 400 },
    );
    for (const deep of [
      '('.repeat(1900),
      '-'.repeat(1900),
      `share(${'not '.repeat(450)}`,
      'x'.repeat(5000),
    ]) {
      expectClear(deep);
      expect(errorOf(deep)).not.toBeNull();
    }
  });
});

describe('what does not fit', () => {
  it.each([
    ['', 0, 'empty'],
    ['share(readmited = yes)', 6, 'no column', '`readmitted`'],
    ['share(readmitted = maybe)', 19, 'no category', 'as it stands'],
    ['share(readmitted > yes)', 17, 'cannot compare', 'no order'],
    ['mean(ward)', 5, 'no numbers', 'share(`ward` = …)'],
    ['mean(admitted)', 5, 'no numbers', 'Dates have no mean'],
    ['mean(age by age)', 12, 'no categories', 'ranges'],
    ['mean(age by ward) / mean(age by readmitted)', 20, 'grouped by', 'same column'],
    ['share(age > yes)', 12, 'has numbers', 'a number'],
    ['share(admitted > 2024-02-30)', 17, 'has dates', '2024-01-31'],
    ['share(id = 3)', 6, 'free text', 'made anew'],
    ['1 + 2', 0, 'looks at no row', 'count, share or mean'],
    ['share(age = 1 where age = 2 where age = 3)', 28, 'A second', 'and'],
    ['share(age = 1', 13, 'ends too early', 'bracket'],
    ['share(where = 1)', 6, 'word of the language', '`where`'],
    ["share(ward = 'Eye)", 13, 'not closed', "'"],
    ['share(age = 1) share(age = 2)', 15, 'not expected', 'joined'],
    ['share(age = 3b)', 12, 'runs into', "'3b'"],
  ])('%s: character %i says why', (text, position, message, hint = '') => {
    const error = errorOf(text);
    expect(error?.position).toBe(position);
    expect(error?.message).toContain(message);
    expect(error?.hint).toContain(hint);
  });

  it.each([
    'share(readmitted = YES)',
    'share(ward = 7)',
    'mean(score where score >= 2)',
    'share(admitted >= 2024-02-29 and admitted < 2024-03-01 13:45)',
    'count(where age >= 65)',
    'count()',
    'share(readmitted = yes where age >= 65) / share(readmitted = yes where age < 65)',
    'mean(`stay days` by ward) - mean(`stay days`)',
    'share(age in (-1, 2.5) or ward is missing)',
  ])('%s fits', (text) => {
    expect(errorOf(text)).toBeNull();
  });
});
