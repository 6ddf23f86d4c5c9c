import { describe, expect, test } from 'vitest';
import { readOptions, UsageError } from '../../../scripts/synthOptions.mjs';

const required = ['in.csv', '--out', 'out.csv'];

test('an input and an output are enough', () => {
  expect(readOptions(required)).toMatchObject({
    input: 'in.csv',
    out: 'out.csv',
    method: 'auto',
    backend: 'auto',
    holdout: 0.2,
    rows: null,
    seed: 1,
  });
});

test('every option that is there arrives', () => {
  const line =
    '--method vae --epsilon none --rows 7 --target y --holdout 0 --schema s.json --write-schema t.json --protect p.json ' +
    '--seed 3 --epochs 9 --scorecard c.json --backend wasm --quiet';
  expect(readOptions([...required, ...line.split(' ')])).toEqual({
    input: 'in.csv',
    out: 'out.csv',
    method: 'vae',
    rows: 7,
    target: 'y',
    holdout: 0,
    schema: 's.json',
    writeSchema: 't.json',
    protect: 'p.json',
    seed: 3,
    epochs: 9,
    scorecard: 'c.json',
    backend: 'wasm',
    quiet: true,
    help: false,
  });
});

describe('refused, with the option named', () => {
  test.each([
    ['--epsilon', '1'],
    ['--delta', '1e-5'],
    ['--person', 'id'],
    ['--report', 'r.html'],
    ['--model', 'm.json'],
    ['--method', 'gan'],
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
