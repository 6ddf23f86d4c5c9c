import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { overlayOf } from '../../../workers/evaluate/overlay.ts';
import { scoreTables } from '../../../workers/evaluate/scorecard.ts';
import type { Scorecard } from '../../../workers/evaluate/types.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import { takeRows } from '../../../workers/table/takeRows.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const day = 86_400_000;

/** Rows of a small world with relations of every kind, missing cells and a constant. */
const world = (rows: number, seed: string): { table: Table; schema: TableSchema } => {
  const random = seededRng(seed);
  const age = Float64Array.from({ length: rows }, () => 18 + random.int(60));
  const pay = age.map((years) =>
    random.uniform() < 0.1 ? NaN : Math.round(years * 500 + 5000 * random.normal()),
  );
  const grade = Int32Array.from(age, (years) =>
    Math.min(2, Math.floor((years - 18) / 25 + random.uniform() * 0.5)),
  );
  const team = Int32Array.from(grade, (g) => (random.uniform() < 0.05 ? -1 : random.uniform() < 0.8 ? g : 3));
  return tableOf(
    numbers('age', age, 0, { min: 18, max: 77 }),
    numbers('pay', pay, 0, { min: -20_000, max: 70_000 }),
    categories('grade', grade, ['low', 'middle', 'high']),
    categories('team', team, ['a', 'b', 'c', 'd']),
    instants(
      'seen',
      Array.from({ length: rows }, () => day * random.int(3000)),
    ),
    numbers('same', new Float64Array(rows).fill(3)),
  );
};

const noRows = (table: Table): Table => takeRows(table, new Int32Array());

const score = async (
  train: Table,
  holdout: Table,
  synthetic: Table,
  schema: TableSchema,
): Promise<Scorecard> => {
  const control = new RunControl();
  const card = await scoreTables({ train, holdout, synthetic }, schema, {
    rng: seededRng('score'),
    control,
    now: () => performance.now(),
    onProgress: () => undefined,
  });
  control.close();
  return card;
};

/** Each column in its own order. */
const shuffled = (table: Table): Table => {
  const columns = table.columns.map((column) => {
    const random = seededRng(`shuffle ${column.name}`);
    const order = Int32Array.from({ length: table.rows }, (_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.int(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return takeRows({ rows: table.rows, columns: [column] }, order).columns[0];
  });
  return { rows: table.rows, columns };
};

const { table: train, schema } = world(4000, 'train');
const { table: holdout } = world(2000, 'holdout');

describe('scorecard', () => {
  it('gives the very same table no distance at all', async () => {
    const card = await score(train, noRows(train), train, schema);
    expect(card.meanDistance.value).toBe(0);
    expect(card.pairDistance.value).toBe(0);
    expect(card.associations.meanDifference.value).toBe(0);
    expect(card.associations.worstDifference.value).toBe(0);
  });

  it('scores fresh real rows at their ceiling (false alarm below 1e-3)', async () => {
    const card = await score(train, holdout, world(4000, 'fresh').table, schema);
    // The same distribution at the same rows: both marks are draws of one random number of spread about .003.
    expect(Math.abs(card.meanDistance.value - card.meanDistance.ceiling)).toBeLessThan(0.012);
    expect(Math.abs(card.pairDistance.value - card.pairDistance.ceiling)).toBeLessThan(0.012);
    expect(card.pairDistance.ceiling).toBeLessThan(card.pairDistance.floor / 2);
    expect(card.associations.meanDifference.value).toBeLessThan(card.associations.meanDifference.floor / 4);
    expect(card.rows).toEqual({ train: 4000, holdout: 2000, synthetic: 4000, used: 2000 });
  });

  it('scores shuffled columns at the floor on pairs and at the ceiling on columns', async () => {
    const card = await score(train, holdout, shuffled(train), schema);
    expect(Math.abs(card.pairDistance.value - card.pairDistance.floor)).toBeLessThan(0.012);
    const { meanDifference, worstDifference, worstPair } = card.associations;
    expect(Math.abs(meanDifference.value - meanDifference.floor)).toBeLessThan(0.03);
    expect(worstDifference.value).toBeGreaterThan(0.5);
    expect(worstPair).not.toBeNull();
    expect(card.meanDistance.value).toBeLessThan(2 * card.meanDistance.ceiling + 0.01);
  });

  it('scores a uniform draw at the floor on columns', async () => {
    const random = seededRng('uniform');
    const columns = train.columns.map((column) =>
      column.name === 'age' && column.type === 'number'
        ? { ...column, values: column.values.map(() => 18 + random.int(5)) }
        : column,
    );
    const card = await score(train, holdout, { rows: train.rows, columns }, schema);
    expect(card.columns[0].column).toBe('age');
    expect(card.columns[0].distance.value).toBeGreaterThan(0.8);
    const grade = card.columns.find(({ column }) => column === 'grade');
    expect(grade?.metric).toBe('TV');
    expect(grade?.distance.floor).toBeGreaterThan(0.05);
  });

  it('leaves a constant column out of associations and of none else', async () => {
    const { associations, columns } = await score(train, holdout, train, schema);
    const d = associations.columns.length;
    const same = associations.columns.indexOf('same');
    for (let k = 0; k < d; k++) expect(associations.real[same * d + k]).toBeNaN();
    expect(columns.find(({ column }) => column === 'same')?.distance.value).toBe(0);
  });

  it('orders symmetric matrices so that related columns are neighbours', async () => {
    const { associations } = await score(train, holdout, holdout, schema);
    const d = associations.columns.length;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        expect(associations.real[i * d + j]).toBe(associations.real[j * d + i]);
        expect(associations.measures[i * d + j]).toBe(associations.measures[j * d + i]);
      }
    }
    const at = (name: string): number => associations.columns.indexOf(name);
    expect(Math.abs(at('grade') - at('team'))).toBe(1);
    expect(associations.measures[at('age') * d + at('pay')]).toBe('pearson');
    expect(associations.measures[at('age') * d + at('grade')]).toBe('correlation-ratio');
    expect(associations.measures[at('team') * d + at('grade')]).toBe('cramers-v');
  });

  it('counts an association that became undefined as lost', async () => {
    const columns = train.columns.map((column) =>
      column.name === 'pay' && column.type === 'number'
        ? { ...column, values: column.values.map(() => 7) }
        : column,
    );
    const { associations } = await score(train, noRows(train), { rows: train.rows, columns }, schema);
    expect(associations.worstPair).toContain('pay');
    expect(associations.worstDifference.value).toBeGreaterThan(0.7);
  });

  it('says when there is no holdout, and marks nothing as ceiling', async () => {
    const card = await score(train, noRows(train), holdout, schema);
    expect(card.meanDistance.ceiling).toBeNaN();
    expect(card.pairDistance.ceiling).toBeNaN();
    expect(card.associations.worstDifference.ceiling).toBeNaN();
    expect(card.notes.join(' ')).toMatch(/No rows were held out/);
  });

  it('reads categories by their label and columns by their name', async () => {
    const columns = [...train.columns].reverse().map((column) => {
      if (column.type !== 'category') return column;
      const most = column.categories.length - 1;
      const categories = [...column.categories].reverse();
      return { ...column, categories, codes: column.codes.map((code) => (code < 0 ? -1 : most - code)) };
    });
    const card = await score(train, noRows(train), { rows: train.rows, columns }, schema);
    expect(card.meanDistance.value).toBe(0);
    expect(card.associations.worstDifference.value).toBe(0);
  });

  it('caps the rows it uses and says so', async () => {
    const { table } = world(60_000, 'large');
    const card = await score(table, holdout, table, schema);
    expect(card.notes.join(' ')).toMatch(/50,000 rows/);
    expect(card.rows.used).toBe(2000);
  });

  it('takes a table of one row, and refuses one of none', async () => {
    const one = takeRows(train, Int32Array.of(0));
    const card = await score(one, noRows(one), one, schema);
    expect(card.meanDistance.value).toBe(0);
    expect(card.associations.worstPair).toBeNull();
    await expect(score(train, holdout, noRows(train), schema)).rejects.toMatchObject({ code: 'not-ready' });
  });

  it('names the column that the tables do not share', async () => {
    const columns = train.columns.filter(({ name }) => name !== 'pay');
    await expect(score(train, holdout, { rows: train.rows, columns }, schema)).rejects.toThrow(/“pay”/);
  });

  it('stops when cancelled', async () => {
    const control = new RunControl();
    control.stop('discard');
    let clock = 0;
    const run = scoreTables({ train, holdout, synthetic: train }, schema, {
      rng: seededRng('score'),
      control,
      now: () => (clock += 40),
      onProgress: () => undefined,
    });
    await expect(run).rejects.toMatchObject({ code: 'stopped' });
    control.close();
  });
});

const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0);
const schemaOf = (name: string) => {
  const found = schema.columns.find((column) => column.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe('overlay', () => {
  it('has shares that sum to one with the missing share, over the same bins', () => {
    train.columns.forEach((real, c) => {
      const overlay = overlayOf(real, holdout.columns[c], schemaOf(real.name));
      expect(sum(overlay.real) + overlay.realMissing).toBeCloseTo(1, 9);
      expect(sum(overlay.synthetic) + overlay.syntheticMissing).toBeCloseTo(1, 9);
      expect(overlay.synthetic.length).toBe(overlay.real.length);
      if (overlay.type === 'category') return expect(overlay.labels.length).toBe(overlay.real.length);
      expect(overlay.edges.length).toBe(overlay.real.length + 1);
      expect(overlay.real.length).toBeLessThanOrEqual(40);
      expect(overlay.realQuantiles.length).toBe(11);
    });
  });

  it('gives whole numbers of a short range a bin each, centred', () => {
    const { column, schema: its } = numbers('x', [1, 2, 2, 4]);
    const overlay = overlayOf(column, column, its);
    if (overlay.type === 'category') throw new Error('type');
    expect(overlay.edges).toEqual([0.5, 1.5, 2.5, 3.5, 4.5]);
    expect(overlay.real).toEqual([0.25, 0.5, 0, 0.25]);
  });

  it('does not let a thin tail squeeze the rest, and counts it in the last bin', () => {
    const { column, schema: its } = numbers('x', [...Array.from({ length: 999 }, (_, i) => i % 100), 1e6]);
    const overlay = overlayOf(column, column, its);
    if (overlay.type === 'category') throw new Error('type');
    expect(overlay.edges[overlay.edges.length - 1]).toBeLessThan(200);
    expect(sum(overlay.real)).toBeCloseTo(1, 9);
    expect(overlay.realQuantiles[10]).toBe(1e6);
  });

  it('names the most common categories first and sums the rest', () => {
    const labels = Array.from({ length: 30 }, (_, i) => `c${i}`);
    const codes = Array.from({ length: 465 }, (_, i) => Math.floor((Math.sqrt(8 * i + 1) - 1) / 2));
    const { column, schema: its } = categories('c', codes, labels);
    const overlay = overlayOf(column, column, its);
    if (overlay.type !== 'category') throw new Error('type');
    expect(overlay.labels[0]).toBe('c29');
    expect(overlay.labels[20]).toBe('(other)');
    expect(overlay.real[20]).toBeCloseTo(55 / 465, 12);
  });

  it('takes empty and all-missing columns', () => {
    for (const values of [[], [NaN, NaN]]) {
      const { column, schema: its } = numbers('x', values);
      const overlay = overlayOf(column, column, its);
      expect(sum(overlay.real)).toBe(0);
      expect(overlay.realMissing).toBe(values.length === 0 ? 0 : 1);
    }
  });
});
