/** When rows are said to keep a rule, and the rule to be worth keeping. */
import type { Rng } from '../random/rng.ts';
import { permutation } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Column, Table } from '../table/types.ts';
import { takeRows } from '../table/takeRows.ts';
import { brokenRows, countMarks } from './brokenRows.ts';
import { columnOf, completeRows } from './cells.ts';
import { columnsOf } from './ruleWords.ts';
import type { FoundRule, Rule } from './types.ts';

/** Share of the rows that have to keep a rule: a few errors of typing do not hide it. */
export const leastShare = 0.999;
/** Share of rows that would break it if its columns had nothing to do with one another: less is hardly a rule. */
const leastBroken = 0.05;
/** And so many rows: that all of them keep it by chance has then a probability below e^-30, 1e-13. */
const leastBrokenRows = 30;

/** Whether a rule that `share` of the rows keep, and `byChance` would anyway, is worth telling. */
export const isWorth = (rows: number, { share, byChance }: Pick<FoundRule, 'share' | 'byChance'>): boolean =>
  share >= leastShare && 1 - byChance >= leastBroken && rows * (1 - byChance) >= leastBrokenRows;

/** Rows to look for rules in, and the same columns, each in an order of its own. */
export class Looked {
  readonly table: Table;
  readonly schema: TableSchema;
  readonly #rng: Rng;
  readonly #shuffled = new Map<string, Column>();

  constructor(table: Table, schema: TableSchema, rng: Rng) {
    this.table = table;
    this.schema = schema;
    this.#rng = rng;
  }

  /** The columns of these names as if they had nothing to do with one another. */
  shuffled(names: readonly string[]): Table {
    const { rows } = this.table;
    return { rows, columns: names.map((name) => this.#inOwnOrder(name)) };
  }

  #inOwnOrder(name: string): Column {
    const known = this.#shuffled.get(name);
    if (known) return known;
    const { rows } = this.table;
    const alone = { rows, columns: [columnOf(this.table, name)] };
    const [column] = takeRows(alone, permutation(rows, this.#rng.fork(`order of ${name}`))).columns;
    this.#shuffled.set(name, column);
    return column;
  }

  /** A rule with the share of rows that keep it, where it is worth telling. */
  judge(rule: Rule): FoundRule | null {
    const names = columnsOf(rule);
    const others = this.shuffled(names);
    const { rows } = this.table;
    const own = countMarks(
      completeRows(
        names.map((name) => columnOf(this.table, name)),
        rows,
      ),
    );
    if (own === 0) return null;
    const share = 1 - countMarks(brokenRows(rule, this.table, this.schema)) / own;
    if (share < leastShare) return null;
    const whole = countMarks(completeRows(others.columns, rows));
    const byChance = whole === 0 ? 1 : 1 - countMarks(brokenRows(rule, others, this.schema)) / whole;
    const found = { rule, share, byChance };
    return isWorth(own, found) ? found : null;
  }
}
