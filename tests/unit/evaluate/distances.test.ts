import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { assessDistances } from '../../../workers/evaluate/distances.ts';
import type { Figure } from '../../../workers/evaluate/figureTypes.ts';
import { jackknifeInterval, rowsWithout } from '../../../workers/evaluate/jackknife.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, numbers, tableOf } from '../profile/tables.ts';

/** `link` 1: pay follows age; 0: not at all. */
const world = (rows: number, seed: string, link = 1): { table: Table; schema: TableSchema } => {
  const random = seededRng(seed);
  const age = Float64Array.from({ length: rows }, () => 18 + random.int(60));
  const pay = age.map(
    (years) => link * years * 500 + (1 - link) * random.int(30_000) + 4000 * random.normal(),
  );
  const team = Int32Array.from(age, () => random.int(3));
  const bounds = { min: -20_000, max: 60_000 };
  return tableOf(
    numbers('age', age, 0, { min: 18, max: 77 }),
    numbers('pay', pay.map(Math.round), 0, bounds),
    categories('team', team, ['a', 'b', 'c']),
  );
};

const assess = async (train: Table, holdout: Table, synthetic: Table, schema: TableSchema) => {
  const control = new RunControl();
  const { figures } = await assessDistances({ train, holdout, synthetic }, schema, {
    rng: seededRng('distances'),
    control,
    now: () => performance.now(),
    onProgress: () => undefined,
  });
  control.close();
  return new Map(figures.map((figure) => [figure.id, figure]));
};

const figure = (figures: Map<string, Figure>, id: string): Figure => {
  const found = figures.get(id);
  if (!found) throw new Error(`There is no figure ${id}.`);
  return found;
};

describe('the jackknife', () => {
  it('leaves each row out exactly once', () => {
    const kept = Array.from({ length: 8 }, (_, group) => rowsWithout(group, 21));
    for (let row = 0; row < 21; row++) expect(kept.filter((rows) => rows.includes(row))).toHaveLength(7);
  });

  it('gives the interval of a mean of normal numbers its width', () => {
    // Of 4000 standard normals the mean has a standard error of 1/sqrt(4000); with 7 degrees of freedom the estimate
    // stays within a factor of 3 but for one seed in 10^4, and the seed is fixed.
    const random = seededRng('mean');
    const numbers = Float64Array.from({ length: 4000 }, () => random.normal());
    const mean = (rows: Int32Array): number => rows.reduce((sum, row) => sum + numbers[row], 0) / rows.length;
    const whole = mean(Int32Array.from(numbers.keys()));
    const interval = jackknifeInterval(
      whole,
      Array.from({ length: 8 }, (_, g) => mean(rowsWithout(g, 4000))),
    );
    const half = interval ? (interval[1] - interval[0]) / 2 : NaN;
    expect(half / (2.36 / Math.sqrt(4000))).toBeGreaterThan(1 / 3);
    expect(half / (2.36 / Math.sqrt(4000))).toBeLessThan(3);
  });

  it('is undefined where a replicate is', () => {
    expect(jackknifeInterval(1, [1, NaN, 1])).toBeNull();
    expect(jackknifeInterval(NaN, [1, 1])).toBeNull();
  });
});

describe('figures of distances', () => {
  it('fresh real rows reach every target, and each interval holds its value', async () => {
    const { table: train, schema } = world(3000, 'train');
    const figures = await assess(train, world(1500, 'hold').table, world(3000, 'new').table, schema);
    for (const { value, interval, status, floor } of figures.values()) {
      expect(status).toBe('pass');
      expect(interval?.[0]).toBeLessThanOrEqual(value);
      expect(interval?.[1]).toBeGreaterThanOrEqual(value);
      expect(value).toBeLessThan(floor);
    }
  });

  it('a table that lost its link fails the links, not the single columns', async () => {
    const { table: train, schema } = world(3000, 'train');
    const lost = world(3000, 'lost', 0).table;
    const synthetic = {
      ...lost,
      columns: [lost.columns[0], world(3000, 'again').table.columns[1], lost.columns[2]],
    };
    const figures = await assess(train, world(1500, 'hold').table, synthetic, schema);
    expect(figure(figures, 'correlation.links').status).toBe('fail');
    expect(figure(figures, 'similarity.columns').status).toBe('pass');
  });

  it('without held-out rows there is no ceiling', async () => {
    const { table: train, schema } = world(800, 'train', 0);
    const none = { rows: 0, columns: train.columns };
    const figures = await assess(train, none, world(800, 'new', 0).table, schema);
    expect(figure(figures, 'similarity.columns').ceiling).toBeNaN();
  });
});
