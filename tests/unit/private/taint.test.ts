import { describe, expect, test } from 'vitest';
import type { Job, PrivacySettings, TableSchema } from '../../../workers/protocol.ts';
import { publicSchema } from '../../../workers/schema/publicSchema.ts';
import type { MethodId } from '../../../workers/synthesizers/types.ts';
import { BlindMechanisms, LeakyMechanisms, ListLeakingMechanisms } from '../../support/blindMechanisms.ts';
import { privateMethods } from '../../support/privateMethods.ts';
import { confirmed, csvOf, extremeRow, type Row, rowsOf, wildRow } from '../../support/privateTable.ts';
import {
  differences,
  privateJob,
  proposed,
  type Released,
  released,
  type ReleaseRequest,
} from '../../support/released.ts';

/*
 * Non-interference up to the mechanisms: with answers that depend on nothing but the call, two tables with the same
 * public facts must release the same bytes. What differs has found another way out of the rows than the mechanisms.
 */

const [rows, patients] = [240, 60];
const replaced = (table: readonly Row[], row: Row): Row[] => table.with(3, { ...table[3], ...row });
const base = rowsOf(0, rows, patients);
const tables = {
  base: csvOf(base),
  extreme: csvOf(replaced(base, { ...extremeRow, code: base[3].code })),
  wild: csvOf(replaced(base, wildRow)),
  other: csvOf(rowsOf(1, rows, patients)),
  /** Other rows, and another number of them a person. */
  longer: csvOf(rowsOf(1, rows + 77, patients)),
};

const person: PrivacySettings['person'] = { column: 'patient_id', rowsPerPerson: 3 };
const jobFor = (method: MethodId, units: 'rows' | 'persons'): Job => ({
  ...privateJob,
  method,
  privacy: {
    epsilon: 10,
    delta: 1e-10,
    person: units === 'persons' ? person : null,
    profileShare: null,
  },
});

const blind: ReleaseRequest['mechanisms'] = (events, charge) => new BlindMechanisms(events, charge);
const release = (
  csv: string,
  job: Job,
  confirm: ReleaseRequest['confirm'] = confirmed,
  mechanisms = blind,
): Promise<Released> => released({ csv, job, confirm, mechanisms });

/** What of a schema is told as public: all but domains that were found. */
const formsOf = (schema: TableSchema): unknown =>
  publicSchema(schema).columns.map(({ category, number, datetime, domain, ...form }) => ({
    ...form,
    domain,
    number: number && { ...number, ...(domain === 'found' ? { min: 0, max: 0 } : {}) },
    datetime: datetime && { ...datetime, ...(domain === 'found' ? { min: 0, max: 0 } : {}) },
    category: domain === 'found' ? undefined : category,
  }));

describe('the tables of this test', () => {
  test.each(['extreme', 'other', 'longer'] as const)('%s: same forms, other domains', async (name) => {
    const [a, b] = [await proposed(tables.base), await proposed(tables[name])].map(confirmed);
    expect(formsOf(b)).toEqual(formsOf(a));
    expect(b).not.toEqual(a);
    const kinds = new Set(a.columns.map(({ kind }) => kind));
    for (const kind of ['integer', 'decimal', 'category', 'boolean', 'datetime', 'constant', 'text'] as const)
      expect(kinds).toContain(kind);
    expect(a.columns.filter(({ kind }) => kind === 'identifier').map(({ name }) => name)).toEqual([
      'patient_id',
      'code',
      'email',
    ]);
  });
});

/** What each planned event is for. */
const planned = ({ price }: Released): string[] => {
  const [releases]: readonly { purpose: string }[][] = JSON.parse(price);
  return releases.map(({ purpose }) => purpose);
};

test('rules that are declared change nothing of that: the same bytes, whatever the rows', async () => {
  const rules: Job['rules'] = [
    { kind: 'order' as const, low: 'score', high: 'hours', strict: false },
    {
      kind: 'combinations' as const,
      columns: ['grade', 'smoker'],
      allowed: [
        ['a', 'no'],
        ['b', 'yes'],
        ['d', 'no'],
      ],
    },
  ].map((rule) => ({ rule, source: 'declared' }));
  const job = { ...jobFor('independent', 'rows'), rules };
  const schema = confirmed(await proposed(tables.base));
  const first = await release(tables.base, job, () => schema);
  expect(first.statement).toContain('declared and taken as public, that “score” is at most “hours”');
  expect(first.firstTable).not.toBe(
    (await release(tables.base, { ...job, rules: [] }, () => schema)).firstTable,
  );
  for (const other of [tables.extreme, tables.wild, tables.other])
    expect(differences(first, await release(other, job, () => schema))).toEqual([]);
});

describe.each(privateMethods)('blind to rows, %s releases the same bytes', (method) => {
  test.each(['rows', 'persons'] as const)(
    'for %s, whatever the rows, each under its own schema',
    async (units) => {
      const job = jobFor(method, units);
      const first = await release(tables.base, job);
      expect(first.firstTable.split('\n').length).toBeGreaterThan(150);
      for (const other of [tables.extreme, tables.other])
        expect(differences(first, await release(other, job))).toEqual([]);
    },
  );

  test.each(['rows', 'persons'] as const)('for %s, whatever the rows, under one schema', async (units) => {
    const job = jobFor(method, units);
    const schema = confirmed(await proposed(tables.base));
    const first = await release(tables.base, job, () => schema);
    for (const other of [tables.extreme, tables.wild, tables.other])
      expect(differences(first, await release(other, job, () => schema))).toEqual([]);
  });

  test('for persons, however many rows each has', async () => {
    const job = jobFor(method, 'persons');
    expect(differences(await release(tables.base, job), await release(tables.longer, job))).toEqual([]);
  });
});

test('blind to rows, a column of one value is not told apart from one of several', async () => {
  const mixed = csvOf(base.map((row, i) => ({ ...row, site: i % 2 === 0 ? 'Northfield' : 'Southgate' })));
  const learned = (schema: TableSchema): TableSchema => confirmed(schema);
  const job = jobFor('independent', 'rows');
  const [constant, both] = [await release(tables.base, job, learned), await release(mixed, job, learned)];
  expect(differences(constant, both)).toEqual([]);
});

describe('a leak shows', () => {
  /** Little noise is planned, so that a run makes much of what it is told. */
  const generous = (units: 'rows' | 'persons'): Job => {
    const job = jobFor('independent', units);
    return job.privacy === 'none' ? job : { ...job, privacy: { ...job.privacy, epsilon: 90 } };
  };
  const leaking = async (leak: number, job: Job, others: readonly [string, string]): Promise<string[]> => {
    const leaky: ReleaseRequest['mechanisms'] = (plan, charge) => new LeakyMechanisms(plan, charge, leak);
    const [a, b] = [
      await release(others[0], job, confirmed, leaky),
      await release(others[1], job, confirmed, leaky),
    ];
    return differences(a, b);
  };

  test('where any one event is answered with exact counts', async () => {
    const job = generous('rows');
    const plan = planned(await release(tables.base, job));
    const counting = [...plan.keys()].filter((event) => !plan[event].startsWith('chance'));
    expect(counting).toHaveLength(5);
    for (const leak of counting) {
      const shown = await leaking(leak, job, [tables.base, tables.other]);
      expect(shown, plan[leak]).toContain('firstTable');
    }
  });

  test('where the number of rows of all persons is answered exactly', async () => {
    const job = generous('persons');
    expect(planned(await release(tables.base, job))[0]).toBe('number of rows');
    expect(await leaking(0, job, [tables.base, tables.longer])).toContain('firstTable');
  });

  test('where one row alone moves exact counts', async () => {
    const job = generous('rows');
    const plan = planned(await release(tables.base, job));
    const open = plan.findIndex((purpose) => purpose.startsWith('categories'));
    expect(await leaking(open, job, [tables.base, tables.extreme])).toEqual(
      expect.arrayContaining(['schema', 'firstTable']),
    );
  });

  test('where the list of found categories is handed on', async () => {
    const job = generous('rows');
    const leaky: ReleaseRequest['mechanisms'] = (plan, charge) => new ListLeakingMechanisms(plan, charge);
    const [a, b] = [
      await release(tables.base, job, confirmed, leaky),
      await release(tables.extreme, job, confirmed, leaky),
    ];
    expect(differences(a, b)).toContain('schema');
  });
});
