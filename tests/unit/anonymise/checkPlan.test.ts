import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../../workers/anonymise/checkPlan.ts';
import { parsePlan } from '../../../workers/anonymise/parsePlan.ts';
import type {
  AnonymisePlan,
  Generalisation,
  KAnonymity,
  Perturbation,
  Phase,
} from '../../../workers/anonymise/types.ts';
import { HomespunError } from '../../../workers/errors.ts';
import type { ColumnSchema, TableSchema } from '../../../workers/schema/types.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const base = tableOf(
  numbers('age', [18, 97]),
  numbers('pay', [0, 5000], 2),
  instants('seen', [0, 86_400_000]),
  categories('town', [0, 1], ['Ulm', 'Bonn']),
  categories('ill', [0, 1], ['yes', 'no']),
).schema;
const changed = (name: string, change: Partial<ColumnSchema>, schema: TableSchema = base): TableSchema => ({
  ...schema,
  columns: schema.columns.map((entry) => (entry.name === name ? { ...entry, ...change } : entry)),
});
const declared: TableSchema = {
  ...base,
  columns: base.columns.map((entry) => ({ ...entry, domain: 'declared' })),
};

type ActionOf<T extends { readonly phase: Phase }> = T extends unknown
  ? Omit<T, 'phase'> & { phase?: Phase }
  : never;
const coarse = (column: string, action: ActionOf<Generalisation>): AnonymisePlan => ({
  columns: [{ column, generalise: { phase: 'before', ...action } }],
  kAnonymity: null,
});
const distort = (column: string, action: ActionOf<Perturbation>): AnonymisePlan => ({
  columns: [{ column, perturb: { phase: 'before', ...action } }],
  kAnonymity: null,
});
const anonymity: KAnonymity = {
  quasiIdentifiers: ['age', 'town'],
  k: 5,
  l: 2,
  sensitive: ['ill'],
  small: 'suppress',
  phase: 'before',
};
const asking = (change: Partial<KAnonymity>, columns: AnonymisePlan['columns'] = []): AnonymisePlan => ({
  columns,
  kAnonymity: { ...anonymity, ...change },
});

function refusalOf(plan: AnonymisePlan, schema = base, unit: 'row' | 'person' | null = null): HomespunError {
  try {
    checkPlan(plan, schema, unit);
  } catch (error) {
    if (error instanceof HomespunError) return error;
    throw error;
  }
  throw new Error('The plan was taken.');
}

const bins = { type: 'bins', width: 10, origin: 0, write: 'middle' } as const;
const equal = { type: 'equal-bins', bins: 4, min: 0, max: 100, write: 'lower' } as const;

/** One fitting action of each type. */
const fitting: readonly [string, AnonymisePlan][] = [
  ['bins', coarse('age', bins)],
  ['equal bins', coarse('pay', equal)],
  ['prefix', coarse('town', { type: 'prefix', characters: 2 })],
  ['period', coarse('seen', { type: 'period', period: 'quarter' })],
  ['rare', coarse('town', { type: 'rare', rows: 5 })],
  ['removal', coarse('ill', { type: 'remove' })],
  ['noise in units', distort('age', { type: 'noise', deviation: 2, of: 'units' })],
  ['noise by range', distort('seen', { type: 'noise', deviation: 0.05, of: 'range' })],
  ['noise by spread', distort('pay', { type: 'noise', deviation: 0.1, of: 'spread' })],
  ['pram from shares', distort('town', { type: 'pram', keep: 0.8, draw: 'shares' })],
  ['pram, uniform', distort('ill', { type: 'pram', keep: 0.8, draw: 'uniform' })],
  ['rank swap', distort('age', { type: 'rank-swap', percent: 5 })],
  ['k-anonymity', asking({})],
];

test.each(fitting)('%s is taken without differential privacy, before and after', (_, plan) => {
  const after: AnonymisePlan = {
    columns: plan.columns.map(({ column, generalise, perturb }) => ({
      column,
      ...(generalise && { generalise: { ...generalise, phase: 'after' } }),
      ...(perturb && { perturb: { ...perturb, phase: 'after' } }),
    })),
    kAnonymity: plan.kAnonymity && { ...plan.kAnonymity, phase: 'after' },
  };
  expect(() => checkPlan(plan, base, null)).not.toThrow();
  expect(() => checkPlan(after, base, null)).not.toThrow();
  // What is done to synthetic rows is post-processing.
  for (const unit of ['row', 'person'] as const) {
    expect(() => checkPlan(after, base, unit)).not.toThrow();
  }
});

describe('under differential privacy, before synthesis', () => {
  const dependent = ['rare', 'noise by spread', 'pram from shares', 'rank swap', 'k-anonymity'];
  test.each(fitting)('%s: refused just where it depends on other rows', (name, plan) => {
    const check = () => checkPlan(plan, declared, 'row');
    if (dependent.includes(name)) expect(check).toThrow(/differential privacy/);
    else expect(check).not.toThrow();
  });

  const drawn = ['noise in units', 'noise by range', 'pram, uniform'];
  test.each(fitting)('of persons, %s: refused also where it draws row by row', (name, plan) => {
    const check = () => checkPlan(plan, declared, 'person');
    if ([...dependent, ...drawn].includes(name)) expect(check).toThrow(/differential privacy/);
    else expect(check).not.toThrow();
  });

  test.each(fitting.filter(([name]) => [...drawn, 'equal bins'].includes(name)))(
    '%s needs a declared domain',
    (_, plan) => {
      const error = refusalOf(plan, base, 'row');
      expect(error.column).toBe(plan.columns[0].column);
      expect(error.hint).toContain('Declare');
    },
  );
});

describe('refused, with the column named and something to do', () => {
  const removed = coarse('age', { type: 'remove' }).columns;
  const cases: readonly [string, AnonymisePlan, string | undefined, TableSchema?][] = [
    ['bins for a category', coarse('town', bins), 'town'],
    ['bins for dates', coarse('seen', equal), 'seen'],
    ['a prefix of a number', coarse('age', { type: 'prefix', characters: 1 }), 'age'],
    ['periods of numbers', coarse('age', { type: 'period', period: 'year' }), 'age'],
    ['rare numbers', coarse('age', { type: 'rare', rows: 5 }), 'age'],
    ['noise on categories', distort('town', { type: 'noise', deviation: 1, of: 'units' }), 'town'],
    ['pram of numbers', distort('age', { type: 'pram', keep: 0.5, draw: 'shares' }), 'age'],
    ['swapped categories', distort('town', { type: 'rank-swap', percent: 5 }), 'town'],
    ['a column left out', coarse('age', bins), 'age', changed('age', { treatment: 'drop' })],
    ['removal of the target', coarse('ill', { type: 'remove' }), 'ill', changed('ill', { role: 'target' })],
    ['width 0', coarse('age', { ...bins, width: 0 }), 'age'],
    ['a negative width', coarse('age', { ...bins, width: -5 }), 'age'],
    ['a width without end', coarse('age', { ...bins, width: Infinity }), 'age'],
    ['a width below the step', coarse('pay', { ...bins, width: 0.001 }), 'pay'],
    ['an origin that is no number', coarse('age', { ...bins, origin: NaN }), 'age'],
    ['no bins', coarse('age', { ...equal, bins: 0 }), 'age'],
    ['half a bin', coarse('age', { ...equal, bins: 2.5 }), 'age'],
    ['bins between exchanged bounds', coarse('age', { ...equal, min: 9, max: 1 }), 'age'],
    ['bins narrower than the step', coarse('age', { ...equal, bins: 1000 }), 'age'],
    ['a negative prefix', coarse('town', { type: 'prefix', characters: -1 }), 'town'],
    [
      'a prefix that means missing',
      coarse('town', { type: 'prefix', characters: 0 }),
      'town',
      changed('town', { missingTokens: ['*'] }),
    ],
    ['times of day', coarse('seen', { type: 'period', period: 'year' }), 'seen', timesOnly()],
    ['rare below 1 row', coarse('town', { type: 'rare', rows: 1 }), 'town'],
    ['no noise', distort('age', { type: 'noise', deviation: 0, of: 'units' }), 'age'],
    ['p above 1', distort('town', { type: 'pram', keep: 1.1, draw: 'shares' }), 'town'],
    ['p below 0', distort('town', { type: 'pram', keep: -0.1, draw: 'uniform' }), 'town'],
    ['p that is no number', distort('town', { type: 'pram', keep: NaN, draw: 'uniform' }), 'town'],
    ['a swap of 0 %', distort('age', { type: 'rank-swap', percent: 0 }), 'age'],
    ['a swap of 101 %', distort('age', { type: 'rank-swap', percent: 101 }), 'age'],
    ['an unknown column', coarse('nobody', bins), 'nobody'],
    ['a column twice', { columns: [...removed, ...removed], kAnonymity: null }, 'age'],
    ['nothing to do', { columns: [{ column: 'age' }], kAnonymity: null }, 'age'],
    [
      'distorting what is removed',
      {
        columns: [{ ...removed[0], perturb: { type: 'rank-swap', percent: 5, phase: 'after' } }],
        kAnonymity: null,
      },
      'age',
    ],
    [
      'removing everything',
      {
        columns: base.columns.flatMap(({ name }) => coarse(name, { type: 'remove' }).columns),
        kAnonymity: null,
      },
      'age',
    ],
    ['k = 1', asking({ k: 1 }), undefined],
    ['k = 2.5', asking({ k: 2.5 }), undefined],
    ['no quasi-identifier', asking({ quasiIdentifiers: [] }), undefined],
    ['an unknown quasi-identifier', asking({ quasiIdentifiers: ['nobody'] }), 'nobody'],
    ['a quasi-identifier twice', asking({ quasiIdentifiers: ['age', 'age'] }), 'age'],
    ['a quasi-identifier that is sensitive', asking({ quasiIdentifiers: ['ill'] }), 'ill'],
    ['a quasi-identifier that is removed', asking({}, removed), 'age'],
    ['a quasi-identifier not learned', asking({}), 'age', changed('age', { treatment: 'drop' })],
    ['l = 1', asking({ l: 1 }), undefined],
    ['l without sensitive columns', asking({ sensitive: [] }), undefined],
    ['sensitive columns without l', asking({ l: null }), 'ill'],
  ];

  test.each(cases)('%s', (_, plan, column, schema) => {
    const error = refusalOf(plan, schema);
    expect(error.code).toBe('bad-settings');
    expect(error.column).toBe(column);
    if (column !== undefined) expect(error.message).toContain(column);
    expect(error.hint).toBeTruthy();
  });
});

function timesOnly(): TableSchema {
  const datetime = { min: 0, max: 1000, pattern: "HH:mm 'y'", ambiguousDayMonth: false, step: 1000 };
  return changed('seen', { datetime });
}

describe('a plan as JSON', () => {
  test.each(fitting)('%s comes back as it was written', (_, plan) => {
    expect(parsePlan(JSON.stringify(plan))).toEqual(plan);
  });

  test('what is not wanted may be left out', () => {
    expect(parsePlan('{}')).toEqual({ columns: [], kAnonymity: null });
    const short = '{"columns":[{"column":"age","generalise":{"type":"bins","width":5,"phase":"after"}}]}';
    expect(parsePlan(short).columns[0].generalise).toEqual({ ...bins, width: 5, phase: 'after' });
  });

  test.each([
    ['no JSON', '{', 'not valid JSON'],
    ['no object', '[]', 'object'],
    ['another field', '{"rows":1}', 'columns, kAnonymity'],
    [
      'a misspelt phase',
      '{"columns":[{"column":"a","generalise":{"type":"remove","phase":"befor"}}]}',
      'phase',
    ],
    [
      'a field of another action',
      '{"columns":[{"column":"a","generalise":{"type":"remove","phase":"after","k":1}}]}',
      'type, phase',
    ],
    [
      'a number as text',
      '{"columns":[{"column":"a","generalise":{"type":"rare","rows":"5","phase":"after"}}]}',
      'rows',
    ],
    [
      'an unknown action',
      '{"columns":[{"column":"a","perturb":{"type":"shuffle","phase":"after"}}]}',
      'type',
    ],
    [
      'k-anonymity without k',
      '{"kAnonymity":{"quasiIdentifiers":["a"],"small":"blank","phase":"after"}}',
      'k',
    ],
  ])('%s is refused, with the place named', (_, json, place) => {
    const read = () => parsePlan(json);
    expect(read).toThrow(HomespunError);
    expect(read).toThrow(place);
  });
});
