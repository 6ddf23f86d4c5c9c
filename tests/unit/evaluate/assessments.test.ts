import { describe, expect, it } from 'vitest';
import { HomespunError } from '../../../workers/errors.ts';
import type { Figure } from '../../../workers/evaluate/assessment.ts';
import { assessBalance } from '../../../workers/evaluate/balance/assessBalance.ts';
import { assessCorrelation } from '../../../workers/evaluate/fidelity/assessCorrelation.ts';
import { assessSimilarity } from '../../../workers/evaluate/fidelity/assessSimilarity.ts';
import { equivalentShare } from '../../../workers/evaluate/fidelity/sampleShare.ts';
import { againstMarks, guarded, shared } from '../../../workers/evaluate/figures.ts';
import type { ScoredTables } from '../../../workers/evaluate/panel.ts';
import { assessQuality } from '../../../workers/evaluate/quality/assessQuality.ts';
import { rowIds } from '../../../workers/evaluate/rowIds.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import { concatTables, takeRows } from '../../../workers/table/takeRows.ts';
import type { Table } from '../../../workers/table/types.ts';
import { adultPath, inContext, partsOf, readAdult } from './adult.ts';
import { noRows, shuffled, world } from './world.ts';

const made = (seed: string): { tables: ScoredTables; schema: TableSchema } => {
  const { table, schema } = world(7000, seed);
  const [train, holdout, synthetic] = partsOf(table, [3000, 1500, 2500], seed);
  return { tables: { train, holdout, synthetic }, schema };
};

const everything = (tables: ScoredTables, schema: TableSchema): Promise<Figure[]> =>
  inContext('assess', async (context) => [
    ...(await assessSimilarity(tables, schema, context)).figures,
    ...(await assessCorrelation(tables, schema, context)).figures,
    ...(await assessBalance(tables, schema, context)).figures,
    ...(await assessQuality(tables, schema, context)).figures,
  ]);

const statusesOf = (figures: readonly Figure[]): Record<string, Figure['status']> =>
  Object.fromEntries(figures.map(({ id, status }) => [id, status]));

const targeted = [
  'similarity.jensenShannon',
  'similarity.worstColumn',
  'similarity.wasserstein',
  'similarity.mmd',
  'correlation.related',
  'correlation.triples',
  'correlation.covariance',
  'balance.shares',
  'balance.smallest',
  'balance.diversity',
  'balance.rareCategories',
  'quality.validity',
  'quality.missing',
  'quality.missingPatterns',
  'quality.duplicates',
];

describe('figures of a small world', () => {
  it('pass for rows of the same source, each with its interval or marks, rows and time', async () => {
    const { tables, schema } = made('same');
    const figures = await everything(tables, schema);
    const found = statusesOf(figures);
    for (const id of targeted) expect([id, found[id]]).toEqual([id, 'pass']);
    // So few rows leave means over weak pairs, and over classes, uncertain.
    for (const id of ['correlation.pairs', 'balance.withinClass'])
      expect([id, found[id]]).not.toEqual([id, 'fail']);
    expect(Object.values(found)).not.toContain('error');
    expect(new Set(figures.map(({ id }) => id)).size).toBe(figures.length);
    for (const figure of figures.filter(({ status }) => status !== 'not-assessed')) {
      expect(figure.rows).toBeGreaterThan(0);
      expect(figure.seconds).toBeGreaterThanOrEqual(0);
      if (figure.interval) expect(figure.interval[0]).toBeLessThanOrEqual(figure.value);
      if (figure.interval) expect(figure.interval[1]).toBeGreaterThanOrEqual(figure.value);
    }
  });

  it('fail where columns are shuffled, in relations and not in single columns', async () => {
    const { tables, schema } = made('shuffled');
    const found = statusesOf(
      await everything({ ...tables, synthetic: shuffled(tables.synthetic, 'order') }, schema),
    );
    for (const id of ['related', 'pairs', 'triples', 'covariance']) {
      expect([id, found[`correlation.${id}`]]).toEqual([id, 'fail']);
    }
    for (const id of ['jensenShannon', 'worstColumn', 'wasserstein'])
      expect([id, found[`similarity.${id}`]]).toEqual([id, 'pass']);
  });

  it('say what they can without held-out rows', async () => {
    const { tables, schema } = made('no holdout');
    const figures = await everything({ ...tables, holdout: noRows(tables.train) }, schema);
    expect(figures.filter(({ status }) => status === 'error' || status === 'fail')).toEqual([]);
    expect(figures.filter(({ id }) => id === 'correlation.pairs')[0].ceiling).toBeNaN();
  });

  it('show a table of few rows as uncertain', async () => {
    const { tables, schema } = made('few');
    const few = { ...tables, synthetic: partsOf(tables.synthetic, [40], 'few')[0] };
    const found = statusesOf(await everything(few, schema));
    expect(found['balance.shares']).toBe('inconclusive');
  });
});

describe.skipIf(adultPath === null)('figures of the adult table', () => {
  it('pass for rows of the same source; pairs fail for shuffled columns', async () => {
    const { table, schema } = await readAdult(adultPath ?? '');
    const [train, holdout, synthetic] = partsOf(table, [6000, 3000, 6000], 'adult');
    const figures = await everything({ train, holdout, synthetic }, schema);
    expect(figures.filter(({ status }) => status === 'fail' || status === 'error')).toEqual([]);
    const { figures: relations } = await inContext('adult', (context) =>
      assessCorrelation({ train, holdout, synthetic: shuffled(synthetic, 'order') }, schema, context),
    );
    expect(statusesOf(relations)).toMatchObject({
      'correlation.pairs': 'fail',
      'correlation.related': 'fail',
    });
  }, 60_000);
});

/** `synthetic` with its ill people repeated until they are half of the rows. */
const filledUp = (table: Table): Table => {
  const ill = table.columns.find(({ name }) => name === 'ill');
  const codes = ill?.type === 'category' ? ill.codes : new Int32Array();
  const [sick, well] = [1, 0].map((code) =>
    Int32Array.from(codes.keys()).filter((row) => codes[row] === code),
  );
  const again = Int32Array.from(well, (_, i) => sick[i % 40]);
  return concatTables([takeRows(table, well), takeRows(table, again)]);
};

const even = {
  column: 'ill',
  classes: [
    { label: 'no', share: 0.5 },
    { label: 'yes', share: 0.5 },
  ],
};

describe('balance', () => {
  it('is held against the mix that was asked for, and sees a class filled up with repeats', async () => {
    const { tables, schema } = made('balance');
    const assess = (synthetic: Table) =>
      inContext('balance', (context) => assessBalance(tables, schema, context, { synthetic, shares: even }));
    const plain = await assess(tables.synthetic);
    expect(statusesOf(plain.figures)).toMatchObject({ 'balance.shares': 'fail', 'balance.smallest': 'fail' });
    const filled = await assess(filledUp(tables.synthetic));
    expect(statusesOf(filled.figures)).toMatchObject({
      'balance.shares': 'pass',
      'balance.smallest': 'pass',
      'balance.diversity': 'fail',
    });
    expect(filled.details.imbalance?.synthetic).toBeCloseTo(1, 1);
    expect(filled.details.classes?.map(({ label }) => label)).toEqual(['no', 'yes']);
  });

  it('is not assessed without a column of classes', async () => {
    const { tables, schema } = made('no classes');
    const plain: TableSchema = {
      ...schema,
      // Without a target the last column of a few classes would stand in: here there is one of numbers.
      columns: schema.columns.map((column) => ({
        ...column,
        role: column.number ? 'target' : 'ordinary',
      })),
    };
    const { figures, details } = await inContext('none', (context) => assessBalance(tables, plain, context));
    expect(statusesOf(figures)).toMatchObject({
      'balance.shares': 'not-assessed',
      'balance.diversity': 'not-assessed',
      'balance.rareCategories': 'pass',
    });
    expect(details.classes).toBeNull();
  });
});

describe('quality', () => {
  it('counts values out of range, of too many decimals, of no category, and gaps where none may be', async () => {
    const { tables, schema } = made('quality');
    const rows = tables.synthetic.rows;
    const columns = tables.synthetic.columns.map((column) => {
      if (column.name === 'age' && column.type === 'number')
        return { ...column, values: column.values.map((value, row) => [200, 30.5, NaN][row] ?? value) };
      if (column.name === 'job' && column.type === 'category')
        return {
          ...column,
          categories: [...column.categories, 'no job'],
          codes: column.codes.map((code, row) => [column.categories.length, -1][row] ?? code),
        };
      return column;
    });
    const { figures, details } = await inContext('quality', (context) =>
      assessQuality({ ...tables, synthetic: { rows, columns } }, schema, context),
    );
    const validity = figures.find(({ id }) => id === 'quality.validity');
    expect(validity).toMatchObject({ status: 'fail', ceiling: 1 });
    expect(validity?.value).toBeCloseTo(1 - 5 / (rows * columns.length), 12);
    expect(details.columns.filter(({ invalid }) => invalid > 0).map(({ column }) => column)).toEqual([
      'age',
      'job',
    ]);
  });

  it('sees gaps that are not where the real ones are, and repeated rows', async () => {
    const { tables, schema } = made('gaps');
    const columns = tables.synthetic.columns.map((column) =>
      column.name === 'pay' && column.type === 'number'
        ? { ...column, values: column.values.map((value) => (Number.isNaN(value) ? 1 : value)) }
        : column,
    );
    const table = { rows: tables.synthetic.rows, columns };
    const first = partsOf(table, [1500], 'first')[0];
    const found = await inContext('gaps', (context) =>
      assessQuality({ ...tables, synthetic: concatTables([first, first]) }, schema, context),
    );
    expect(statusesOf(found.figures)).toMatchObject({
      'quality.missingPatterns': 'fail',
      'quality.duplicates': 'fail',
    });
  });

  it('checks keys where the synthetic table has them', async () => {
    const { tables, schema } = made('keys');
    const texts = Array.from({ length: tables.synthetic.rows }, (_, row) => (row === 1 ? 'k0' : `k${row}`));
    const synthetic: Table = {
      ...tables.synthetic,
      columns: [...tables.synthetic.columns, { type: 'text', name: 'key', texts }],
    };
    const identifier = { parts: [], sequential: false, start: 0, unique: true };
    const keyed: TableSchema = {
      ...schema,
      columns: [...schema.columns, { ...schema.columns[0], name: 'key', kind: 'identifier', identifier }],
    };
    const { figures } = await inContext('keys', (context) =>
      assessQuality({ ...tables, synthetic }, keyed, context),
    );
    expect(figures.find(({ id }) => id === 'quality.keys')).toMatchObject({
      value: 1 - 1 / texts.length,
      status: 'fail',
    });
  });
});

const spec = { id: 'x.y', card: 'quality', label: '', meaning: '', unit: 'share' } as const;

describe('a figure', () => {
  it('keeps what goes wrong to itself, but for a cancelled run', async () => {
    const now = (): number => 0;
    const broken = await guarded(spec, now, () => {
      throw new RangeError('no such thing');
    });
    expect(broken).toMatchObject({ status: 'error', note: 'no such thing', value: NaN });
    const stop = (): never => {
      throw new HomespunError({ code: 'stopped', message: 'The run was cancelled.' });
    };
    await expect(guarded(spec, now, stop)).rejects.toThrow('cancelled');
  });

  it('takes its status from the whole interval', async () => {
    const statusFor = async (low: number, high: number) =>
      (
        await guarded(
          spec,
          () => 0,
          () => ({
            value: (low + high) / 2,
            interval: [low, high],
            target: { bound: 0.5, better: 'lower' },
            rows: 1,
          }),
        )
      ).status;
    expect(await statusFor(0.1, 0.4)).toBe('pass');
    expect(await statusFor(0.4, 0.6)).toBe('inconclusive');
    expect(await statusFor(0.6, 0.7)).toBe('fail');
  });

  it('shares work with others, once', async () => {
    let runs = 0;
    const work = shared(() => Promise.resolve(++runs));
    expect([await work(), await work()]).toEqual([1, 1]);
  });

  it('has its bound between its marks', () => {
    expect(againstMarks(0.8, { ceiling: 0.1, floor: 0.6 }).target?.bound).toBeCloseTo(0.2, 12);
    expect(againstMarks(0.8, { ceiling: 0.3, floor: 0.2 }).target?.bound).toBe(0.3);
    expect(againstMarks(0.8, { ceiling: NaN, floor: 0.5 }).status).toBe('not-assessed');
  });
});

describe('small parts', () => {
  it('give equal rows equal ids over tables', () => {
    const { ids, count } = rowIds([
      [
        [1, 1, 2, NaN],
        [0, 1, 0, 3],
      ],
      [
        [2, NaN, 1],
        [0, 3, 0],
      ],
    ]);
    expect(count).toBe(4);
    expect([...ids[1]]).toEqual([ids[0][2], ids[0][3], ids[0][0]]);
  });

  it('give a sample of the real rows its own share', () => {
    const errors = [0.01, 0.1, 0.4, 0.9].map((share) => ({ share, error: 0.02 * Math.sqrt(1 / share - 1) }));
    for (const share of [0.005, 0.01, 0.05, 0.3, 0.5, 0.95]) {
      expect(equivalentShare(0.02 * Math.sqrt(1 / share - 1), errors)).toBeCloseTo(share, 6);
    }
    expect(equivalentShare(0, errors)).toBe(1);
  });
});
