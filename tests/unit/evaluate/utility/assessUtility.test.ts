import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../../workers/control.ts';
import type { Figure } from '../../../../workers/evaluate/assessment.ts';
import { assessDetection } from '../../../../workers/evaluate/fidelity/assessDetection.ts';
import type { ScoredTables } from '../../../../workers/evaluate/panel.ts';
import { scored, shuffleColumn } from '../../../../workers/evaluate/samples.ts';
import type { ScoreContext } from '../../../../workers/evaluate/scorecard.ts';
import { assessUtility } from '../../../../workers/evaluate/utility/assessUtility.ts';
import type { Utility } from '../../../../workers/evaluate/utility/utilityTypes.ts';
import { permutation, seededRng } from '../../../../workers/random/rng.ts';
import type { TableSchema } from '../../../../workers/schema/types.ts';
import { takeRows } from '../../../../workers/table/takeRows.ts';
import type { Table } from '../../../../workers/table/types.ts';
import { categories, numbers, tableOf } from '../../profile/tables.ts';

/** Pay depends on age, the class on both; one class in eight is the third, which only a team has. */
const world = (rows: number, seed: string): { table: Table; schema: TableSchema } => {
  const random = seededRng(seed);
  const age = Float64Array.from({ length: rows }, () => 18 + random.int(60));
  const pay = age.map((years) =>
    random.uniform() < 0.1 ? NaN : Math.round(300 * years + 3000 * random.normal()),
  );
  const team = Int32Array.from(age, () => random.int(4));
  const risk = Int32Array.from(age, (years, row) =>
    team[row] === 3 && random.uniform() < 0.5 ? 2 : years + 8 * random.normal() > 55 ? 1 : 0,
  );
  const sick = Int32Array.from(age, (years) => (years + 12 * random.normal() > 68 ? 1 : 0));
  return tableOf(
    numbers('age', age),
    numbers('pay', pay),
    categories('team', team, ['a', 'b', 'c', 'd']),
    categories('risk', risk, ['low', 'high', 'odd']),
    categories('sick', sick, ['no', 'yes']),
  );
};

const { table: train, schema } = world(1500, 'train');
const { table: holdout } = world(1000, 'holdout');
const fresh = world(1500, 'fresh').table;
const none = takeRows(train, new Int32Array());

const shuffled = (table: Table): Table => {
  const { rows, columns } = scored(table);
  return { rows, columns: columns.map((column) => shuffleColumn(column, seededRng(column.name))) };
};

const run = async <T>(work: (context: ScoreContext) => Promise<T>): Promise<T> => {
  const control = new RunControl();
  try {
    const now = (): number => performance.now();
    return await work({ rng: seededRng('assess'), control, now, onProgress: () => undefined });
  } finally {
    control.close();
  }
};

const utility = (synthetic: Table, target: string, others: Partial<ScoredTables> = {}): Promise<Utility> =>
  run((context) => assessUtility({ train, holdout, synthetic, ...others }, schema, [target], context));

const figure = ({ figures }: { readonly figures: readonly Figure[] }, id: string): Figure => {
  const found = figures.find((its) => its.id === id);
  if (!found) throw new Error(`no figure ${id} among ${figures.map((its) => its.id).join(', ')}`);
  return found;
};

describe('utility', () => {
  it('loses nothing at all where the synthetic rows are the real ones', async () => {
    const same = await utility(train, 'sick');
    for (const id of ['utility.best', 'utility.mean', 'utility.rare']) {
      const { value, interval, status, floor } = figure(same, id);
      expect(value).toBe(0);
      expect(interval).toEqual([0, 0]);
      expect(status).toBe('pass');
      expect(floor).toBeGreaterThan(0.2);
    }
  });

  it.each([
    ['sick', 2],
    ['risk', 3],
    ['pay', 0],
  ] as const)('passes fresh real rows as synthetic: %s', async (target, classes) => {
    const good = await utility(fresh, target);
    const { value, interval, status } = figure(good, 'utility.best');
    expect(Math.abs(value)).toBeLessThan(0.03);
    expect(interval?.[1]).toBeGreaterThan(value);
    expect(status).toBe('pass');
    const [details] = good.details;
    expect(details.learners.map(({ id }) => id)).toEqual(['boosting', 'forest', 'linear']);
    for (const { real } of details.learners) expect(real.value).toBeGreaterThan(details.trivial + 0.2);
    expect(details.importance.reduce((sum, { real }) => sum + real, 0)).toBeCloseTo(1, 9);
    expect(details.classes.length).toBe(classes);
  });

  it.each(['sick', 'pay'])('fails shuffled columns: %s', async (target) => {
    const bad = await utility(shuffled(train), target);
    for (const id of ['utility.best', 'utility.mean']) {
      const { value, floor, status } = figure(bad, id);
      expect(status).toBe('fail');
      // Hardly better than knowing nothing: a chance correlation of .13 (five deviations) keeps three tenths of R².
      expect(value).toBeGreaterThan(floor - 0.3);
    }
    expect(
      bad.figures.filter(({ id }) => id === 'utility.rare').every(({ status }) => status === 'fail'),
    ).toBe(true);
  });

  it('counts a class that synthetic rows lack as errors', async () => {
    const column = fresh.columns[3];
    const kept = column.type === 'category' ? column.codes : new Int32Array();
    const rows = Int32Array.from(kept.keys()).filter((row) => kept[row] !== 2);
    const without = await utility(takeRows(fresh, rows), 'risk');
    const odd = without.details[0].classes.find(({ label }) => label === 'odd');
    expect(odd?.testRows).toBeGreaterThan(50);
    expect(odd?.recall.real.value).toBeGreaterThan(0);
    expect(odd?.recall.synthetic.value).toBe(0);
    expect(figure(without, 'utility.best').status).toBe('fail');
    const rare = figure(without, 'utility.rare');
    expect(rare.value).toBe(1);
    expect(rare.status).toBe('fail');
  });

  it('takes no more synthetic rows than real ones', async () => {
    const { details } = await utility(world(2000, 'many').table, 'sick');
    expect(details[0].rows).toEqual({ train: 1500, synthetic: 1500, test: 1000 });
  });

  it('is inconclusive on few test rows', async () => {
    const few = takeRows(
      holdout,
      Int32Array.from({ length: 60 }, (_, row) => row),
    );
    const { status, interval } = figure(await utility(fresh, 'sick', { holdout: few }), 'utility.rare');
    expect(status).toBe('inconclusive');
    expect(interval).not.toBeNull();
  });

  it('is not assessed without held-out rows, or where nothing can be learned', async () => {
    const unheld = figure(await utility(train, 'sick', { holdout: none }), 'utility.best');
    expect(unheld.status).toBe('not-assessed');
    expect(unheld.note).toMatch(/held out/);
    const noise = shuffled(train);
    const chance = figure(
      await utility(noise, 'sick', { train: noise, holdout: shuffled(holdout) }),
      'utility.best',
    );
    expect(chance.status).toBe('not-assessed');
    expect(chance.note).toMatch(/chance/);
  });

  it('chooses the last column of a few classes and says so', async () => {
    const found = await run((context) =>
      assessUtility({ train, holdout, synthetic: fresh }, schema, [], context),
    );
    expect(found.details.map(({ column }) => column)).toEqual(['sick']);
    expect(figure(found, 'utility.best').note).toMatch(/“sick” was taken/);
    const targeted: TableSchema = {
      ...schema,
      columns: schema.columns.map((column) =>
        column.name === 'pay' ? { ...column, role: 'target' } : column,
      ),
    };
    const named = await run((context) =>
      assessUtility({ train, holdout, synthetic: fresh }, targeted, [], context),
    );
    expect(named.details.map(({ column, measure }) => [column, measure])).toEqual([['pay', 'R²']]);
    expect(figure(named, 'utility.best').note).toBe('Rows without a value in “pay” are left out.');
    expect(figure(named, 'utility.error').status).toBe('pass');
  });

  it('is the same twice with one seed', async () => {
    const numbersOf = ({ figures }: Utility) =>
      figures.map(({ id, value, interval }) => ({ id, value, interval }));
    expect(numbersOf(await utility(fresh, 'sick'))).toEqual(numbersOf(await utility(fresh, 'sick')));
  });

  it('stops when cancelled', async () => {
    const control = new RunControl();
    const context = {
      rng: seededRng('stop'),
      control,
      now: () => performance.now(),
      onProgress: () => undefined,
    };
    const running = assessUtility({ train, holdout, synthetic: fresh }, schema, ['sick'], context);
    control.stop('discard');
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    control.close();
  });
});

describe('detection', () => {
  const detect = (synthetic: Table, held = holdout) =>
    run((context) => assessDetection({ train, holdout: held, synthetic }, schema, context));

  it('does not tell fresh real rows (false alarm below 1e-6)', async () => {
    const { figures, telling, against } = await detect(fresh);
    const { value, ceiling, floor, status } = figures[0];
    // Standard error under the null is about .013 at 1,000 rows a side.
    expect(Math.abs(value - 0.5)).toBeLessThan(0.065);
    expect(Math.abs(ceiling - 0.5)).toBeLessThan(0.065);
    expect(floor).toBeGreaterThan(0.75);
    expect(status).toBe('info');
    expect(against).toBe('holdout');
    expect(telling.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('tells a shifted column and names it', async () => {
    const order = permutation(fresh.rows, seededRng('shift'));
    const columns = fresh.columns.map((column) =>
      column.name === 'pay' && column.type === 'number'
        ? { ...column, values: column.values.map((_, row) => column.values[order[row]] + 4000) }
        : column,
    );
    const { figures, telling } = await detect({ rows: fresh.rows, columns });
    expect(figures[0].interval?.[0]).toBeGreaterThan(0.7);
    expect(telling[0].column).toMatch(/pay|age/);
  });

  it('holds against train rows where too few were held out', async () => {
    const { figures, against } = await detect(fresh, none);
    expect(against).toBe('train');
    expect(figures[0].ceiling).toBeNaN();
    expect(figures[0].note).toMatch(/train rows/);
  });
});
