/** Whether a formula fits the columns: names, types of values, and figures that can be joined. */
import { formulaError } from './formulaError.ts';
import type {
  CheckedExpression,
  CheckedFormula,
  ColumnName,
  Condition,
  Expression,
  FormulaColumn,
  Literal,
  Measure,
  ParsedExpression,
  Test,
} from './formulaTypes.ts';

type Columns = readonly FormulaColumn[];

/** Edits from one text to another, by Levenshtein's row; names are short. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length];
}

function unknownColumn({ name, position }: ColumnName, columns: Columns) {
  const wanted = name.slice(0, 60).toLowerCase();
  const near = columns
    .map((column) => ({ name: column.name, far: edits(wanted, column.name.slice(0, 60).toLowerCase()) }))
    .reduce((best, one) => (one.far < best.far ? one : best), { name: '', far: Infinity });
  const hint =
    near.far <= Math.max(2, wanted.length / 3)
      ? `Perhaps \`${near.name}\` is meant.`
      : 'Names are written as in the table, in backticks if they have blanks or signs.';
  return formulaError(position, `There is no column “${name}”`, hint);
}

function find(named: ColumnName, columns: Columns): FormulaColumn {
  const column = columns.find(({ name }) => name === named.name);
  if (!column) throw unknownColumn(named, columns);
  if (column.type !== 'text') return column;
  throw formulaError(
    named.position,
    `“${column.name}” is an identifier or free text`,
    'Its values are made anew, not learned: there is nothing to compare.',
  );
}

const asNumber = (label: string): number => (label.trim() === '' ? NaN : Number(label));

/** Categories that are all written as numbers can be ordered and averaged. */
export const isNumeric = ({ type, labels }: FormulaColumn): boolean =>
  type === 'number' ||
  (type === 'category' && labels.length > 0 && labels.every((label) => Number.isFinite(asNumber(label))));

/** Milliseconds of wall-clock time taken as UTC; NaN for no date of the calendar. */
function instantOf(text: string): number {
  const [, year, month, day, hour, minute, second] = (
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text) ?? []
  ).map((part) => Number(part ?? 0));
  const instant = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(instant);
  const same = read.getUTCMonth() === month - 1 && read.getUTCDate() === day && hour < 24 && minute < 60;
  return same && second < 60 ? instant : NaN;
}

/** A value for a column of numbers or instants. */
function numberFor({ text, position }: Literal, column: FormulaColumn): number {
  const isDate = column.type === 'datetime';
  const value = isDate ? instantOf(text) : asNumber(text);
  if (Number.isFinite(value)) return value;
  const [what, hint] = isDate
    ? ['dates', 'Write a date as 2024-01-31, or with a time as 2024-01-31 13:45.']
    : ['numbers', 'Write a number, with a point for decimals.'];
  throw formulaError(position, `“${column.name}” has ${what}, and “${text}” is none`, hint);
}

/** The category that is meant: as written, else the only one that differs by case alone. */
function labelFor({ text, position }: Literal, { name, labels }: FormulaColumn): string {
  if (labels.includes(text)) return text;
  const alike = labels.filter((label) => label.toLowerCase() === text.toLowerCase());
  if (alike.length === 1) return alike[0];
  throw formulaError(
    position,
    `“${name}” has no category “${text}”`,
    "Write a category as it stands in the table, in single quotes if it has blanks or signs: 'two words'.",
  );
}

function checkCompare(condition: Extract<Condition, { kind: 'compare' }>, columns: Columns): Test {
  const column = find(condition.column, columns);
  const { operator, value, position } = condition;
  const { name } = column;
  const ordered = operator !== '=' && operator !== '!=';
  if (column.type !== 'category' || (ordered && isNumeric(column))) {
    return { kind: 'number', column: name, operator, value: numberFor(value, column) };
  }
  if (ordered) {
    const hint = 'Categories have no order: compare them by =, != or in (…).';
    throw formulaError(position, `“${name}” has categories, which ${operator} cannot compare`, hint);
  }
  const test: Test = { kind: 'labels', column: name, labels: [labelFor(value, column)] };
  return operator === '=' ? test : { kind: 'not', of: test };
}

function checkCondition(condition: Condition, columns: Columns): Test {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const { kind, left, right } = condition;
      return { kind, left: checkCondition(left, columns), right: checkCondition(right, columns) };
    }
    case 'not':
      return { kind: 'not', of: checkCondition(condition.of, columns) };
    case 'missing':
      return { kind: 'missing', column: find(condition.column, columns).name };
    case 'compare':
      return checkCompare(condition, columns);
    case 'in': {
      const column = find(condition.column, columns);
      const { values } = condition;
      return column.type === 'category'
        ? { kind: 'labels', column: column.name, labels: values.map((value) => labelFor(value, column)) }
        : { kind: 'among', column: column.name, values: values.map((value) => numberFor(value, column)) };
    }
  }
}

function checkMeasure(measure: Measure<Condition, ColumnName>, columns: Columns): Measure<Test, string> {
  const { condition, column, where, by } = measure;
  const of = column && find(column, columns);
  if (column && of && !isNumeric(of)) {
    const hint =
      of.type === 'datetime'
        ? 'Dates have no mean here; count or share can choose rows by date.'
        : `For the share of one category write share(\`${of.name}\` = …).`;
    throw formulaError(column.position, `“${of.name}” has no numbers to take the mean of`, hint);
  }
  const grouping = by && find(by, columns);
  if (by && grouping && grouping.type !== 'category') {
    const hint = 'Group by a column of categories, or choose ranges by where.';
    throw formulaError(by.position, `“${grouping.name}” has no categories to group by`, hint);
  }
  return {
    ...measure,
    condition: condition && checkCondition(condition, columns),
    column: of && of.name,
    where: where && checkCondition(where, columns),
    by: grouping && grouping.name,
  };
}

function checkExpression(expression: ParsedExpression, columns: Columns): CheckedExpression {
  switch (expression.kind) {
    case 'number':
      return expression;
    case 'negative':
      return { kind: 'negative', of: checkExpression(expression.of, columns) };
    case 'operation': {
      const { left, right } = expression;
      return { ...expression, left: checkExpression(left, columns), right: checkExpression(right, columns) };
    }
    case 'measure':
      return checkMeasure(expression, columns);
  }
}

/** All figures of an expression, from the left. */
export function measuresOf<C, N>(expression: Expression<C, N>): Measure<C, N>[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'negative':
      return measuresOf(expression.of);
    case 'operation':
      return [...measuresOf(expression.left), ...measuresOf(expression.right)];
    case 'measure':
      return [expression];
  }
}

function unitOf(expression: CheckedExpression): CheckedFormula['unit'] {
  switch (expression.kind) {
    case 'number':
      return 'number';
    case 'negative':
      return unitOf(expression.of);
    case 'measure':
      return expression.measure === 'mean' ? 'number' : expression.measure;
    case 'operation': {
      const [left, right] = [unitOf(expression.left), unitOf(expression.right)];
      const sum = expression.operator === '+' || expression.operator === '-';
      return sum && left === right ? left : 'number';
    }
  }
}

/** Throws `bad-settings` with the place where the formula does not fit. */
export function check(parsed: ParsedExpression, columns: Columns): CheckedFormula {
  const expression = checkExpression(parsed, columns);
  const measures = measuresOf(expression);
  if (measures.length === 0) {
    throw formulaError(0, 'The formula looks at no row', 'Use count, share or mean at least once.');
  }
  const grouped = measures.filter(({ by }) => by !== null);
  const by = grouped.length > 0 ? grouped[0].by : null;
  const other = grouped.find((measure) => measure.by !== by);
  if (other) {
    const hint = 'Group all figures of a formula by the same column, or write two formulas.';
    throw formulaError(
      other.position,
      `This is grouped by “${other.by ?? ''}”, and another by “${by ?? ''}”`,
      hint,
    );
  }
  return { expression, by, unit: unitOf(expression) };
}
