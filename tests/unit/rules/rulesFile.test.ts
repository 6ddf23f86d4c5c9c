import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRules } from '../../../workers/rules/checkRules.ts';
import { parseRules } from '../../../workers/rules/parseRules.ts';
import type { ChosenRule, Rule } from '../../../workers/rules/types.ts';
import { planted, plantedRules } from './rows.ts';

const { schema } = planted(200, 'file', true);
const declared = (rules: readonly Rule[]): ChosenRule[] =>
  rules.map((rule) => ({ rule, source: 'declared' }));
const check = (rules: readonly Rule[], isPrivate = false): void => {
  checkRules(declared(rules), schema, isPrivate);
};

const name = fc.string({ minLength: 1, maxLength: 8 });
const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('combinations' as const),
      columns: fc.array(name),
      allowed: fc.oneof(
        fc.constant(null),
        fc.array(
          fc.array(
            fc.oneof(
              name,
              fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
            ),
          ),
        ),
      ),
      weights: fc.array(fc.nat()),
    },
    { requiredKeys: ['kind', 'columns', 'allowed'] },
  ),
  fc.record({ kind: fc.constant('order' as const), low: name, high: name, strict: fc.boolean() }),
  fc.record(
    { kind: fc.constant('sum' as const), total: name, parts: fc.array(name), tolerance: fc.nat() },
    { requiredKeys: ['kind', 'total', 'parts'] },
  ),
  fc.record({ kind: fc.constant('one-hot' as const), columns: fc.array(name) }),
);

describe('a file of rules', () => {
  it('gives back the rules that were written', () => {
    fc.assert(
      fc.property(fc.array(anyRule), (rules) => {
        expect(parseRules(JSON.stringify({ rules }))).toEqual(rules);
      }),
      { numRuns: 100 },
    );
  });

  it('may leave out what has a plain meaning', () => {
    const rules = [
      { kind: 'order', low: 'a', high: 'b' },
      { kind: 'combinations', columns: ['a', 'b'] },
    ];
    expect(parseRules(JSON.stringify({ rules }))).toEqual([
      { kind: 'order', low: 'a', high: 'b', strict: false },
      { kind: 'combinations', columns: ['a', 'b'], allowed: null },
    ]);
  });

  it.each([
    ['{', 'not valid JSON'],
    ['[]', 'no object at the top'],
    ['{"rules": {}}', 'no list at the top, rules'],
    ['{"rule": []}', 'no fields but rules at the top'],
    ['{"rules": [{"kind": "sums"}]}', 'entry 1, kind'],
    ['{"rules": [{"kind": "order", "low": "a"}]}', 'no text at the top, rules, entry 1, high'],
    [
      '{"rules": [{"kind": "order", "low": "a", "high": "b", "stric": true}]}',
      'no fields but kind, low, high, strict',
    ],
    ['{"rules": [{"kind": "sum", "total": "t", "parts": "a"}]}', 'no list at the top, rules, entry 1, parts'],
    ['{"rules": [{"kind": "one-hot", "columns": ["a", 2]}]}', 'columns, entry 2'],
    [
      '{"rules": [{"kind": "combinations", "columns": ["a", "b"], "allowed": [["x", true]]}]}',
      'entry 1, entry 2',
    ],
  ])('is refused, saying where: %s', (json, says) => {
    expect(() => parseRules(json)).toThrow(expect.objectContaining({ code: 'bad-settings' }));
    expect(() => parseRules(json)).toThrow(says);
  });
});

describe('rules for a table', () => {
  it('are taken where it can keep them', () => {
    expect(() => check(plantedRules)).not.toThrow();
    const listed: Rule = {
      kind: 'combinations',
      columns: ['city', 'grade'],
      allowed: [['Bonn', 3]],
      weights: [2],
    };
    expect(() => check([listed], true)).not.toThrow();
  });

  const order = (low: string, high: string): Rule => ({ kind: 'order', low, high, strict: false });
  const pair = (rule: Partial<Rule & { kind: 'combinations' }>): Rule => ({
    kind: 'combinations',
    columns: ['city', 'state'],
    allowed: [['Bonn', 'DE']],
    ...rule,
  });
  const refused: readonly (readonly [string, readonly Rule[], string])[] = [
    ['an absent column', [order('start', 'stop')], '“stop”, which the table does not have'],
    ['one column twice', [order('start', 'start')], '“start” twice'],
    ['a date beside a number', [order('start', 'rent')], 'cannot be put in order'],
    ['too few parts', [{ kind: 'sum', total: 'total', parts: ['rent'] }], 'too few columns'],
    ['a sum of texts', [{ kind: 'sum', total: 'total', parts: ['rent', 'city'] }], 'no numbers to sum'],
    ['a flag that is none', [{ kind: 'one-hot', columns: ['is_0', 'city'] }], 'does not say yes or no'],
    ['dates combined', [pair({ columns: ['city', 'start'] })], 'no values to combine'],
    ['no combination', [pair({ allowed: [] })], 'allows no combination'],
    ['a short combination', [pair({ allowed: [['Bonn']] })], 'has 1 values for 2 columns'],
    ['a number for a text', [pair({ allowed: [['Bonn', 1]] })], 'do not fit column “state”'],
    ['weights that do not fit', [pair({ weights: [1, 2] })], 'weights'],
    ['a circle', [order('rent', 'heat'), order('heat', 'fees'), order('fees', 'rent')], 'in a circle'],
    [
      'sums that need one another',
      [
        { kind: 'sum', total: 'rent', parts: ['heat', 'fees'] },
        { kind: 'sum', total: 'heat', parts: ['rent', 'fees'] },
        { kind: 'sum', total: 'fees', parts: ['rent', 'heat'] },
      ],
      'no column free',
    ],
  ];
  it.each(refused)('are refused, saying why: %s', (_, rules, says) => {
    expect(() => check(rules)).toThrow(expect.objectContaining({ code: 'bad-settings' }));
    expect(() => check(rules)).toThrow(says);
  });

  it('with a guarantee have to be declared, with nothing left to the rows', () => {
    expect(() => check([pair({ allowed: null })], true)).toThrow('takes its combinations from the rows');
    const found: ChosenRule = { rule: order('start', 'end'), source: 'found' };
    expect(() => checkRules([found], schema, true)).toThrow('was found in the rows');
    expect(() => checkRules([found], schema, false)).not.toThrow();
  });
});
