import type { RunControl } from '../control.ts';
import { HomespunError } from '../errors.ts';
import type { DiscreteGaussianEvent } from '../privacy/events.ts';
import type { Mechanisms } from '../privacy/mechanismTypes.ts';
import type { ColumnSchema, TableSchema } from '../schema/types.ts';
import type { Column, Table } from '../table/types.ts';
import { measureDeclared, measureFound } from './privateCategory.ts';
import { measureListed, measureStaged, type MeasuredNumbers } from './privateNumeric.ts';
import { type Measuring, type ProfilePlan, stepOf } from './privatePlan.ts';
import type { ColumnProfile, Profile } from './types.ts';

/** A private profile, with the schema and the rows in terms of what it was allowed to name. */
export interface PrivateProfile {
  readonly profile: Profile;
  /** Found domains replaced by released ones, which are public from now on: marked as declared. */
  readonly schema: TableSchema;
  /** The same rows: categories that may not be named are in the bucket for others. */
  readonly table: Table;
}

export interface ProfileAccess {
  readonly mechanisms: Mechanisms;
  readonly plan: ProfilePlan;
  /** Rows where their number is public; undefined where it has to be measured. */
  readonly publicRows: number | undefined;
  readonly control: RunControl;
}

/** One measured column: all that is known of it from here on. */
interface Measured {
  readonly profile: ColumnProfile;
  readonly schema: ColumnSchema;
  readonly column: Column;
}

const planned = <T>(value: T | undefined): T => {
  if (value === undefined)
    throw new HomespunError({ code: 'failed', message: 'A measurement was not planned.' });
  return value;
};

/**
 * The one-way distributions of a table's learned columns under differential privacy.
 * Guarantee: reads rows through `mechanisms` alone, one use of each event of `plan` a column; everything returned but
 * `table` is a function of their answers and of the schema's public facts (post-processing).
 */
export async function measureProfile(
  table: Table,
  schema: TableSchema,
  access: ProfileAccess,
): Promise<PrivateProfile> {
  const { mechanisms, plan, control } = access;
  for (const event of plan.events.keys()) await mechanisms.prepay(event);
  const rows = access.publicRows ?? measureRows(table.rows, plan, mechanisms);
  const entries = new Map(schema.columns.map((column) => [column.name, column]));
  const measured: Measured[] = [];
  for (const [c, column] of table.columns.entries()) {
    measured.push(measureColumn(column, planned(entries.get(column.name)), plan.measuring[c], rows, access));
    await control.checkpoint();
  }
  const released = new Map(measured.map(({ schema: entry }) => [entry.name, entry]));
  return {
    profile: { rows, columns: measured.map(({ profile }) => profile) },
    schema: { ...schema, columns: schema.columns.map((entry) => released.get(entry.name) ?? entry) },
    table: { rows: table.rows, columns: measured.map(({ column }) => column) },
  };
}

function measureRows(rows: number, { numbers }: ProfilePlan, mechanisms: Mechanisms): number {
  return Math.max(1, mechanisms.noisyCounts(planned(numbers.rows), Float64Array.of(rows))[0]);
}

function measureColumn(
  column: Column,
  entry: ColumnSchema,
  measuring: Measuring,
  rows: number,
  { plan, mechanisms }: ProfileAccess,
): Measured {
  const { numbers, countNoise } = plan;
  if (column.type === 'text') {
    throw new HomespunError({
      code: 'bad-schema',
      message: `Column “${column.name}” holds free text, which is never learned.`,
      column: column.name,
    });
  }
  if (column.type === 'category') {
    const { profile, column: named } =
      measuring === 'open'
        ? measureFound(
            column,
            rows,
            { open: planned(numbers.open), failure: planned(numbers.failure) },
            countNoise,
            mechanisms,
          )
        : measureDeclared(column, rows, planned(numbers.listed), countNoise, mechanisms);
    return { profile, schema: withCategories(entry, profile.categories), column: named };
  }
  const task = {
    name: column.name,
    holds: column.type,
    values: column.values,
    step: stepOf(entry),
    bounds: entry.domain === 'declared' ? (entry.number ?? entry.datetime) : undefined,
    rows,
  };
  const found =
    measuring === 'listed'
      ? measureListed(task, planned(numbers.listed), countNoise, mechanisms)
      : measureStaged(task, planned(numbers.stages), stageNoise(plan), mechanisms);
  return { profile: found.profile, schema: withBounds(entry, found), column };
}

/** Standard deviations of the three rounds of a staged measurement, as planned. */
function stageNoise({ events, numbers }: ProfilePlan): [number, number, number] {
  const isCount = (event: { readonly kind: string }): event is DiscreteGaussianEvent =>
    event.kind === 'discreteGaussian';
  const sigmaOf = (number: number): number => {
    const { event } = events[number];
    return isCount(event) ? event.sigma : NaN;
  };
  const [wide, rough, fine] = planned(numbers.stages);
  return [sigmaOf(wide), sigmaOf(rough), sigmaOf(fine)];
}

const withCategories = (entry: ColumnSchema, categories: readonly string[]): ColumnSchema => ({
  ...entry,
  kind: entry.kind === 'boolean' && categories.length !== 2 ? 'category' : entry.kind,
  category: { categories },
  domain: 'declared',
});

const withBounds = (entry: ColumnSchema, { bounds: { min, max } }: MeasuredNumbers): ColumnSchema => ({
  ...entry,
  ...(entry.number ? { number: { ...entry.number, min, max } } : {}),
  ...(entry.datetime ? { datetime: { ...entry.datetime, min, max } } : {}),
  domain: 'declared',
});
