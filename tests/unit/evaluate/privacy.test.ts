import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../workers/evaluate/assessment.ts';
import type { ScoredTables } from '../../../workers/evaluate/panel.ts';
import { assessPrivacy, type PrivacyAssessment } from '../../../workers/evaluate/privacy/assessPrivacy.ts';
import { attackCaps } from '../../../workers/evaluate/privacy/attackRows.ts';
import type { ClaimedBudget } from '../../../workers/evaluate/privacy/privacyFigures.ts';
import { nearest } from '../../../workers/evaluate/privacy/nearest.ts';
import { nearestWithout } from '../../../workers/evaluate/privacy/nearestWithout.ts';
import { rowCoder, type Rows } from '../../../workers/evaluate/privacy/rowSpace.ts';
import { countMatches, tableIndex } from '../../../workers/evaluate/privacy/singlingOut.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import { adultPath, inContext, partsOf, readAdult, withCopies } from './adult.ts';
import { restless, samplesOf, type Cell, type Lists } from './samples.ts';
import { noRows, world } from './world.ts';

const assess = (tables: ScoredTables, schema: TableSchema, claimed: ClaimedBudget = null) =>
  inContext('privacy', (context) => assessPrivacy(tables, schema, context, claimed));

const statuses = ({ figures }: PrivacyAssessment): Record<string, Figure['status']> =>
  Object.fromEntries(figures.map(({ id, status }) => [id.replace('privacy.', ''), status]));

const attacks = [
  'membership',
  'membershipFound',
  'inference',
  'singlingOut',
  'singlingOutSingle',
  'linkability',
  'reidentification',
];

const made = (seed: string, holdout = 2000): { tables: ScoredTables; schema: TableSchema } => {
  const { table, schema } = world(10_000 + holdout, seed);
  const [train, held, synthetic] = partsOf(table, [5000, holdout, 5000], seed);
  return { tables: { train, holdout: held, synthetic }, schema };
};

describe('privacy of a small world', () => {
  it('passes rows of the same source', async () => {
    const { tables, schema } = made('same');
    const found = statuses(await assess(tables, schema));
    for (const attack of attacks) expect([attack, found[attack]]).toEqual([attack, 'pass']);
    expect(Object.values(found)).not.toContain('error');
  });

  it('fails a table with 40 % of its rows copied', async () => {
    const { tables, schema } = made('copied');
    const found = statuses(await assess(withCopies(tables, 0.4), schema));
    const surely = attacks.filter((attack) => attack !== 'linkability');
    for (const attack of surely) expect([attack, found[attack]]).toEqual([attack, 'fail']);
  });

  it('shows an epsilon of a copied table that no small guarantee allows', async () => {
    const { tables, schema } = made('claimed');
    const claimed = { epsilon: 0.5, delta: 1e-5 };
    const copied = await assess(withCopies(tables, 0.4), schema, claimed);
    expect(statuses(copied).epsilonAudited).toBe('fail');
    const curves = copied.details.roc?.curves ?? [];
    expect(curves.map(({ name }) => name)).toEqual(copied.details.membership?.map(({ name }) => name));
    // Where false alarms are rare, copied rows are found far more often than the guarantee allows.
    expect(curves.some(({ points }) => points.some(({ band, allowed }) => band[0] > allowed))).toBe(true);
    const fresh = await assess(tables, schema, claimed);
    expect(statuses(fresh)).toMatchObject({ epsilonAudited: 'pass', epsilonClaimed: 'info' });
    expect(fresh.details.roc?.allowed.length).toBeGreaterThan(10);
  });

  it('is inconclusive with few held-out rows, and fails nothing', async () => {
    const { tables, schema } = made('few', 60);
    const found = statuses(await assess(tables, schema));
    expect(found.membership).toBe('inconclusive');
    expect(found.membershipFound).toBe('not-assessed');
    expect(Object.values(found)).not.toContain('fail');
  });

  it('is not assessed without held-out rows, and says so', async () => {
    const { tables, schema } = made('none');
    const { figures, details } = await assess({ ...tables, holdout: noRows(tables.train) }, schema);
    for (const { id, status, note } of figures) {
      if (id === 'privacy.epsilonClaimed')
        expect([status, note]).toEqual(['info', expect.stringContaining('No guarantee')]);
      else expect([status, note]).toEqual(['not-assessed', expect.stringContaining('held out')]);
    }
    expect(details.copying).toBeNull();
    expect(details.roc).toBeNull();
  });

  it('takes marked columns as the secrets, one by one', async () => {
    const { tables, schema } = made('secrets');
    const marked: TableSchema = {
      ...schema,
      columns: schema.columns.map((column) =>
        ['ill', 'pay'].includes(column.name) ? { ...column, role: 'sensitive' } : column,
      ),
    };
    const { details, figures } = await assess(withCopies(tables, 0.4), marked);
    expect(details.inference?.secrets.map(({ name }) => name)).toEqual(['pay', 'ill']);
    expect(figures.find(({ id }) => id === 'privacy.inference')).toMatchObject({
      status: 'fail',
      note: expect.stringMatching(/“(pay|ill)”/),
    });
  });

  it('keeps to its caps', async () => {
    const { tables, schema } = made('caps');
    const caps = { ...attackCaps, targets: 300, reference: 200, synthetic: 1000 };
    const { details } = await inContext('caps', (context) =>
      assessPrivacy(tables, schema, context, null, caps),
    );
    expect(details.copying).toMatchObject({ queries: 300, references: 400 });
    expect(details.caps).toEqual(caps);
  });
});

describe.skipIf(adultPath === null)('privacy of the adult table', () => {
  it('passes rows of the same source and fails copies', async () => {
    const { table, schema } = await readAdult(adultPath ?? '');
    const [train, holdout, synthetic] = partsOf(table, [6000, 3000, 6000], 'adult');
    const tables = { train, holdout, synthetic };
    const same = Object.entries(statuses(await assess(tables, schema)));
    expect(same.filter(([, status]) => status === 'fail' || status === 'error')).toEqual([]);
    const copied = statuses(await assess(withCopies(tables, 0.4), schema));
    for (const attack of ['membership', 'membershipFound', 'inference', 'singlingOutSingle']) {
      expect(same).toContainEqual([attack, 'pass']);
      expect([attack, copied[attack]]).toEqual([attack, 'fail']);
    }
  }, 60_000);
});

const cell = (values: readonly Cell[]) => fc.constantFrom(...values, null);
const row = fc.tuple(
  cell([0, 1, 2.5, 7]),
  cell(['a', 'b', 'c']),
  cell(['x', 'y']),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const listsOf = (rows: readonly (readonly Cell[])[]): Lists =>
  Object.fromEntries(['n', 'c', 'd', 'm'].map((name, c) => [name, rows.map((cells) => cells[c])]));
const rows = fc.array(row, { minLength: 1, maxLength: 60 });

/** Distance of two rows in the columns named. */
const gower = (a: Rows, i: number, b: Rows, j: number, columns: readonly number[]): number =>
  columns.reduce(
    (sum, c) => sum + Math.min(1, Math.abs(a.cells[i * a.width + c] - b.cells[j * b.width + c])),
    0,
  ) / a.width;

const least = (queries: Rows, query: number, references: Rows, columns: readonly number[]): number[] =>
  Array.from({ length: references.count }, (_, j) => gower(queries, query, references, j, columns)).sort(
    (a, b) => a - b,
  );

describe('nearest rows', () => {
  it('are those of a plain search', async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, async (some, others) => {
        // Enough equal rows for groups to form.
        const [a, b] = samplesOf(listsOf(some), listsOf(Array.from({ length: 3 }, () => others).flat()));
        const coder = rowCoder([a, b]);
        const [queries, references] = [coder(a), coder(b)];
        const { distances } = await nearest(queries, references, 2, restless());
        const alone = await nearestWithout(queries, references, [0, 2], restless());
        for (let query = 0; query < queries.count; query++) {
          const plain = least(queries, query, references, [0, 1, 2, 3]);
          expect(distances[2 * query]).toBeCloseTo(plain[0], 12);
          expect(distances[2 * query + 1]).toBeCloseTo(plain[1], 12);
          [
            [1, 2, 3],
            [0, 1, 3],
          ].forEach((columns, s) => {
            const found = gower(queries, query, references, alone[2 * query + s], columns);
            expect(found).toBeCloseTo(least(queries, query, references, columns)[0], 12);
          });
        }
      }),
    );
  });
});

describe('the control of singling out', () => {
  it('succeeds as often as the attack where train and held-out rows are alike', () => {
    const random = seededRng('control');
    const [trainRows, heldRows, draws] = [30, 12, 20_000];
    const table = (count: number) =>
      tableIndex(samplesOf({ x: Array.from({ length: count }, () => random.int(40)) })[0]);
    const query = [{ column: 0, operator: 'equal', value: 7 } as const];
    let [sum, squares] = [0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const [inTrain, held] = [table(trainRows), table(heldRows)].map((its) => countMatches(its, query, 30));
      const attack = inTrain === 1 ? 1 : 0;
      const control = held === 1 ? (heldRows / trainRows) ** (inTrain - 1) : 0;
      sum += attack - control;
      squares += (attack - control) ** 2;
    }
    // Chance of a false alarm below 1e-6.
    expect(Math.abs(sum)).toBeLessThan(4.9 * Math.sqrt(squares));
  });
});
