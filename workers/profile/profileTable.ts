import { HomespunError } from '../errors.ts';
import type { ColumnSchema, TableSchema } from '../schema/types.ts';
import type { Column, Table } from '../table/types.ts';
import { categoryProfile } from './categoryProfile.ts';
import { numericProfile, type NumericBounds } from './numericProfile.ts';
import type { ColumnProfile, Profile } from './types.ts';

/** Grids on which instants may lie, coarsest first, in milliseconds. */
const timeSteps = [86_400_000, 3_600_000, 60_000, 1_000, 1];

const misfit = (column: string, message: string): HomespunError =>
  new HomespunError({
    code: 'bad-schema',
    message: `Column “${column}” ${message}.`,
    hint: 'Check its kind in Columns.',
    column,
  });

/** The declared step, or the next finer one on which every instant lies. */
const timeStep = (values: Float64Array, declared: number): number => {
  const fits = (step: number): boolean =>
    values.every((value) => Number.isNaN(value) || Math.abs(value) % step === 0);
  return [declared, ...timeSteps.filter((step) => step < declared)].find(fits) ?? 1;
};

const boundsOf = (column: Column, schema: ColumnSchema): NumericBounds => {
  const { number, datetime } = schema;
  if (column.type === 'number' && number) {
    return {
      min: number.min,
      max: number.max,
      step: schema.kind === 'integer' ? 1 : 1 / 10 ** number.decimals,
    };
  }
  if (column.type === 'datetime' && datetime) {
    return { min: datetime.min, max: datetime.max, step: timeStep(column.values, datetime.step) };
  }
  throw misfit(column.name, `is of kind ${schema.kind} but has no bounds of that kind`);
};

const profileColumn = (column: Column, schema: ColumnSchema | undefined): ColumnProfile => {
  if (!schema) throw misfit(column.name, 'is not in the schema');
  switch (column.type) {
    case 'category':
      return categoryProfile(column.name, column.codes, column.categories);
    case 'number':
    case 'datetime':
      return numericProfile(column.name, column.type, column.values, boundsOf(column, schema));
    case 'text':
      throw misfit(column.name, 'holds free text, which is never learned');
  }
};

/**
 * Exact one-way distributions of a table's learned columns under the schema's domain, one entry a column of `table`.
 * Throws `bad-schema` naming the column that the schema does not describe.
 */
export function profileTable(table: Table, schema: TableSchema): Profile {
  const schemas = new Map(schema.columns.map((column) => [column.name, column]));
  return {
    rows: table.rows,
    columns: table.columns.map((column) => profileColumn(column, schemas.get(column.name))),
  };
}
