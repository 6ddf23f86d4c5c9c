import { describe, expect, test } from 'vitest';
import { describeStep } from '../../../scripts/progress.mjs';
import { readOptions } from '../../../scripts/synthOptions.mjs';
import {
  conditionsIn,
  conditionWarning,
  guaranteeOf,
  notesOn,
  promise,
  protectionOf,
  rulesIn,
  unitWarning,
} from '../../../scripts/synthWords.mjs';
import type { OpenTable, RunReport } from '../../../src/app/automation.ts';
import type { ActionReport, ColumnSchema, Job, TableSchema } from '../../../workers/protocol.ts';
import { FakeLedger } from '../app/fakePrivacy.ts';
import { defaultDialect } from '../table/reading.ts';

const options = (line = '') =>
  readOptions(['in.csv', '--out', 'out.csv', ...line.split(' ').filter((word) => word !== '')]);

/** Notes that count real rows, as the reader of files writes them. */
const table: OpenTable = {
  fileName: 'in.csv',
  sha256: 'ab'.repeat(32),
  rows: 4711,
  columns: ['id', 'amount'],
  seconds: 1,
  notices: [{ severity: 'warning', message: '4711 cells of “amount” are not numbers.' }],
};

const schema: TableSchema = {
  version: 1,
  columns: [],
  dialect: defaultDialect,
};

const binned: ActionReport = {
  column: 'amount',
  action: 'bins',
  changed: 4711,
  rows: 3769,
  label: 'not a differential-privacy guarantee',
};

/** A run as the page reports it. */
function runOf(privacy: Job['privacy'], earlier = 0): RunReport {
  const ledger = new FakeLedger();
  const job: Job = {
    method: 'vae',
    privacy,
    holdout: 0.2,
    seed: 1,
    backend: 'auto',
    epochs: null,
    watch: null,
    anonymise: null,
    rules: [],
  };
  for (let run = 0; run <= earlier; run++) {
    ledger.open(job);
    ledger.charge(job, 1);
    ledger.close('finished');
  }
  const plan = ledger.plan(job);
  const view = ledger.view();
  return {
    fit: {
      method: 'vae',
      reason: '',
      backend: 'cpu',
      trainRows: 3769,
      holdoutRows: 942,
      epochs: 3,
      loss: [],
      stopped: false,
      seconds: { profile: 1, train: 1 },
      notices: ['4711 rows were read.'],
      privacy: plan && { epsilon: plan.epsilon, delta: plan.delta, unit: plan.unit, schema, ledger: view },
      anonymised: { phase: 'before', actions: [binned], kAnonymity: null },
    },
    sampled: {
      ...{ tables: 1, rows: 10, columns: [], firstRows: [], seconds: 1 },
      ...{ conditions: [], temperature: 1, acceptance: null, rules: null, anonymised: null },
    },
    scorecard: null,
    assessed: null,
    plan,
    backend: 'cpu',
  };
}

const row = { epsilon: 1, delta: null, person: null, profileShare: null };
const person = { ...row, person: { column: 'id', rowsPerPerson: 5 } };

describe('the guarantee in the line of JSON', () => {
  test('names epsilon, delta, unit and the total of all runs', () => {
    expect(guaranteeOf(runOf(row, 2).fit)).toEqual({
      epsilon: 1,
      delta: 1e-6,
      unit: 'row',
      epsilonTotal: 3,
    });
    expect(guaranteeOf(runOf(person).fit)).toMatchObject({ unit: 'person', epsilonTotal: 1 });
  });

  test('is none without differential privacy', () => {
    expect(guaranteeOf(runOf('none').fit)).toEqual({
      epsilon: 'none',
      delta: null,
      unit: null,
      epsilonTotal: null,
    });
  });
});

describe('what is told under a guarantee', () => {
  test('counts nothing in real rows', () => {
    const notes = notesOn(options(), table, runOf(row, 1));
    expect(notes.join('\n')).not.toMatch(/4711|3769|942/);
    expect(notes.join('\n')).toContain('2 runs on this file add up: epsilon 2 for each row');
    expect(notesOn(options('--epsilon none'), table, runOf('none')).join()).toContain('4711');
  });

  test('says what was done to real rows before synthesis, and not to how many', () => {
    const { before, after } = protectionOf(runOf(row));
    expect(before).toMatchObject({ phase: 'before', actions: [{ column: 'amount', action: 'bins' }] });
    expect(JSON.stringify(before)).not.toMatch(/\d/);
    expect(after).toBeNull();
    expect(protectionOf(runOf('none')).before).toMatchObject({ actions: [binned] });
  });

  test('names the files that are outside it', () => {
    const notes = notesOn(options('--write-schema s.json --exact-scorecard e.json'), table, runOf(row));
    const outside = notes.filter((note) => note.startsWith('Outside the guarantee'));
    expect(outside).toEqual([expect.stringContaining('--exact-scorecard')]);
  });

  test('has no loss, since that would be a figure of real rows', () => {
    const training = { done: 0.5, epoch: 1, epochs: 2, loss: NaN, rowsPerSecond: 977, secondsLeft: 3 };
    const step = { stage: 'train', done: 0.5, message: 'Step 1', secondsLeft: 3, training } as const;
    expect(describeStep(step)).not.toMatch(/loss|NaN|977/);
    expect(describeStep({ ...step, training: { ...training, loss: 1 } })).toMatch(/loss/);
  });
});

test('the promise says whom it is for, or that there is none', () => {
  expect(promise(options('--person id'))).toContain('each person of column "id", 5 rows at most');
  expect(promise(options('--delta 1e-7'))).toContain('epsilon 1, delta 1e-7 for each row');
  expect(promise(options('--epsilon none'))).toContain('Without differential privacy');
});

const identifier = (name: string): ColumnSchema => ({
  ...{ name, kind: 'identifier', role: 'person', treatment: 'replace', missingTokens: [] },
  ...{ domain: 'found', reason: '', confidence: 1 },
});

test('the line of JSON names conditions and the share kept, where there are any', () => {
  const { sampled } = runOf(row);
  expect(conditionsIn(sampled)).toEqual({});
  const conditions = ['Column “a” is “b”.'];
  expect(conditionsIn({ ...sampled, conditions, acceptance: 0.5 })).toEqual({ conditions, acceptance: 0.5 });
  expect(rulesIn(sampled)).toEqual({});
  const outcomes = [{ rule: 'a is at most b', broken: 3, kept: 'rejected' as const }];
  const kept = { drawn: 12, rejected: 2, mended: 1, rules: outcomes };
  expect(rulesIn({ ...sampled, rules: kept })).toEqual({
    ...{ rules: outcomes, rowsDrawn: 12, rowsRejected: 2, rowsMended: 1 },
  });
});

test('a budget for a method that may refuse rare conditions is warned of', () => {
  expect(conditionWarning(options('--method vae --condition a=b'))).toContain('--method auto, aim or mst');
  expect(conditionWarning(options('--method copula --balance a'))).toContain('copula');
  expect(conditionWarning(options('--method aim --condition a=b'))).toBeNull();
  expect(conditionWarning(options('--method vae'))).toBeNull();
  expect(conditionWarning(options('--method vae --condition a=b --epsilon none'))).toBeNull();
});

test('protecting rows although a column names persons is pointed out', () => {
  const account = identifier('account');
  const schema = { columns: [account] };
  expect(unitWarning(options(), schema)).toContain('--person "account"');
  expect(unitWarning(options('--person account'), schema)).toBeNull();
  expect(unitWarning(options('--epsilon none'), schema)).toBeNull();
  expect(unitWarning(options(), { columns: [] })).toBeNull();
});
