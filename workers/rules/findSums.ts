import type { NumberColumn } from '../table/types.ts';
import { entryOf } from './cells.ts';
import { leastShare, type Looked } from './criterion.ts';
import { gridOf } from './grid.ts';
import { linearRelations, type Relation } from './linearRelations.ts';
import type { FoundRule, SumRule } from './types.ts';

/** Rows by which sums are looked for, at least; in so many blocks, since one wrong row hides a sum in its block. */
const blockRows = 300;
const blocks = 4;
const mostColumns = 150;
const mostParts = 25;
/** Coefficients this near to a whole number are that number. */
const whole = 0.02;
/** Rounding is told from chance where values spread over so many units. */
const spreadForRounding = 100;

interface Numbers {
  readonly column: NumberColumn;
  readonly unit: number;
  readonly spread: number;
}

function numbersOf({ table, schema }: Looked): Numbers[] {
  const columns = table.columns.filter((column) => column.type === 'number');
  return columns
    .map((column) => ({
      column,
      unit: gridOf(entryOf(schema, column.name)).unit,
      spread: spreadOf(column.values),
    }))
    .filter(({ spread }) => spread > 0)
    .slice(0, mostColumns);
}

function spreadOf(values: Float64Array): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    squares += value * value;
  }
  return count === 0 ? 0 : Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

/** The first columns, those with most missing cells left out, that have enough complete rows, and these rows. */
function completePart(numbers: readonly Numbers[], rows: number): { numbers: Numbers[]; index: number[] } {
  const gaps = new Map(
    numbers.map((each) => [
      each,
      each.column.values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0),
    ]),
  );
  const gapsOf = (each: Numbers): number => gaps.get(each) ?? 0;
  const kept = [...numbers].sort((a, b) => gapsOf(a) - gapsOf(b));
  const wanted = Math.min(rows / 2, blocks * Math.max(blockRows, 2 * kept.length + 100));
  for (;;) {
    const index: number[] = [];
    for (let row = 0; row < rows && index.length < wanted * 2; row++) {
      if (kept.every(({ column }) => !Number.isNaN(column.values[row]))) index.push(row);
    }
    if (index.length >= wanted || kept.length < 3 || gapsOf(kept[kept.length - 1]) === 0) {
      return { numbers: kept, index };
    }
    kept.pop();
  }
}

/** A relation as a sum, where one column is on one side of it and others are on the other, each once. */
function asSum({ column, terms }: Relation, names: readonly string[]): SumRule | null {
  const sides: [string[], string[]] = [[names[column]], []];
  for (const { column: other, coefficient } of terms) {
    const nearest = Math.round(coefficient);
    if (Math.abs(coefficient - nearest) > whole || Math.abs(nearest) > 1) return null;
    if (nearest !== 0) sides[nearest > 0 ? 1 : 0].push(names[other]);
  }
  const [one, others] = sides[0].length === 1 ? sides : [sides[1], sides[0]];
  const isSum = one.length === 1 && others.length >= 2 && others.length <= mostParts;
  return isSum ? { kind: 'sum', total: one[0], parts: others } : null;
}

/** The relations in blocks of rows. */
function relationsIn(numbers: readonly Numbers[], index: readonly number[]): SumRule[] {
  const names = numbers.map(({ column }) => column.name);
  const noises = numbers.map(({ unit, spread }) => (spread > spreadForRounding * unit ? unit : 0));
  const size = Math.max(blockRows, 2 * numbers.length + 100);
  const found: SumRule[] = [];
  for (let block = 0; block < blocks && (block === 0 || block * size < index.length); block++) {
    const rows = index.slice(block * size, (block + 1) * size);
    const columns = numbers.map(({ column }) => Float64Array.from(rows, (row) => column.values[row]));
    for (const relation of linearRelations(columns, noises)) {
      const sum = asSum(relation, names);
      if (sum) found.push(sum);
    }
  }
  return found;
}

const sameColumns = (a: SumRule, b: SumRule): boolean =>
  a.total === b.total && [...a.parts].sort().join('\n') === [...b.parts].sort().join('\n');

/** Judged exactly, and where that fails as a sum of numbers that were each rounded. */
function judge(sum: SumRule, numbers: readonly Numbers[], looked: Looked): FoundRule | null {
  const exact = looked.judge(sum);
  if (exact && exact.share >= leastShare) return exact;
  const own = numbers.filter(({ column: { name } }) => name === sum.total || sum.parts.includes(name));
  if (own.some(({ unit, spread }) => spread <= spreadForRounding * unit)) return null;
  return looked.judge({ ...sum, tolerance: own.reduce((all, { unit }) => all + unit / 2, 0) });
}

/** Numbers that are sums of others in the rows. */
export function findSums(looked: Looked): FoundRule[] {
  const { numbers, index } = completePart(numbersOf(looked), looked.table.rows);
  if (numbers.length < 3 || index.length < 30) return [];
  const sums = relationsIn(numbers, index);
  const place = new Map(looked.table.columns.map(({ name }, at) => [name, at]));
  const inOrder = (sum: SumRule): SumRule => ({
    ...sum,
    parts: [...sum.parts].sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0)),
  });
  return sums
    .filter((sum, at) => !sums.slice(0, at).some((other) => sameColumns(sum, other)))
    .map(inOrder)
    .flatMap((sum) => judge(sum, numbers, looked) ?? []);
}
