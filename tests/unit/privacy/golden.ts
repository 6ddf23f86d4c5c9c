import { readFileSync } from 'node:fs';
import type { PrivacyEvent } from '../../../workers/privacy/events.ts';

/** One row of the golden table: published or independently computed figures of other accountants, with their source. */
export type GoldenRow = Readonly<Record<GoldenColumn, string>>;

const COLUMNS = [
  'id',
  'kind',
  'mechanism',
  'q',
  'sigma',
  'steps',
  'delta',
  'accountant',
  'quantity',
  'value',
  'order',
  'test_tolerance',
  'source',
  'recomputed',
  'note',
] as const;
type GoldenColumn = (typeof COLUMNS)[number];

/** Fields of a CSV line; quotes enclose fields with commas and never span lines in this table. */
const fields = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);

export function readGolden(): GoldenRow[] {
  const url = new URL('../../fixtures/dp_golden.csv', import.meta.url);
  const [header, ...lines] = readFileSync(url, 'utf8').trim().split(/\r?\n/);
  if (fields(header).join() !== COLUMNS.join()) throw new Error('The golden table has other columns.');
  return lines.map((line) => {
    const cells = fields(line);
    const row: Partial<Record<GoldenColumn, string>> = {};
    COLUMNS.forEach((name, i) => (row[name] = cells[i]));
    return { ...emptyRow, ...row };
  });
}

const emptyRow: GoldenRow = {
  id: '',
  kind: '',
  mechanism: '',
  q: '',
  sigma: '',
  steps: '',
  delta: '',
  accountant: '',
  quantity: '',
  value: '',
  order: '',
  test_tolerance: '',
  source: '',
  recomputed: '',
  note: '',
};

/** The row's mechanism as an event, at another sigma where the row asks for one. */
export const sampledEvent = (row: GoldenRow, sigma = Number(row.sigma)): PrivacyEvent => ({
  kind: 'sampledGaussian',
  q: Number(row.q),
  sigma,
  steps: Number(row.steps),
});

/** The number after `name=` in a text such as "sigma(eps=0.5)". */
export function numberAfter(text: string, name: string): number {
  const match = new RegExp(`${name}=([-+.0-9e/]+)`).exec(text);
  if (match === null) throw new Error(`No ${name} in "${text}".`);
  const [top, bottom = '1'] = match[1].split('/');
  return Number(top) / Number(bottom);
}
