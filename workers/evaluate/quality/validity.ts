import type { ColumnSchema } from '../../schema/types.ts';
import type { ScoredColumn } from '../binning.ts';

/** Whether one cell may stand in a column. Missing cells are judged by `mayMiss`. */
type IsValid = (cell: number) => boolean;

/** Slack for a decimal that binary numbers cannot hold. */
const slack = 1e-6;

const numberRule = ({ kind, number }: ColumnSchema): IsValid => {
  const [min, max] = [number?.min ?? -Infinity, number?.max ?? Infinity];
  const scale = 10 ** (kind === 'integer' ? 0 : (number?.decimals ?? 20));
  const fits = (value: number): boolean =>
    scale > 1e15 ||
    Math.abs(value * scale - Math.round(value * scale)) <= slack * Math.max(1, Math.abs(value));
  return (value) => value >= min && value <= max && fits(value);
};

const ruleOf = (schema: ColumnSchema, column: ScoredColumn): IsValid => {
  if (column.type === 'category') {
    const known = new Set(schema.category?.categories ?? column.categories);
    const valid = column.categories.map((label) => known.has(label));
    return (code) => valid[code] ?? false;
  }
  if (column.type === 'datetime') {
    const { min = -Infinity, max = Infinity } = schema.datetime ?? {};
    return (value) => value >= min && value <= max;
  }
  return numberRule(schema);
};

/** Cells of a column that are not valid under its schema: by value, and missing where none may be. */
export function invalidCells(schema: ColumnSchema, column: ScoredColumn): number {
  const isValid = ruleOf(schema, column);
  const mayMiss = schema.missingTokens.length > 0;
  let invalid = 0;
  if (column.type === 'category') {
    for (const code of column.codes) if (code < 0 ? !mayMiss : !isValid(code)) invalid++;
    return invalid;
  }
  for (const value of column.values) if (Number.isNaN(value) ? !mayMiss : !isValid(value)) invalid++;
  return invalid;
}

/**
 * Share of values between the real ends (SDMetrics BoundaryAdherence): a missing value is outside where the real column
 * has none, else it does not count.
 */
export function boundaryAdherence(real: Float64Array, other: Float64Array): number {
  let [min, max, mayMiss] = [Infinity, -Infinity, false];
  for (const value of real) {
    if (Number.isNaN(value)) mayMiss = true;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  let [inside, counted] = [0, 0];
  for (const value of other) {
    if (Number.isNaN(value) && mayMiss) continue;
    counted++;
    if (value >= min && value <= max) inside++;
  }
  return inside / counted;
}

/** Share of cells whose category is a real one; missing counts as one where the real column has missing cells. */
export function categoryAdherence(real: Int32Array, other: Int32Array): number {
  const known = new Set(real);
  let inside = 0;
  for (const code of other) if (known.has(code)) inside++;
  return inside / other.length;
}
