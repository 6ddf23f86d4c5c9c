import { codeOfText } from '../encode/category.ts';
import { refusal } from '../encode/codec.ts';
import type { ColumnCondition, ColumnShares, SampleConditions } from '../encode/conditionTypes.ts';
import type { CategoryColumn, Column, Table } from '../table/types.ts';

/** Kind of a row that does not fulfil the conditions, or has a value without a share. */
export const rejected = -1;

/**
 * The kind of each row: 0 where it fulfils the conditions, or with shares the place of its value among them; -1 where it
 * does not. Throws `bad-settings`, naming the column, for a condition that does not fit it.
 */
export function kindsOf(table: Table, { columns = [], shares }: SampleConditions): Int32Array {
  const kinds = new Int32Array(table.rows);
  if (shares) writeKinds(find(table, shares.column), shares, kinds);
  for (const condition of columns) rejectOthers(find(table, condition.column), condition, kinds);
  return kinds;
}

function find({ columns }: Table, name: string): Column {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  throw refusal(name, 'is not one that the model has learned', 'Set conditions on learned columns only.');
}

function writeKinds(column: Column, { shares }: ColumnShares, kinds: Int32Array): void {
  if (column.type !== 'category') {
    throw refusal(
      column.name,
      'holds numbers or dates: shares are for categories',
      'Choose a category column.',
    );
  }
  const { codes, categories, name } = column;
  // Missing cells have code -1: they come last.
  const kindOf = new Int32Array(categories.length + 1).fill(rejected);
  shares.forEach(({ value, share }, kind) => {
    if (share === 0) return;
    kindOf[value === null ? categories.length : codeOfText(value, categories, name, kind)] = kind;
  });
  for (let row = 0; row < kinds.length; row++) {
    kinds[row] = kindOf[codes[row] < 0 ? categories.length : codes[row]];
  }
}

function rejectOthers(column: Column, condition: ColumnCondition, kinds: Int32Array): void {
  if (column.type === 'category') rejectCategories(column, condition, kinds);
  else if (column.type === 'text') throw refusal(column.name, 'is not learned', 'Choose a learned column.');
  else rejectNumbers(column.values, condition, column.type === 'number' ? 'numbers' : 'dates', kinds);
}

function rejectCategories(
  { codes, categories, name }: CategoryColumn,
  condition: ColumnCondition,
  kinds: Int32Array,
): void {
  if (condition.interval) {
    throw refusal(
      name,
      'holds categories: an interval does not fit',
      'Name the categories that are allowed.',
    );
  }
  const { missing } = condition;
  const allowed = new Uint8Array(categories.length + 1).fill(
    condition.categories || missing === 'only' ? 0 : 1,
  );
  condition.categories?.forEach((text, place) => (allowed[codeOfText(text, categories, name, place)] = 1));
  allowed[categories.length] = missing === undefined ? 0 : 1;
  for (let row = 0; row < kinds.length; row++) {
    if (!allowed[codes[row] < 0 ? categories.length : codes[row]]) kinds[row] = rejected;
  }
}

function rejectNumbers(
  values: Float64Array,
  { column, categories, interval = [-Infinity, Infinity], missing }: ColumnCondition,
  what: string,
  kinds: Int32Array,
): void {
  if (categories) {
    throw refusal(column, `holds ${what}: categories do not fit`, 'Give an interval that is allowed.');
  }
  const [from, to] = interval;
  for (let row = 0; row < kinds.length; row++) {
    const value = values[row];
    const fits = Number.isNaN(value)
      ? missing !== undefined
      : missing !== 'only' && value >= from && value <= to;
    if (!fits) kinds[row] = rejected;
  }
}
