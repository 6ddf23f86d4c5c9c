import { brokenByAny, countMarks } from '../../rules/brokenRows.ts';
import type { Rule } from '../../rules/types.ts';
import type { TableSchema } from '../../schema/types.ts';
import type { Table } from '../../table/types.ts';
import type { Measured } from '../figures.ts';
import type { ScoredTables } from '../panel.ts';
import { wilsonInterval } from '../statistics/proportions.ts';

/** Share of the rows that keep every rule; real rows may break some now and then. */
export function keptRules(
  { synthetic, holdout }: ScoredTables,
  schema: TableSchema,
  rules: readonly Rule[],
): Measured {
  const kept = ({ rows, columns }: Table): number =>
    rows === 0 ? NaN : 1 - countMarks(brokenByAny(rules, { rows, columns }, schema)) / rows;
  const [value, ceiling] = [kept(synthetic), kept(holdout)];
  return {
    value,
    interval: wilsonInterval(value * synthetic.rows, synthetic.rows),
    target: { bound: Number.isNaN(ceiling) ? 1 : ceiling, better: 'higher' },
    status: value === 1 ? 'pass' : undefined,
    ceiling,
    note: `${String(rules.length)} ${rules.length === 1 ? 'rule' : 'rules'} between columns.`,
    rows: synthetic.rows,
  };
}
