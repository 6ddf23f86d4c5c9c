import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learners } from '../../../../workers/evaluate/learners/learners.ts';
import type { Labels } from '../../../../workers/evaluate/learners/types.ts';
import { rocAuc } from '../../../../workers/evaluate/prediction/rocAuc.ts';
import { seededRng } from '../../../../workers/random/rng.ts';
import type { Table } from '../../../../workers/table/types.ts';
import { categories, numbers, tableOf } from '../../profile/tables.ts';
import { classes, second, train } from './fits.ts';

const trees = learners.filter(({ id }) => id !== 'linear');
const each = learners.map((learner) => [learner.id, learner] as const);
const eachTree = trees.map((learner) => [learner.id, learner] as const);

/** Two numbers, a category, cells missing; a class that depends on the first number and the category. */
const world = (rows: number, seed: string): { table: Table; truth: Uint8Array } => {
  const random = seededRng(seed);
  const x = Float64Array.from({ length: rows }, () => random.normal());
  const y = x.map(() => (random.uniform() < 0.2 ? NaN : random.normal()));
  const team = Int32Array.from(x, () => random.int(5) - 1);
  const truth = Uint8Array.from(x, (value, row) => (value + team[row] - 1 + random.normal() > 0 ? 1 : 0));
  const { table } = tableOf(
    numbers('x', x, 3),
    numbers('y', y, 3),
    categories('team', team, ['a', 'b', 'c', 'd']),
  );
  return { table, truth };
};

const { table, truth } = world(2000, 'train');
const test = world(2000, 'test');

describe.each(each)('%s', (_, learner) => {
  it('ranks new rows nearly as well as the truth allows', async () => {
    const { predict } = await train(learner, table, classes(truth));
    // The best possible score has an AUC of about .90.
    expect(rocAuc(second(predict(test.table)), test.truth)).toBeGreaterThan(0.86);
  });

  it('gives shares of classes that sum to 1', async () => {
    const three = Int32Array.from(truth, (code, row) => (row % 3 === 0 ? 2 : code));
    const { predict } = await train(learner, table, classes(three, 3));
    const shares = predict(test.table);
    expect(shares.length).toBe(3 * test.table.rows);
    for (let at = 0; at < shares.length; at += 3) {
      const sum = shares[at] + shares[at + 1] + shares[at + 2];
      expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
      expect(Math.min(shares[at], shares[at + 1], shares[at + 2])).toBeGreaterThanOrEqual(0);
    }
  });

  it('gives a class without rows next to no share', async () => {
    const { predict } = await train(learner, table, classes(truth, 3));
    const shares = predict(test.table).filter((_, at) => at % 3 === 2);
    expect(Math.max(...shares)).toBeLessThan(0.01);
  });

  it('predicts the only class there is', async () => {
    const { predict } = await train(learner, table, classes(new Uint8Array(table.rows).fill(1)));
    expect(Math.min(...second(predict(test.table)))).toBeGreaterThan(0.99);
  });

  it('is the same twice with one seed', async () => {
    const [first, again] = [
      await train(learner, table, classes(truth)),
      await train(learner, table, classes(truth)),
    ];
    expect(again.predict(test.table)).toEqual(first.predict(test.table));
  });

  it('predicts numbers', async () => {
    const values = (from: Table): Float64Array => {
      const column = from.columns[0];
      return column.type === 'number' ? column.values.map((x) => 3 * x + 7) : new Float64Array();
    };
    const labels: Labels = { kind: 'number', values: values(table) };
    const predicted = (await train(learner, table, labels)).predict(test.table);
    const wanted = values(test.table);
    const error = predicted.reduce((sum, value, row) => sum + (value - wanted[row]) ** 2, 0);
    // The variance is 9.
    expect(error / wanted.length).toBeLessThan(0.9);
  });

  it('takes categories it never saw, missing cells it never saw and codes beyond a dictionary', async () => {
    const whole = tableOf(
      numbers('x', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      categories('c', [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], ['a', 'b']),
    ).table;
    const { predict } = await train(learner, whole, classes([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]));
    const other = tableOf(numbers('x', [NaN, 3, 99]), categories('c', [0, -1, 1], ['new', 'b'])).table;
    expect(predict(other).every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  it('knows categories by their labels and not by their codes', async () => {
    const { predict } = await train(learner, table, classes(truth));
    const turned: Table = {
      rows: test.table.rows,
      columns: test.table.columns.map((column) =>
        column.type === 'category'
          ? {
              ...column,
              categories: ['d', 'c', 'b', 'a'],
              codes: column.codes.map((code) => (code < 0 ? -1 : 3 - code)),
            }
          : column,
      ),
    };
    expect(predict(turned)).toEqual(predict(test.table));
  });

  it('uses the columns that matter', async () => {
    const { fitted } = await train(learner, table, classes(truth));
    const [x, y, team] = fitted.importance;
    expect(Math.abs(x + y + team - 1)).toBeLessThan(1e-9);
    expect(Math.min(x, team)).toBeGreaterThan(2 * y);
  });

  it('refuses a table without one of its columns', async () => {
    const { predict } = await train(learner, table, classes(truth));
    expect(() => predict({ rows: test.table.rows, columns: test.table.columns.slice(1) })).toThrow(/“x”/);
  });
});

describe.each(eachTree)('%s', (_, learner) => {
  it('learns exclusive or', async () => {
    const random = seededRng('xor');
    const [a, b] = [0, 1].map(() => Float64Array.from({ length: 1500 }, () => random.uniform()));
    const exclusive = Uint8Array.from(a, (value, row) => Number(value > 0.5 !== b[row] > 0.5));
    const both = tableOf(numbers('a', a, 3), numbers('b', b, 3)).table;
    const { predict } = await train(learner, both, classes(exclusive));
    const corners = tableOf(
      numbers('a', [0.2, 0.2, 0.8, 0.8], 3),
      numbers('b', [0.2, 0.8, 0.2, 0.8], 3),
    ).table;
    expect(second(predict(corners)).map((share) => Math.round(share))).toEqual(Float64Array.of(0, 1, 1, 0));
  });

  it('does not care how a number is scaled', async () => {
    const cubed: (from: Table) => Table = ({ rows, columns }) => ({
      rows,
      columns: columns.map((column) =>
        column.type === 'number'
          ? { ...column, values: column.values.map((x) => Math.sign(x) * x * x) }
          : column,
      ),
    });
    const plain = (await train(learner, table, classes(truth))).predict(table);
    const scaled = (await train(learner, cubed(table), classes(truth))).predict(cubed(table));
    expect(scaled).toEqual(plain);
  });
});

describe('boosting and the linear model', () => {
  const ordered = learners.filter(({ id }) => id !== 'forest');

  it.each(ordered.map((learner) => [learner.id, learner] as const))(
    '%s does not care for the order of columns',
    async (_, learner) => {
      const turned = (from: Table): Table => ({ rows: from.rows, columns: from.columns.toReversed() });
      const plain = (await train(learner, table, classes(truth))).predict(test.table);
      const other = (await train(learner, turned(table), classes(truth))).predict(turned(test.table));
      const worst = plain.reduce((most, share, at) => Math.max(most, Math.abs(share - other[at])), 0);
      expect(worst).toBeLessThan(0.02);
    },
  );
});

describe('every learner', () => {
  it('gives finite predictions on any small table', async () => {
    const cell = fc.oneof(
      fc.constant(NaN),
      fc.integer({ min: -3, max: 3 }),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
    );
    const row = fc.tuple(cell, fc.integer({ min: -1, max: 3 }), fc.integer({ min: 0, max: 2 }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
        const small = tableOf(
          numbers(
            'n',
            rows.map(([n]) => n),
            3,
          ),
          categories(
            'c',
            rows.map(([, c]) => c),
            ['a', 'b', 'c', 'd'],
          ),
        ).table;
        for (const learner of learners) {
          const { predict } = await train(
            learner,
            small,
            classes(
              rows.map(([, , k]) => k),
              3,
            ),
          );
          expect(predict(small).every((share) => share >= 0 && share <= 1)).toBe(true);
        }
      }),
      { numRuns: 8, seed: 5 },
    );
  });
});
