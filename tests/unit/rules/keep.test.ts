import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenByAny, brokenRows, countMarks } from '../../../workers/rules/brokenRows.ts';
import { checkRules } from '../../../workers/rules/checkRules.ts';
import { leastAcceptance } from '../../../workers/rules/keepRules.ts';
import type { Rule } from '../../../workers/rules/types.ts';
import { kindsOf } from '../../../workers/synthesizers/rowKinds.ts';
import type { Table } from '../../../workers/table/types.ts';
import { planted, plantedRules, ruledOf, settled } from './rows.ts';

const world = planted(1500, 'world');
const loose = planted(1500, 'loose', true);

/** Values of a number or date column. */
function valuesIn(table: Table, name: string): Float64Array {
  const column = table.columns.find((each) => each.name === name);
  if (column?.type !== 'number' && column?.type !== 'datetime') throw new Error(`no numbers in ${name}`);
  return column.values;
}

/** Any rules that may be asked for of the columns of `planted`. */
const cities = ['Aachen', 'Bonn', 'Basel', 'Bern', 'Lyon', 'Lille'];
const states = ['DE', 'CH', 'FR'];
const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({
    kind: fc.constant('combinations' as const),
    columns: fc.constant(['city', 'state']),
    allowed: fc.uniqueArray(fc.tuple(fc.constantFrom(...cities), fc.constantFrom(...states)), {
      minLength: 1,
      maxLength: 9,
      selector: (cells) => cells.join(),
    }),
  }),
  fc.record({
    kind: fc.constant('combinations' as const),
    columns: fc.constant(['grade', 'level', 'state']),
    allowed: fc.uniqueArray(
      fc.tuple(fc.nat(11), fc.constantFrom('low', 'middle', 'high'), fc.constantFrom(...states)),
      { minLength: 1, maxLength: 20, selector: (cells) => cells.join() },
    ),
  }),
  fc.record({
    kind: fc.constant('order' as const),
    low: fc.constantFrom('heat', 'fees', 'rent'),
    high: fc.constantFrom('noise', 'total'),
    strict: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('order' as const),
    low: fc.constantFrom('start', 'end'),
    high: fc.constantFrom('start', 'end'),
    strict: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('sum' as const),
    total: fc.constantFrom('total', 'noise'),
    parts: fc.constantFrom(['rent', 'heat'], ['rent', 'heat', 'fees'], ['heat', 'fees']),
  }),
  fc.record({
    kind: fc.constant('one-hot' as const),
    columns: fc.constantFrom(['is_0', 'is_1'], ['is_0', 'is_1', 'is_2']),
  }),
);

const isCheckable = (rules: readonly Rule[]): boolean => {
  try {
    checkRules(
      rules.map((rule) => ({ rule, source: 'declared' })),
      loose.schema,
      true,
    );
    return true;
  } catch {
    return false;
  }
};

describe('rows of a model that knows no rules', () => {
  it('keep the rules that the table keeps, every one in every row', async () => {
    const rules = settled(plantedRules, world);
    expect(countMarks(brokenByAny(rules, world.table, world.schema))).toBe(0);
    const { made, report } = await ruledOf(world, rules, 2000);
    expect(made.rows).toBe(2000);
    expect(countMarks(brokenByAny(rules, made, world.schema))).toBe(0);
    expect(report?.rules.map(({ kept }) => kept)[0]).toBe('computed');
  });

  it('keep any rules that are not refused, whatever they are', async () => {
    const rulesOf = fc.array(anyRule, { minLength: 1, maxLength: 5 }).filter(isCheckable);
    await fc.assert(
      fc.asyncProperty(rulesOf, async (rules) => {
        const { made } = await ruledOf(loose, rules, 300).catch((cause: unknown) => {
          // Rules that cannot all be kept are refused, not broken.
          if (cause instanceof Error && cause.message.includes('keep the rules')) return { made: null };
          throw cause;
        });
        if (!made) return;
        expect(made.rows).toBe(300);
        for (const rule of rules) expect(countMarks(brokenRows(rule, made, loose.schema)), rule.kind).toBe(0);
      }),
      { numRuns: 12, seed: 11 },
    );
  }, 60_000);

  it('stay as they were drawn, beside the columns of rules', async () => {
    const order: Rule = { kind: 'order', low: 'start', high: 'end', strict: false };
    const { made } = await ruledOf(loose, [order], 400);
    const { made: plain } = await ruledOf(loose, [], 400);
    expect(made.columns.map(({ name, type }) => [name, type])).toEqual(
      plain.columns.map(({ name, type }) => [name, type]),
    );
    const noise = valuesIn(loose.table, 'noise').toSorted();
    for (const value of valuesIn(made, 'noise')) {
      expect(value).toBeGreaterThanOrEqual(noise[0]);
      expect(value).toBeLessThanOrEqual(noise[noise.length - 1]);
    }
  });

  it('tell the rate at which they were kept', async () => {
    // Of two dates drawn alike from 900 and 960 days, start <= end in 1 - 900 / (2 * 960) of the pairs, 0.532.
    const order: Rule = { kind: 'order', low: 'start', high: 'end', strict: false };
    const { report } = await ruledOf(loose, [order], 20_000);
    if (!report) throw new Error('no report');
    const kept = 1 - report.rejected / report.drawn;
    // The profile of 1,500 rows is off by up to 0.06; six standard errors of 38,000 rows are 0.015.
    expect(Math.abs(kept - 0.532)).toBeLessThan(0.075);
    expect(report.rules[0]).toMatchObject({ broken: report.rejected, kept: 'rejected' });
    expect(report.mended).toBe(0);
  });

  it('have what one column tells of another computed, so that both keep their shares', async () => {
    const rules = settled([{ kind: 'combinations', columns: ['city', 'state'], allowed: null }], world);
    const { made, report } = await ruledOf(world, rules, 6000);
    expect(report).toMatchObject({ drawn: 6000, rejected: 0, rules: [{ kept: 'computed' }] });
    expect(report?.rules[0].broken).toBeGreaterThan(3000);
    const shares = ({ columns, rows }: Table, name: string): number[] => {
      const column = columns.find((each) => each.name === name);
      if (column?.type !== 'category') throw new Error(`no categories in ${name}`);
      return column.categories.map((_, code) => column.codes.filter((each) => each === code).length / rows);
    };
    // Five standard errors of a share of 1/3 among 6,000 rows: 0.03. The 5 % without a city have a state of their own, all
    // the same one in the real rows: up to 0.034.
    for (const name of ['city', 'state']) {
      const real = shares(world.table, name);
      shares(made, name).forEach((share, code) => expect(Math.abs(share - real[code])).toBeLessThan(0.065));
    }
  });

  it('are missing as often as the model has them missing, however often a rule is broken', async () => {
    const few: Rule = {
      kind: 'combinations',
      columns: ['city', 'state'],
      allowed: [
        ['Bonn', 'DE'],
        ['Bonn', 'FR'],
        ['Lyon', 'DE'],
        ['Lyon', 'FR'],
      ],
    };
    const { made, report } = await ruledOf(loose, [few], 4000);
    expect(report?.rules[0].kept).toBe('rejected');
    expect(report && report.rejected / report.drawn).toBeGreaterThan(0.7);
    const missing = ({ columns, rows }: Table): number => {
      const column = columns.find(({ name }) => name === 'city');
      return column?.type === 'category' ? column.codes.filter((code) => code < 0).length / rows : NaN;
    };
    // Five standard errors of a share of 5 % among 4,000 rows.
    expect(Math.abs(missing(made) - missing(loose.table))).toBeLessThan(0.018);
  });

  it('are mended rather than refused where hardly any keeps the rules', async () => {
    // One row in twelve by the grade, of these 0.45 by the order.
    const columns = ['grade', 'level', 'city'];
    const one: Rule = { kind: 'combinations', columns, allowed: [[3, 'low', 'Lyon']] };
    const pair: Rule = { kind: 'order', low: 'rent', high: 'noise', strict: false };
    const { made, report } = await ruledOf(loose, [one, pair], 1000);
    if (!report) throw new Error('no report');
    expect(report.rules.map(({ kept }) => kept)).toEqual(['mended', 'rejected']);
    expect(report.mended).toBeGreaterThan(0);
    expect(1 - report.rejected / report.drawn).toBeGreaterThan(leastAcceptance);
    expect(countMarks(brokenByAny([one, pair], made, loose.schema))).toBe(0);
  });

  it('keep the earlier column of a combination where it is mended', async () => {
    // The last column is not told by the others, so none is computed; one row in 36 has the rest right.
    const allowed = Array.from({ length: 12 }, (_, grade) =>
      ['no', 'yes'].map((flag) => [grade, 'low', 'DE', 'no', 'yes', flag]),
    ).flat();
    const columns = ['grade', 'level', 'state', 'is_0', 'is_1', 'is_2'];
    const rules: Rule[] = [{ kind: 'combinations', columns, allowed }];
    const { made, report } = await ruledOf(world, rules, 6000);
    expect(report?.rules[0].kept).toBe('mended');
    const grades = new Float64Array(12);
    for (const grade of valuesIn(made, 'grade')) grades[grade] += 1 / 6000;
    const real = new Float64Array(12);
    for (const grade of valuesIn(world.table, 'grade')) real[grade] += 1 / 1500;
    // Five standard errors of a share of 1/12 among 6,000 rows: 0.018.
    grades.forEach((share, grade) => expect(Math.abs(share - real[grade])).toBeLessThan(0.018));
  });
});

describe('rules and conditions together', () => {
  const rules: Rule[] = [
    { kind: 'sum', total: 'total', parts: ['rent', 'heat', 'fees'] },
    { kind: 'order', low: 'start', high: 'end', strict: false },
  ];

  it('hold in every row, and shares are met to the row', async () => {
    const conditions = {
      columns: [{ column: 'total', interval: [600, 1500] as const }],
      shares: {
        column: 'state',
        shares: [
          { value: 'DE', share: 1 },
          { value: 'FR', share: 3 },
        ],
      },
    };
    const { made } = await ruledOf(loose, rules, 800, conditions);
    expect(countMarks(brokenByAny(rules, made, loose.schema))).toBe(0);
    const kinds = kindsOf(made, conditions);
    expect([kinds.filter((kind) => kind === 0).length, kinds.filter((kind) => kind === 1).length]).toEqual([
      200, 600,
    ]);
  });

  it('are refused, saying so, where no row can do both', async () => {
    const one: Rule = { kind: 'combinations', columns: ['city', 'state'], allowed: [['Lyon', 'FR']] };
    // Without a city every rule on it holds: then such a row could be made.
    const conditions = { columns: [{ column: 'state', categories: ['DE'] }, { column: 'city' }] };
    await expect(ruledOf(loose, [one], 100, conditions)).rejects.toMatchObject({
      code: 'bad-settings',
      message: expect.stringContaining('keep the rules between columns and fulfil the conditions'),
    });
  });
});

it('gives the same rows for the same seed, and those of the model where there is no rule', async () => {
  const rules = settled(plantedRules, world);
  const [one, other] = [await ruledOf(world, rules, 500), await ruledOf(world, rules, 500)];
  expect(other).toEqual(one);
  const { made, report } = await ruledOf(world, [], 50);
  expect([made.rows, report]).toEqual([50, null]);
});
