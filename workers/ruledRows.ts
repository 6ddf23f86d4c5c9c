/** Rows of a model that keep rules between columns, under conditions or without. */
import { RuleKeeper } from './rules/keepRules.ts';
import type { Rule, RulesReport } from './rules/types.ts';
import type { TableSchema } from './schema/types.ts';
import { drawUnder } from './synthesizers/rejection.ts';
import type { Model, SampleContext } from './synthesizers/types.ts';
import type { Table } from './table/types.ts';

/** A model, what its columns are, and what its rows have to keep. */
export interface RuledSource {
  readonly model: Model;
  readonly schema: TableSchema;
  /** Checked and settled. */
  readonly rules: readonly Rule[];
}

/**
 * `rows` rows that keep every rule, and fulfil the conditions of `context`. Sums, and what other columns tell, are computed; rows
 * that break a rule are drawn anew, and where fewer than 1 in 20 rows would be left, rules are mended. Without mending, exact: rows are
 * distributed as the model's given the rules. Throws `bad-settings` where fewer than 1 in 1,000 rows can be kept.
 * @param onRules called once, with what that took
 */
export async function ruledRows(
  { model, schema, rules }: RuledSource,
  rows: number,
  context: SampleContext,
  onRules?: (report: RulesReport) => void,
): Promise<Table> {
  if (rules.length === 0) return model.sample(rows, context);
  const { rng, control, conditions, temperature, onProgress, onDrawn } = context;
  const keeper = new RuleKeeper(rules, schema);
  const made = await drawUnder(
    (count, each) => model.sample(count, { ...each, conditions, temperature, onDrawn }),
    conditions ?? {},
    rows,
    { rng, control, onProgress },
    { does: 'keep the rules between columns', keep: (table, random) => keeper.keep(table, random) },
  );
  onRules?.(keeper.report());
  return made;
}

/** What keeping the rules took in several parts of a table together. Null for none. */
export function joinRulesReports(reports: readonly RulesReport[]): RulesReport | null {
  if (reports.length === 0) return null;
  const sum = (of: (report: RulesReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    drawn: sum(({ drawn }) => drawn),
    rejected: sum(({ rejected }) => rejected),
    mended: sum(({ mended }) => mended),
    rules: reports[0].rules.map(({ rule, kept }, r) => ({
      rule,
      broken: sum(({ rules }) => rules[r].broken),
      kept: reports.some(({ rules }) => rules[r].kept === 'mended') ? 'mended' : kept,
    })),
  };
}
