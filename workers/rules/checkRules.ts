/** What rules are refused before anything is learned. */
import { HomespunError } from '../errors.ts';
import type { ColumnSchema, TableSchema } from '../schema/types.ts';
import { yesAndNo } from './cells.ts';
import { planDerivations } from './derivations.ts';
import { columnsOf, ruleWords } from './ruleWords.ts';

import type { ChosenRule, CombinationRule, OrderRule, Rule, SumRule } from './types.ts';

/** Combinations are told apart by one exact whole number each. */
const mostKeys = Number.MAX_SAFE_INTEGER;

const refusal = (message: string, hint: string, column?: string): HomespunError =>
  new HomespunError({ code: 'bad-settings', message, hint, ...(column !== undefined && { column }) });

/**
 * Refuses rules that the table cannot keep, or that would void a guarantee. Throws `bad-settings` naming the column: one
 * that is absent, named twice, not learned or of the wrong kind; combinations that are malformed; orders that go round in
 * a circle; sums that need one another; and with a guarantee every rule that was found in the rows.
 * @param schema of the columns that are learned
 */
export function checkRules(chosen: readonly ChosenRule[], schema: TableSchema, isPrivate: boolean): void {
  for (const { rule, source } of chosen) {
    checkColumns(rule, schema);
    checkOne(rule, schema);
    if (isPrivate) refuseFound(rule, source);
  }
  const rules = chosen.map(({ rule }) => rule);
  refuseCircles(rules.filter((rule) => rule.kind === 'order'));
  planDerivations(rules, schema);
}

function refuseFound(rule: Rule, source: ChosenRule['source']): void {
  if (source === 'found') {
    throw refusal(
      `The rule that ${ruleWords(rule)} was found in the rows, so a run with a guarantee cannot use it.`,
      'Declare it if you know it without the data, or leave it out.',
      columnsOf(rule)[0],
    );
  }
  if (rule.kind === 'combinations' && rule.allowed === null) {
    throw refusal(
      `The rule on ${rule.columns.map((name) => `“${name}”`).join(' and ')} takes its combinations from the rows, so a run with a guarantee cannot use it.`,
      'List the combinations that you know without the data, or leave the rule out.',
      rule.columns[0],
    );
  }
}

function checkColumns(rule: Rule, schema: TableSchema): void {
  const names = columnsOf(rule);
  if (names.length < (rule.kind === 'sum' ? 3 : 2)) {
    const needs = rule.kind === 'sum' ? 'a total and two parts' : 'two columns';
    throw refusal(`A rule names too few columns.`, `It needs ${needs} at least.`, names[0]);
  }
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) {
    throw refusal(`A rule names column “${twice}” twice.`, 'Name each column once.', twice);
  }
  for (const name of names) {
    const entry = schema.columns.find((column) => column.name === name);
    if (!entry) {
      const hint = 'Use the names of the columns, or leave the rule out.';
      throw refusal(`A rule names column “${name}”, which the table does not have.`, hint, name);
    }
    if (entry.treatment !== 'learn') {
      const hint = 'Choose columns that are learned, or leave the rule out.';
      throw refusal(`A rule names column “${name}”, which is not learned.`, hint, name);
    }
  }
}

/** Throws for a column that was refused before. */
const entryOf = (schema: TableSchema, name: string): ColumnSchema => {
  const entry = schema.columns.find((column) => column.name === name);
  if (!entry) throw new TypeError(`There is no column ${name}.`);
  return entry;
};

function checkOne(rule: Rule, schema: TableSchema): void {
  switch (rule.kind) {
    case 'combinations':
      return checkCombinations(rule, schema);
    case 'order':
      return checkOrder(rule, schema);
    case 'sum':
      return checkSum(rule, schema);
    case 'one-hot':
      for (const name of rule.columns) checkFlag(entryOf(schema, name));
  }
}

function checkFlag(entry: ColumnSchema): void {
  const { name, number } = entry;
  if (yesAndNo(entry) || (number && number.min >= 0 && number.max <= 1)) return;
  const hint = 'Choose columns of 0 and 1, or of yes and no.';
  throw refusal(`Column “${name}” does not say yes or no.`, hint, name);
}

function checkOrder({ low, high }: OrderRule, schema: TableSchema): void {
  const [lower, upper] = [entryOf(schema, low), entryOf(schema, high)];
  const both = (lower.number && upper.number) ?? (lower.datetime && upper.datetime);
  if (both) return;
  const hint = 'Choose two columns of numbers, or two of dates.';
  throw refusal(`“${low}” and “${high}” cannot be put in order.`, hint, low);
}

function checkSum({ total, parts, tolerance = 0 }: SumRule, schema: TableSchema): void {
  for (const name of [total, ...parts]) {
    if (entryOf(schema, name).number) continue;
    throw refusal(`Column “${name}” holds no numbers to sum.`, 'Choose columns of numbers.', name);
  }
  if (Number.isFinite(tolerance) && tolerance >= 0) return;
  throw refusal(`A tolerance of ${tolerance} is out of range.`, 'Choose 0 or more.', total);
}

function checkCombinations({ columns, allowed, weights }: CombinationRule, schema: TableSchema): void {
  const entries = columns.map((name) => entryOf(schema, name));
  for (const { name, category, number } of entries) {
    if (category || number) continue;
    throw refusal(`Column “${name}” has no values to combine.`, 'Choose categories or numbers.', name);
  }
  if (allowed === null) return;
  const first = columns[0];
  if (allowed.length === 0) throw refusal('A rule allows no combination.', 'List one at least.', first);
  allowed.forEach((cells, at) => {
    if (cells.length === columns.length) return;
    const message = `Combination ${at + 1} of a rule has ${cells.length} values for ${columns.length} columns.`;
    throw refusal(message, 'Give one value a column.', first);
  });
  entries.forEach(({ name, number }, c) => {
    const fits = allowed.every((cells) =>
      number ? Number.isFinite(cells[c]) : typeof cells[c] === 'string',
    );
    if (fits) return;
    const hint = number ? 'Give them as numbers.' : 'Give them as texts.';
    throw refusal(`The combinations do not fit column “${name}”.`, hint, name);
  });
  checkWeights(weights, allowed.length, first);
  const keys = columns.reduce((product, _, c) => product * new Set(allowed.map((cells) => cells[c])).size, 1);
  if (keys > mostKeys) throw refusal('A rule combines too many values.', 'Split it into several.', first);
}

function checkWeights(weights: readonly number[] | undefined, count: number, column: string): void {
  if (weights === undefined) return;
  const fit = weights.length === count && weights.every((weight) => Number.isFinite(weight) && weight > 0);
  if (fit) return;
  throw refusal('The weights of a rule do not fit.', 'Give each combination a number above 0.', column);
}

/** Orders that lead back to where they begin cannot be kept by any row, or only by equal values. */
function refuseCircles(orders: readonly OrderRule[]): void {
  const above = (name: string): string[] => orders.filter(({ low }) => low === name).map(({ high }) => high);
  for (const { low } of orders) {
    const reached = new Set<string>();
    const waiting = above(low);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === low) {
        const hint = 'Leave out one of these rules.';
        throw refusal(`The rules on column “${low}” go round in a circle.`, hint, low);
      }
      if (reached.has(next)) continue;
      reached.add(next);
      waiting.push(...above(next));
    }
  }
}
