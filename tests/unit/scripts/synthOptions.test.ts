import { describe, expect, test } from 'vitest';
import { defaultLedgerFolder } from '../../../scripts/privacyOptions.mjs';
import { readOptions, UsageError } from '../../../scripts/synthOptions.mjs';

const required = ['in.csv', '--out', 'out.csv'];

test('an input and an output are enough: the run has a guarantee', () => {
  expect(readOptions(required)).toMatchObject({
    input: 'in.csv',
    out: 'out.csv',
    method: 'auto',
    privacy: { epsilon: 1, delta: null, person: null, profileShare: null },
    ledger: defaultLedgerFolder(),
    statement: 'out.csv.privacy.txt',
    backend: 'auto',
    holdout: 0.2,
    rows: null,
    seed: 1,
  });
});

test('formulas need a place for their result, which is computed from real rows', () => {
  expect(() => readOptions([...required, '--formula', 'count()'])).toThrow(/--exact-scorecard/);
});

test('a sweep is on the rows made unless others are named', () => {
  const sweep = (...more: string[]) => readOptions([...required, ...more]).sweep;
  expect(sweep()).toBeNull();
  expect(sweep('--sweep', '10,.1,1,1')).toEqual({ epsilons: [0.1, 1, 10], rows: 'made', file: null });
  expect(sweep('--sweep', '1', '--sweep-rows', 'file')).toMatchObject({ rows: 'file', file: null });
  const open = ['--sweep', '1', '--sweep-rows', 'open.csv'];
  expect(sweep(...open)).toMatchObject({ rows: 'public', file: 'open.csv' });
  expect(sweep(...open, '--epsilon', 'none')).toMatchObject({ rows: 'public', file: 'open.csv' });
});

test.each([
  ['rows without a guarantee stand in for none', ['--epsilon', 'none'], '1', /--epsilon none/],
  ['nothing is charged without one', ['--epsilon', 'none', '--sweep-rows', 'file'], '1', /--epsilon none/],
  ['the input is no public table', ['--sweep-rows', './in.csv'], '1', /--sweep-rows/],
  ['a network trains too long', ['--method', 'vae'], '1', /not vae/],
  ['zero is no budget', [], '0,1', /--sweep takes a number/],
  ['nothing is no list', [], '', /--sweep takes a number/],
  ['thirteen are too many', [], '1,2,3,4,5,6,7,8,9,10,11,12,13', /12 values/],
] as const)('a sweep is refused: %s', (_, more, epsilons, message) => {
  const read = () => readOptions([...required, ...more, `--sweep=${epsilons}`]);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});

test('rows for a sweep need a sweep, and a model has no file to sweep', () => {
  expect(() => readOptions([...required, '--sweep-rows', 'made'])).toThrow(/needs --sweep/);
  const model = ['--from-model', 'm.homespun', '--rows', '5', '--out', 'o.csv', '--sweep', '1'];
  expect(() => readOptions(model)).toThrow(/--sweep has no meaning with --from-model/);
});

test('every option that is there arrives', () => {
  const line =
    '--method vae --epsilon 0.5 --delta 1e-7 --person id --rows-per-person 3 --ledger l --statement p.txt ' +
    '--rows 7 --condition a=b|c --condition d=1..2 --balance e --target y --holdout 0 --schema s.json --write-schema t.json --protect q.json --rules r.json --model m.homespun ' +
    '--seed 3 --epochs 9 --scorecard c.json --exact-scorecard e.json --formula count() --formula mean(x) --backend wasm --quiet';
  expect(readOptions([...required, ...line.split(' ')])).toEqual({
    input: 'in.csv',
    out: 'out.csv',
    method: 'vae',
    privacy: {
      epsilon: 0.5,
      delta: 1e-7,
      person: { column: 'id', rowsPerPerson: 3 },
      profileShare: null,
    },
    ledger: 'l',
    statement: 'p.txt',
    rows: 7,
    conditions: [
      { column: 'a', choices: ['b', 'c'] },
      { column: 'd', choices: ['1..2'] },
    ],
    balance: { column: 'e', shares: 'equal' },
    target: 'y',
    holdout: 0,
    schema: 's.json',
    writeSchema: 't.json',
    protect: 'q.json',
    rules: 'r.json',
    model: 'm.homespun',
    fromModel: null,
    impute: null,
    temperature: null,
    seed: 3,
    epochs: 9,
    scorecard: 'c.json',
    exactScorecard: 'e.json',
    formulas: ['count()', 'mean(x)'],
    sweep: null,
    report: null,
    backend: 'wasm',
    quiet: true,
    help: false,
  });
});

test('going without differential privacy must be said; then it has no statement, and a ledger where one is named', () => {
  expect(readOptions([...required, '--epsilon', 'none'])).toMatchObject({
    privacy: 'none',
    ledger: null,
    statement: null,
  });
  expect(readOptions([...required, '--epsilon=none', '--ledger=l']).ledger).toBe('l');
});

test('a person keeps five rows unless said otherwise', () => {
  const { privacy } = readOptions([...required, '--person', 'id']);
  expect(privacy).toMatchObject({ person: { column: 'id', rowsPerPerson: 5 } });
});

test('ledgers are kept in the folder for data of the user', () => {
  expect(defaultLedgerFolder({ XDG_DATA_HOME: '/data' }, 'linux', '/home/a')).toBe('/data/homespun/ledgers');
  expect(defaultLedgerFolder({}, 'linux', '/home/a')).toBe('/home/a/.local/share/homespun/ledgers');
});

describe('refused, with the option named', () => {
  test.each([
    ['--epsilon', '0'],
    ['--epsilon', '-1'],
    ['--epsilon', '1e9'],
    ['--epsilon', 'Infinity'],
    ['--epsilon', 'NaN'],
    ['--epsilon', ''],
    ['--epsilon', ' '],
    ['--epsilon', 'None'],
    ['--delta', '0'],
    ['--delta', '1'],
    ['--delta', '-1e-6'],
    ['--delta', 'NaN'],
    ['--delta', ''],
    ['--person', ''],
    ['--rows-per-person', '3'],
    ['--from-model', 'm.homespun'],
    ['--method', 'forest'],
    ['--backend', 'gpu'],
    ['--rows', '0'],
    ['--rows', '2.5'],
    ['--rows', 'many'],
    ['--rows', ''],
    ['--holdout', '0.6'],
    ['--holdout', '-0.1'],
    ['--seed', '-1'],
    ['--epochs', '0'],
    ['--unknown', '1'],
  ])('%s %s', (name, value) => {
    const read = () => readOptions([...required, `${name}=${value}`]);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(name);
  });

  test.each(['0', '-2', '1.5', 'few', '1e7'])('--rows-per-person %s', (value) => {
    const read = () => readOptions([...required, '--person=id', `--rows-per-person=${value}`]);
    expect(read).toThrow(UsageError);
    expect(read).toThrow('--rows-per-person');
  });

  test.each(['--delta=1e-6', '--person=id', '--rows-per-person=2', '--statement=s.txt'])(
    '%s without a guarantee',
    (option) => {
      const read = () => readOptions([...required, '--epsilon=none', option]);
      expect(read).toThrow(UsageError);
      expect(read).toThrow(option.split('=')[0]);
    },
  );

  test('a column that is both the person and the target', () => {
    expect(() => readOptions([...required, '--person=id', '--target=id'])).toThrow('--person');
  });

  test.each([[[]], [['a.csv']], [['a.csv', 'b.csv', '--out', 'c.csv']], [['--out', 'c.csv']]])(
    'a command line without one input and one output: %j',
    (line) => {
      expect(() => readOptions(line)).toThrow(UsageError);
    },
  );
});

test('help needs nothing else', () => {
  expect(readOptions(['--help']).help).toBe(true);
});

describe('rows from a model', () => {
  const line = ['--from-model', 'm.homespun', '--out', 'out.csv', '--rows', '9'];

  test('need no input, and take the guarantee of the model', () => {
    expect(readOptions([...line, '--balance', 'a', '--statement', 's.txt'])).toMatchObject({
      fromModel: 'm.homespun',
      rows: 9,
      privacy: 'none',
      ledger: null,
      statement: 's.txt',
      balance: { column: 'a', shares: 'equal' },
    });
  });

  test.each([
    ['in.csv'],
    ['--epsilon', '2'],
    ['--method', 'vae'],
    ['--model', 'n.homespun'],
    ['--target', 'y'],
  ])('refuse what has no meaning for them: %s %s', (...more) => {
    expect(() => readOptions([...line, ...more])).toThrow(UsageError);
  });

  test('may be made at a temperature, or fill gaps in place of being made', () => {
    expect(readOptions([...line, '--temperature', '0.5']).temperature).toBe(0.5);
    const filling = [...line.slice(0, 4), '--impute', 'g.csv', '--temperature=2'];
    expect(readOptions(filling)).toMatchObject({ impute: 'g.csv', temperature: 2, rows: null });
  });

  test.each([
    [...line, '--impute', 'g.csv'],
    [...line.slice(0, 4), '--impute', 'g.csv', '--balance', 'a'],
    [...line.slice(0, 4), '--impute', 'g.csv', '--statement', 's.txt'],
    [...line, '--temperature', '0.1'],
    [...line, '--temperature', '2.1'],
    [...required, '--impute', 'g.csv'],
    [...required, '--temperature', '0.5'],
    [...required, '--temperature', '0.5', '--method', 'vae'],
  ])('refuse what does not go together: %s', (...all) => {
    expect(() => readOptions(all)).toThrow(UsageError);
  });

  test('need their number', () => {
    expect(() => readOptions(line.slice(0, 4))).toThrow('--rows');
  });
});
