import { type Rng, seededRng } from '../../workers/random/rng.ts';
import type { ColumnSchema, TableSchema } from '../../workers/schema/types.ts';

/** Cells of one row by column name. */
export type Row = Readonly<Record<string, string>>;

const names = [
  'patient_id', // a person, with several rows
  'code', // counts up, unique
  'email', // identifier with gaps and repeats
  'age',
  'cost',
  'ward',
  'smoker',
  'admitted',
  'seen_at',
  'site', // constant
  'note', // free text
  'weight', // dropped
  'last_ward', // dropped
  'grade', // categories declared
  'score', // few numbers declared
  'hours', // many numbers declared
] as const;

const words = 'quiet river stone lamp window garden yellow paper train morning cloud table'.split(' ');
const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Values of one table: equal in form for every `world`, different in all else. */
function rowOf(row: number, patient: number, world: number, rng: Rng): Row {
  const blank = (text: string): string => (rng.int(12) === 0 ? '' : text);
  const pick = (texts: readonly string[]): string => texts[rng.int(texts.length)];
  const wards = ['Alder', 'Birch', 'Cedar', 'Dogwood', 'Elm', 'Fir'].map((tree) => `${tree} ${world}`);
  const day = (): string =>
    `${2001 + 7 * world + rng.int(3)}-${pad(1 + rng.int(12), 2)}-${pad(1 + rng.int(28), 2)}`;
  const sentence = Array.from({ length: 9 }, () => pick(words)).join(' ');
  return {
    patient_id: `P${100 + patient}`,
    code: `T${1000 + 500 * world + row}`,
    email: blank(`${pick(words)}.${pick(words)}${rng.int(40)}@example.org`),
    age: blank(String(18 + 10 * world + rng.int(50))),
    cost: blank((100 * (1 + 5 * world) + rng.int(100_000) / 100).toFixed(2)),
    ward: blank(pick(wards)),
    smoker: blank(rng.int(3 + world) === 0 ? 'yes' : 'no'),
    admitted: blank(day()),
    seen_at: blank(`${day()} ${pad(rng.int(24), 2)}:${pad(rng.int(60), 2)}`),
    site: world === 0 ? 'Northfield' : 'Southgate',
    note: `${sentence} ${row}`,
    weight: (40 + 30 * world + rng.int(500) / 10).toFixed(1),
    last_ward: pick(wards),
    grade: pick(['a', 'b', 'c', 'd'].slice(world > 0 ? 1 : 0)),
    score: String(rng.int(world === 0 ? 40 : 90)),
    hours: (rng.int(world === 0 ? 900 : 4000) / 10).toFixed(1),
  };
}

/** `rows` rows of `patients` patients, each of whom has one at least. */
export function rowsOf(world: number, rows: number, patients: number): Row[] {
  const rng = seededRng(`world ${world}`);
  return Array.from({ length: rows }, (_, row) =>
    rowOf(row, row < patients ? row : rng.int(patients), world, rng),
  );
}

/** An extreme row of the same form as the others: what bounds and lists would show. */
export const extremeRow: Row = {
  patient_id: 'P100',
  code: 'T1000',
  email: '',
  age: '117',
  cost: '999999.99',
  ward: 'Zelkova, seen once',
  smoker: 'no',
  admitted: '1931-03-04',
  seen_at: '2044-05-06 07:08',
  site: 'Northfield',
  note: 'nothing like any other note in here at all 12345',
  weight: '999.9',
  last_ward: 'Yew, seen once',
  grade: 'a',
  score: '9999',
  hours: '99999.9',
};

/** A row that fits nothing: only for a table that is read under another one's schema. */
export const wildRow: Row = {
  patient_id: 'P100',
  code: '✱',
  email: 'nobody',
  age: '-12345678.9',
  cost: '1e300',
  ward: 'Zelkova, seen once',
  smoker: 'perhaps',
  admitted: 'never',
  seen_at: '31/12/1999',
  site: 'Elsewhere',
  note: '',
  weight: 'heavy',
  last_ward: '',
  grade: 'not on the list',
  score: '-1',
  hours: 'NaN',
};

export const csvOf = (rows: readonly Row[]): string =>
  [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((cells) => cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell}"` : cell)).join(','))
    .join('\n') + '\n';

const edits: Readonly<Record<string, (column: ColumnSchema) => ColumnSchema>> = {
  weight: (column) => ({ ...column, treatment: 'drop' }),
  last_ward: (column) => ({ ...column, treatment: 'drop' }),
  grade: (column) => ({
    ...column,
    kind: 'category',
    treatment: 'learn',
    category: { categories: ['a', 'b', 'c', 'd'] },
    domain: 'declared',
  }),
  score: (column) => bounded(column, 0, 100),
  hours: (column) => bounded(column, 0, 5000),
  patient_id: (column) => ({ ...column, role: 'person' }),
};

const bounded = (column: ColumnSchema, min: number, max: number): ColumnSchema => ({
  ...column,
  ...(column.number ? { number: { ...column.number, min, max } } : {}),
  domain: 'declared',
});

/** What the person would do in the Columns step: declare some domains, drop two columns. */
export const confirmed = (schema: TableSchema): TableSchema => ({
  ...schema,
  columns: schema.columns.map((column) => edits[column.name]?.(column) ?? column),
});
