import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessDomain } from '../../../../workers/evaluate/domain/assessDomain.ts';
import { check } from '../../../../workers/evaluate/domain/check.ts';
import { varianceOf } from '../../../../workers/evaluate/domain/estimate.ts';
import { evaluation } from '../../../../workers/evaluate/domain/evaluate.ts';
import type {
  Condition,
  FormulaColumn,
  Literal,
  ParsedExpression,
} from '../../../../workers/evaluate/domain/formulaTypes.ts';
import { parse } from '../../../../workers/evaluate/domain/parse.ts';
import type { Sample } from '../../../../workers/evaluate/samples.ts';
import { seededRng } from '../../../../workers/random/rng.ts';
import type { Table } from '../../../../workers/table/types.ts';
import { inContext } from '../adult.ts';
import { samplesOf, type Cell, type Lists } from '../samples.ts';
import { formula, labels, wards } from './formulas.ts';

const columns: readonly FormulaColumn[] = [
  { name: 'age', type: 'number', labels: [] },
  { name: 'stay days', type: 'number', labels: [] },
  { name: 'readmitted', type: 'category', labels },
  { name: 'ward', type: 'category', labels: wards },
];

type Row = Readonly<Record<string, Cell>>;
const orMissing = <T extends Cell>(...values: readonly T[]) => fc.constantFrom<Cell>(...values, null);
const row = fc.record({
  age: orMissing(-3, 0, 1, 2, 5),
  'stay days': orMissing(0, 1, 4.5),
  readmitted: orMissing(...labels),
  ward: orMissing(...wards),
});
const listsOf = (rows: readonly Row[]): Lists =>
  Object.fromEntries(columns.map(({ name }) => [name, rows.map((cells) => cells[name])]));

// A plain reading of the same language: one row at a time, three truths as true, false and null.

const same = (cell: Cell, { text }: Literal): boolean =>
  typeof cell === 'number' ? cell === Number(text) : String(cell) === text;

function holds(of: Condition, cells: Row): boolean | null {
  switch (of.kind) {
    case 'not': {
      const inner = holds(of.of, cells);
      return inner === null ? null : !inner;
    }
    case 'and':
    case 'or': {
      const [left, right] = [holds(of.left, cells), holds(of.right, cells)];
      const deciding = of.kind === 'or';
      if (left === deciding || right === deciding) return deciding;
      return left === null || right === null ? null : !deciding;
    }
    case 'missing':
      return cells[of.column.name] === null;
    case 'in': {
      const cell = cells[of.column.name];
      return cell === null ? null : of.values.some((value) => same(cell, value));
    }
    case 'compare': {
      const cell = cells[of.column.name];
      if (cell === null) return null;
      if (of.operator === '=') return same(cell, of.value);
      if (of.operator === '!=') return !same(cell, of.value);
      const [a, b] = [Number(cell), Number(of.value.text)];
      if (of.operator.startsWith('<')) return of.operator === '<' ? a < b : a <= b;
      return of.operator === '>' ? a > b : a >= b;
    }
  }
}

function plainly(of: ParsedExpression, rows: readonly Row[], group: string | null): number {
  switch (of.kind) {
    case 'number':
      return of.value;
    case 'negative':
      return 0 - plainly(of.of, rows, group);
    case 'operation': {
      const [a, b] = [plainly(of.left, rows, group), plainly(of.right, rows, group)];
      if (of.operator === '+') return a + b;
      if (of.operator === '-') return a - b;
      return of.operator === '*' ? a * b : b === 0 ? NaN : a / b;
    }
    case 'measure': {
      const { measure, where, by, column, condition } = of;
      const over = rows.filter(
        (cells) => (!where || holds(where, cells) === true) && (!by || cells[by.name] === group),
      );
      if (column) {
        const cells = over.map((its) => its[column.name]).filter((cell) => typeof cell === 'number');
        return cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
      }
      const hits = over.filter((cells) => !condition || holds(condition, cells) === true).length;
      return measure === 'count' ? hits : over.length === 0 ? NaN : hits / over.length;
    }
  }
}

describe('a formula', () => {
  it('has the value of a plain reading row by row, on any table, alone and by group', () => {
    const rows = fc.array(row, { minLength: 1, maxLength: 30 });
    const any = fc
      .tuple(rows, fc.constantFrom(true, false))
      .chain(([list, grouped]) =>
        fc.tuple(fc.constant(list), formula(grouped), fc.constantFrom<string>(...wards)),
      );
    fc.assert(
      fc.property(any, ([list, tree, ward]) => {
        const checked = (() => {
          try {
            return check(tree, columns);
          } catch {
            return null; // a formula of numbers alone
          }
        })();
        fc.pre(checked !== null);
        const [sample] = samplesOf(listsOf([...list, full]));
        const all = [...list, full];
        const group = checked?.by ? ward : null;
        const { value } = evaluation(checked ?? never(), sample, all.length)(group);
        const plain = plainly(tree, all, group);
        if (Number.isFinite(plain)) expect(value).toBeCloseTo(plain, 6);
        else expect(Number.isFinite(value)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('scales counts to the size of another table, and nothing else', () => {
    const [sample] = samplesOf(listsOf([full, full, { ...full, age: 3 }]));
    const of = (text: string) => evaluation(check(parse(text), columns), sample, 300)(null).value;
    expect(of('count(age = 3)')).toBeCloseTo(100, 9);
    expect(of('share(age = 3)')).toBeCloseTo(1 / 3, 9);
  });
});

/** One row that makes every column what it is. */
const full: Row = { age: 1, 'stay days': 1, readmitted: 'yes', ward: 'Surgery' };
const never = (): never => {
  throw new Error('Not reached.');
};

describe('intervals', () => {
  const source = (seed: string, rows: number): Sample => {
    const rng = seededRng(seed);
    const age = Float64Array.from({ length: rows }, () => (rng.uniform() < 0.4 ? 70 : 40));
    const codes = Int32Array.from(age, (years) => (rng.uniform() < (years === 70 ? 0.3 : 0.15) ? 1 : 0));
    return {
      rows,
      columns: [
        { type: 'number', name: 'age', values: age },
        { type: 'number', name: 'stay days', values: age.map((years) => years / 10 + rng.normal()) },
        { type: 'category', name: 'readmitted', categories: ['no', 'yes', 'two words'], codes },
      ],
    };
  };

  it.each([
    ['share(readmitted = yes)', 0.4 * 0.3 + 0.6 * 0.15],
    ['mean(`stay days`)', 0.4 * 7 + 0.6 * 4],
    ['count(readmitted = yes)', 400 * (0.4 * 0.3 + 0.6 * 0.15)],
    ['share(readmitted = yes where age >= 65) / share(readmitted = yes where age < 65)', 2],
    ['mean(`stay days` where readmitted = yes) - mean(`stay days`)', (0.12 * 7 + 0.09 * 4) / 0.21 - 5.2],
  ])('%s covers the true value about 95 times of 100', (text, truth) => {
    const runs = 400;
    const checked = check(parse(text), columns);
    const covered = Array.from({ length: runs }, (_, i) => {
      const estimate = evaluation(checked, source(`${text} ${String(i)}`, 400), 400)(null);
      return Math.abs(estimate.value - truth) <= 1.96 * Math.sqrt(varianceOf(estimate)) ? 1 : 0;
    }).reduce<number>((sum, one) => sum + one, 0);
    // Five standard errors of a coverage of 95 % (chance of a false alarm below 1e-6), and 1.5 % for the delta method.
    const slack = 5 * Math.sqrt(runs * 0.95 * 0.05);
    expect(covered).toBeGreaterThan(0.935 * runs - slack);
    expect(covered).toBeLessThan(0.985 * runs + slack);
  });

  it('of a share of none or all are not empty', () => {
    const sample = source('none', 50);
    for (const text of ['share(age = 1)', 'share(age > 1)']) {
      expect(varianceOf(evaluation(check(parse(text), columns), sample, 50)(null))).toBeGreaterThan(0);
    }
  });
});

describe('formulas on real, synthetic and held-out rows', () => {
  const table = (seed: string, rows: number, share: number): Table => {
    const rng = seededRng(seed);
    return {
      rows,
      columns: [
        { type: 'number', name: 'age', values: Float64Array.from({ length: rows }, () => 50 + rng.normal()) },
        {
          type: 'category',
          name: 'ill',
          categories: ['no', 'yes'],
          codes: Int32Array.from({ length: rows }, () => (rng.uniform() < share ? 1 : 0)),
        },
      ],
    };
  };
  const tables = (share: number) => ({
    train: table('train', 20_000, 0.4),
    holdout: table('holdout', 5000, 0.4),
    synthetic: table('synthetic', 10_000, share),
  });
  const assess = (share: number, ...texts: readonly string[]) =>
    inContext('domain', (context) =>
      assessDomain(
        tables(share),
        { formulas: texts.map((text) => ({ text, tolerance: 0.05 })), countedRows: 20_000 },
        context,
      ),
    );

  it('pass within the tolerance, fail beyond it, and are undecided with few rows', async () => {
    const of = async (share: number, text: string) => (await assess(share, text))[0];
    expect((await of(0.4, 'share(ill = yes)')).status).toBe('pass');
    expect((await of(0.5, 'share(ill = yes)')).status).toBe('fail');
    expect((await of(0.5, 'mean(age by ill)')).status).toBe('pass');
    expect((await of(0.5, 'count(by ill)')).status).toBe('fail');
    expect((await of(0.4, 'share(ill = yes where age > 52.5)')).status).toBe('inconclusive');
    expect((await of(0.4, 'mean(age where age > 60)')).status).toBe('not-assessed');
    expect((await of(0.4, 'mean(age) - mean(age)')).status).toBe('inconclusive');
  });

  it('compare counts of tables of different sizes, with held-out rows as the ceiling', async () => {
    const [{ lines, unit, by }] = await assess(0.4, 'count(ill = yes)');
    expect([unit, by, lines.length]).toEqual(['count', null, 1]);
    const [{ real, synthetic, holdout, ceiling, difference }] = lines;
    for (const its of [real, synthetic, holdout]) expect(its?.value).toBeGreaterThan(7500);
    for (const its of [real, synthetic, holdout]) expect(its?.value).toBeLessThan(8500);
    expect(Math.abs(ceiling)).toBeLessThan(0.1);
    expect(Math.abs(difference)).toBeLessThan(0.1);
  });

  it('that do not fit say where, and the others are computed', async () => {
    const [wrong, right] = await assess(0.4, 'share(il = yes)', 'share(ill = yes)');
    expect(wrong).toMatchObject({ status: 'error', lines: [], problem: { position: 6 } });
    expect(right.problem).toBeNull();
  });

  it('take a category that stands in one of the tables only', async () => {
    const { train, holdout, synthetic } = tables(0.4);
    const [age, ill] = synthetic.columns;
    const made: Table = {
      rows: synthetic.rows,
      columns: [age, ill.type === 'category' ? { ...ill, categories: ['maybe', 'yes'] } : ill],
    };
    const formulas = [{ text: 'count(ill = maybe)', tolerance: 0.05 }];
    const [{ lines }] = await inContext('labels', (context) =>
      assessDomain({ train, holdout, synthetic: made }, { formulas, countedRows: 100 }, context),
    );
    expect(lines[0].real.value).toBe(0);
    expect(lines[0].synthetic.value).toBeCloseTo(60, -1);
  });
});
