import { HomespunError } from '../errors.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Column, Table } from '../table/types.ts';
import { columnOf, entryOf } from './cells.ts';
import { gridOf } from './grid.ts';
import type { ChosenRule, CombinationRule, Rule, RuleCell } from './types.ts';

/** Beyond this, combinations say hardly less than the rows themselves. */
const mostCombinations = 20_000;

/** The cell of each row; null where missing. */
function cellReader(column: Column, schema: TableSchema): (row: number) => RuleCell | null {
  if (column.type === 'category') {
    const { codes, categories } = column;
    return (row) => (codes[row] < 0 ? null : categories[codes[row]]);
  }
  if (column.type === 'text') throw new TypeError(`Column ${column.name} is text.`);
  const grid = gridOf(entryOf(schema, column.name));
  const { values } = column;
  return (row) => (Number.isNaN(values[row]) ? null : grid.nearest(values[row]));
}

/** The combinations that stand in the rows, and how often. Throws `bad-settings` where they are too many. */
function fromRows(rule: CombinationRule, train: Table, schema: TableSchema): CombinationRule {
  const readers = rule.columns.map((name) => cellReader(columnOf(train, name), schema));
  const counts = new Map<string, { cells: RuleCell[]; count: number }>();
  for (let row = 0; row < train.rows; row++) {
    const cells = readers.map((cell) => cell(row)).filter((cell) => cell !== null);
    if (cells.length < readers.length) continue;
    const key = JSON.stringify(cells);
    const known = counts.get(key);
    if (known) known.count++;
    else if (counts.size < mostCombinations) counts.set(key, { cells, count: 1 });
    else throw tooMany(rule);
  }
  if (counts.size === 0) throw tooFew(rule);
  const entries = [...counts.values()];
  return {
    ...rule,
    allowed: entries.map(({ cells }) => cells),
    weights: entries.map(({ count }) => count),
  };
}

const named = ({ columns }: CombinationRule): string => columns.map((name) => `“${name}”`).join(' and ');

const tooMany = (rule: CombinationRule): HomespunError =>
  new HomespunError({
    code: 'bad-settings',
    message: `${named(rule)} have more than ${mostCombinations.toLocaleString('en-US')} combinations.`,
    hint: 'Choose columns of fewer values, or leave the rule out.',
    column: rule.columns[0],
  });

const tooFew = (rule: CombinationRule): HomespunError =>
  new HomespunError({
    code: 'bad-settings',
    message: `No row has a value in each of ${named(rule)}.`,
    hint: 'Leave the rule out.',
    column: rule.columns[0],
  });

/**
 * Rules with their combinations listed: those left open are read from the rows, with how often each stands there. Outside
 * any guarantee: a private run has none left open (`checkRules`).
 */
export const settleRules = (chosen: readonly ChosenRule[], train: Table, schema: TableSchema): Rule[] =>
  chosen.map(({ rule }) =>
    rule.kind === 'combinations' && rule.allowed === null ? fromRows(rule, train, schema) : rule,
  );
