import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { findRules } from '../../../workers/rules/findRules.ts';
import { linearRelations } from '../../../workers/rules/linearRelations.ts';
import { ruleWords } from '../../../workers/rules/ruleWords.ts';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import { toTable } from '../../../workers/schema/toTable.ts';
import { readTable } from '../../../workers/table/readTable.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, numbers, tableOf } from '../profile/tables.ts';
import { planted, plantedRules } from './rows.ts';

const found = (world: ReturnType<typeof planted>, seed = 'find') =>
  findRules(world.table, world.schema, seededRng(seed)).rules;

/** The table with some cells of a column replaced. */
const withCells = (table: Table, name: string, change: (row: number, value: number) => number): Table => ({
  ...table,
  columns: table.columns.map((column) =>
    column.name === name && (column.type === 'number' || column.type === 'datetime')
      ? { ...column, values: column.values.map((value, row) => change(row, value)) }
      : column,
  ),
});

describe('rules in rows', () => {
  it.each(['a', 'b', 'c'])('are found where they were planted, and no others (%s)', (seed) => {
    const rules = found(planted(3000, seed)).map(({ rule }) => rule);
    expect(rules).toHaveLength(plantedRules.length);
    for (const rule of plantedRules) expect(rules).toContainEqual(rule);
  });

  /*
   * Of 30 tables with some 90 pairs of columns each: a rule is told by chance with a probability below 1e-13 each, so one
   * false alarm in 3e9 runs of this test.
   */
  it('are not found between columns that have nothing to do with one another', () => {
    for (let seed = 0; seed < 30; seed++) {
      expect(found(planted(400 + 50 * seed, `independent ${seed}`, true)), `seed ${seed}`).toEqual([]);
    }
  });

  it('are found although one row in two thousand breaks them, with the share that keeps them', () => {
    const { table, schema } = planted(4000, 'errors');
    const wrong = (row: number): boolean => row % 2000 === 7;
    const total = withCells(table, 'total', (row, value) => (wrong(row) ? value + 11 : value));
    const dates = withCells(total, 'end', (row, value) => (wrong(row) ? value - 3e11 : value));
    const rules = found({ table: dates, schema });
    for (const kind of ['sum', 'order']) {
      const rule = rules.find((each) => each.rule.kind === kind);
      expect(rule?.share, kind).toBeGreaterThanOrEqual(0.999);
      expect(rule?.share, kind).toBeLessThan(1);
    }
    const many = withCells(table, 'total', (row, value) => (row % 100 === 0 ? value + 11 : value));
    expect(found({ table: many, schema }).some(({ rule }) => rule.kind === 'sum')).toBe(false);
  });

  it('of sums are found beside one another, and where each number was rounded by itself', () => {
    const rng = seededRng('sums');
    const part = (scale: number): number[] => Array.from({ length: 2000 }, () => scale * rng.uniform());
    const round = (values: number[], decimals: number): number[] =>
      values.map((value) => Math.round(value * 10 ** decimals) / 10 ** decimals);
    const [a, b, c, d, e] = [part(900), part(500), part(1e5), part(300), part(200)];
    const first = a.map((value, row) => value + b[row] + c[row]);
    const second = first.map((value, row) => value + d[row] + e[row]);
    const world = tableOf(
      ...[a, b, c, d, e, first, second].map((values, at) => numbers('abcdefg'[at], round(values, 1), 1)),
    );
    const sums = found(world).filter(({ rule }) => rule.kind === 'sum');
    expect(sums.map(({ rule }) => ruleWords(rule))).toContain('“f” is the sum of “a”, “b” and “c”');
    expect(sums).toHaveLength(2);
    for (const { share } of sums) expect(share).toBe(1);
  });

  it('are not told where bounds alone imply them', () => {
    const rng = seededRng('bounds');
    const between = (low: number, high: number): number[] =>
      Array.from({ length: 2000 }, () => low + rng.int(high - low));
    const world = tableOf(
      numbers('small', between(0, 10)),
      numbers('large', between(100, 200)),
      numbers(
        'mostly',
        between(0, 100).map((value, row) => (row % 40 === 0 ? value - 100 : value + 10)),
      ),
    );
    expect(found(world)).toEqual([]);
  });

  it('of orders leave out what follows from others', () => {
    const rng = seededRng('chain');
    const grow = (from: number[]): number[] => from.map((value) => value + rng.int(30));
    const a = Array.from({ length: 1500 }, () => rng.int(60));
    const [b, c] = [grow(a), []] as [number[], number[]];
    c.push(...grow(b));
    const world = tableOf(numbers('a', a), numbers('b', b), numbers('c', c));
    expect(
      found(world)
        .map(({ rule }) => ruleWords(rule))
        .sort(),
    ).toEqual(['“a” is at most “b”', '“b” is at most “c”']);
  });

  it('of combinations leave out what one column tells over another', () => {
    const rng = seededRng('places');
    const town = Array.from({ length: 3000 }, () => rng.int(24));
    const names = (count: number, stem: string): string[] =>
      Array.from({ length: count }, (_, i) => `${stem}${i}`);
    const world = tableOf(
      categories('town', town, names(24, 't')),
      categories(
        'county',
        town.map((code) => Math.floor(code / 3)),
        names(8, 'c'),
      ),
      categories(
        'land',
        town.map((code) => Math.floor(code / 12)),
        names(2, 'l'),
      ),
    );
    const told = found(world).map(({ rule }) =>
      rule.kind === 'combinations' ? rule.columns.join(' ') : rule.kind,
    );
    expect(told.sort()).toEqual(['county land', 'town county']);
  });

  it('of combinations are found among many rare values, and not where values seldom repeat', () => {
    const rng = seededRng('rare');
    const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `v${i}`);
    // Half of the towns stand in some rows only, and some in one.
    const town = Array.from({ length: 3000 }, () => Math.floor(400 * rng.uniform() ** 4));
    const key = Array.from({ length: 3000 }, () => rng.int(30_000) % 1900);
    const seldom = Array.from({ length: 3000 }, (_, row) => Math.min(row, 1999));
    const world = tableOf(
      categories('town', town, names(400)),
      categories(
        'county',
        town.map((code) => code % 9),
        names(9),
      ),
      categories('key', key, names(1900)),
      categories(
        'coin',
        key.map(() => rng.int(2)),
        names(2),
      ),
      categories(
        'seldom',
        seldom.map((code) => (code < 1999 ? code : -1)),
        names(2000),
      ),
    );
    const told = found(world).map(({ rule }) => (rule.kind === 'combinations' ? rule.columns.join(' ') : ''));
    expect(told).toEqual(['town county']);
  });

  it('are looked for fast in a wide table', () => {
    const rng = seededRng('wide');
    const columns = Array.from({ length: 50 }, (_, c) => [
      numbers(
        `n${c}`,
        Array.from({ length: 5000 }, () => rng.int(c < 25 ? 1000 : 60)),
      ),
      categories(
        `c${c}`,
        Array.from({ length: 5000 }, () => rng.int(8)),
        [...'abcdefgh'],
      ),
    ]).flat();
    const start = performance.now();
    expect(found(tableOf(...columns))).toEqual([]);
    // A hang, not a slow machine: some tenths of a second are usual.
    expect(performance.now() - start).toBeLessThan(8000);
  });
});

describe('linear relations', () => {
  it('are those of the columns, and none of noise', () => {
    const rng = seededRng('relations');
    const noise = (): Float64Array => Float64Array.from({ length: 60 }, () => rng.normal());
    const [a, b, c] = [noise(), noise(), noise()];
    expect(linearRelations([a, b, c], [0, 0, 0])).toEqual([]);
    const both = a.map((value, row) => 2 * value - b[row]);
    const [relation] = linearRelations([a, b, c, both], [0, 0, 0, 0]);
    const size = (column: number): number => {
      if (column === relation.column) return -1;
      return relation.terms.find((term) => term.column === column)?.coefficient ?? NaN;
    };
    const scale = -size(3);
    expect([size(0), size(1), size(2)].map((value) => Math.round((1e6 * value) / scale) / 1e6 + 0)).toEqual([
      2, -1, 0,
    ]);
  });
});

const adult = new URL('../../../../shared/data/adult.csv', import.meta.url);
describe.runIf(existsSync(adult))('a census table', () => {
  it('tells that a degree and its number go together, in little time', async () => {
    const control = new RunControl();
    const raw = await readTable(
      new Blob([readFileSync(adult)]),
      {},
      { control, onProgress: () => undefined },
    );
    control.close();
    const schema = inferSchema(raw);
    const { table } = toTable(raw, schema);
    const start = performance.now();
    const { rules, rows } = findRules(table, schema, seededRng('adult'));
    const seconds = (performance.now() - start) / 1000;
    const told = rules.map(
      ({ rule, share, byChance }) => `${ruleWords(rule)} ${share.toFixed(5)} ${byChance.toFixed(3)}`,
    );
    expect(told.join('\n')).toContain('“education” and “education-num”');
    expect(rows).toBeGreaterThan(30_000);
    expect(seconds, told.join('\n')).toBeLessThan(10);
  });
});
