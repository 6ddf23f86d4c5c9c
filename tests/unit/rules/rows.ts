import { RunControl } from '../../../workers/control.ts';
import { seededRng, type Rng } from '../../../workers/random/rng.ts';
import { profileTable } from '../../../workers/profile/profileTable.ts';
import type { SampleConditions } from '../../../workers/encode/conditionTypes.ts';
import { ruledRows } from '../../../workers/ruledRows.ts';
import { settleRules } from '../../../workers/rules/settleRules.ts';
import type { Rule, RulesReport } from '../../../workers/rules/types.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import { IndependentModel } from '../../../workers/synthesizers/independent/model.ts';
import type { Table } from '../../../workers/table/types.ts';
import { categories, instants, numbers, tableOf } from '../profile/tables.ts';

const day = 86_400_000;
const cities = ['Aachen', 'Bonn', 'Basel', 'Bern', 'Lyon', 'Lille'];
const states = ['DE', 'CH', 'FR'];
const yesNo = ['no', 'yes'];

/** Money in cents, dates, flags, places and grades, with rules planted between them unless `loose`. */
export function planted(rows: number, seed: string, loose = false): { table: Table; schema: TableSchema } {
  const rng = seededRng(seed);
  const column = (name: string, value: (random: Rng, row: number) => number): number[] => {
    const random = rng.fork(name);
    return Array.from({ length: rows }, (_, row) => value(random, row));
  };
  const cents = (low: number, high: number) => (random: Rng) => (low + random.int(high - low)) / 100;
  const rent = column('rent', cents(40_000, 200_000));
  const heat = column('heat', cents(0, 30_000));
  const fees = column('fees', (random) => (random.uniform() < 0.2 ? NaN : random.int(9_000) / 100));
  const start = column('start', (random) => 19_000 * day + random.int(900) * day);
  const stay = column('stay', (random) => (1 + random.int(60)) * day);
  const city = column('city', (random) => (random.uniform() < 0.05 ? -1 : random.int(cities.length)));
  const grade = column('grade', (random) => random.int(12));
  const kind = column('kind', (random) => random.int(3));
  const free = (name: string, value: (row: number) => number, other: (random: Rng) => number): number[] =>
    column(name, (random, row) => (loose ? other(random) : value(row)));
  return tableOf(
    numbers('rent', rent, 2),
    numbers('heat', heat, 2),
    numbers('fees', fees, 2),
    numbers(
      'total',
      free(
        'total',
        (row) => Math.round(100 * (rent[row] + heat[row] + fees[row])) / 100,
        cents(40_000, 239_000),
      ),
      2,
    ),
    instants('start', start),
    instants(
      'end',
      free(
        'end',
        (row) => start[row] + stay[row],
        (random) => 19_000 * day + random.int(960) * day,
      ),
    ),
    categories('city', city, cities),
    categories(
      'state',
      free(
        'state',
        (row) => (city[row] < 0 ? 0 : Math.floor(city[row] / 2)),
        (random) => random.int(3),
      ),
      states,
    ),
    numbers('grade', grade),
    categories(
      'level',
      free(
        'level',
        (row) => Math.floor(grade[row] / 4),
        (random) => random.int(3),
      ),
      ['low', 'middle', 'high'],
    ),
    ...[0, 1, 2].map((which) =>
      categories(
        `is_${which}`,
        free(
          `is_${which}`,
          (row) => Number(kind[row] === which),
          (random) => random.int(2),
        ),
        yesNo,
      ),
    ),
    numbers('noise', column('noise', cents(0, 200_000)), 2),
  );
}

/** The rules of `planted`, combinations left open. */
export const plantedRules: readonly Rule[] = [
  { kind: 'sum', total: 'total', parts: ['rent', 'heat', 'fees'] },
  { kind: 'one-hot', columns: ['is_0', 'is_1', 'is_2'] },
  { kind: 'order', low: 'start', high: 'end', strict: true },
  { kind: 'combinations', columns: ['city', 'state'], allowed: null },
  { kind: 'combinations', columns: ['grade', 'level'], allowed: null },
];

export const settled = (rules: readonly Rule[], { table, schema }: ReturnType<typeof planted>): Rule[] =>
  settleRules(
    rules.map((rule) => ({ rule, source: 'found' })),
    table,
    schema,
  );

/** Rows of a model that knows each column of a table alone, under rules. */
export async function ruledOf(
  { table, schema }: ReturnType<typeof planted>,
  rules: readonly Rule[],
  rows: number,
  conditions?: SampleConditions,
): Promise<{ made: Table; report: RulesReport | null }> {
  const control = new RunControl();
  let report: RulesReport | null = null;
  const model = new IndependentModel(profileTable(table, schema));
  const made = await ruledRows(
    { model, schema, rules },
    rows,
    { rng: seededRng('made'), control, conditions },
    (word) => (report = word),
  ).finally(() => {
    control.close();
  });
  return { made, report };
}
