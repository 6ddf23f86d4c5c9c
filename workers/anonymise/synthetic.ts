import type { RunControl } from '../control.ts';
import type { Rng } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import { concatTables } from '../table/takeRows.ts';
import type { Column, Table } from '../table/types.ts';
import { actsIn, applyPlan, asCoarse, readyPlan, type ReadyPlan } from './anonymise.ts';
import { joinReports } from './joinReports.ts';
import { requireRows } from './training.ts';
import type { AnonymisePlan, AnonymiseReport } from './types.ts';

/** Synthetic tables of up to so many rows are protected as a whole, larger ones in parts. */
export const wholeRows = 200_000;
/** Rows in each part of a larger table: k is reached, and ranks are swapped, within each. */
export const partRows = 50_000;

/** Synthetic rows as they will be written. */
export interface ProtectedRows {
  readonly table: Table;
  /** Rows given before these, and rows drawn from the model up to these: fewer are given where some are suppressed. */
  readonly offset: number;
  readonly drawn: number;
  readonly schema: TableSchema;
  /** What was done so far; null where the plan does nothing after synthesis. */
  readonly report: AnonymiseReport | null;
  /** Real rows made as coarse, for scores. */
  readonly asCoarse: (real: Table) => Table;
}

/** Tables of exactly `rows` rows, the last of fewer, from tables of any size. */
async function* partsOf(tables: AsyncIterable<Table>, rows: number): AsyncGenerator<Table> {
  let held: Table[] = [];
  let count = 0;
  for await (const table of tables) {
    held.push(table);
    count += table.rows;
    if (count < rows) continue;
    yield concatTables(held);
    held = [];
    count = 0;
  }
  if (held.length > 0) yield concatTables(held);
}

/** The parts of a table of at most `rows` rows each, in order, as views of its memory. */
function cut(table: Table, rows: number): Table[] {
  const parts: Table[] = [];
  for (let from = 0; from < table.rows; from += rows) {
    const to = Math.min(table.rows, from + rows);
    parts.push({ rows: to - from, columns: table.columns.map((column) => slice(column, from, to)) });
  }
  return parts;
}

function slice(column: Column, from: number, to: number): Column {
  switch (column.type) {
    case 'category':
      return { ...column, codes: column.codes.subarray(from, to) };
    case 'text':
      return { ...column, texts: column.texts.slice(from, to) };
    default:
      return { ...column, values: column.values.subarray(from, to) };
  }
}

/** Rows as they were made, where the plan does nothing after synthesis. */
async function* unchanged(tables: AsyncIterable<Table>, schema: TableSchema): AsyncGenerator<ProtectedRows> {
  let offset = 0;
  for await (const table of tables) {
    const drawn = offset + table.rows;
    yield { table, offset, drawn, schema, report: null, asCoarse: (real) => real };
    offset = drawn;
  }
}

/**
 * The phase 'after' of a plan, on the rows of one synthetic table as they are made. Shares and rare values are counted in
 * the first 200,000 rows at most; a larger table is then protected in parts of 50,000 rows. Every row depends on `rng`,
 * the rows and their number alone, so the same table comes out each time. Throws `bad-settings` where no row is left.
 * @param tables rows as the model makes them, in tables of any size
 * @param rows rows of the whole table
 */
export async function* anonymiseSynthetic(
  tables: AsyncIterable<Table>,
  rows: number,
  schema: TableSchema,
  plan: AnonymisePlan | null,
  rng: Rng,
  control: RunControl,
): AsyncGenerator<ProtectedRows> {
  if (!plan || !actsIn(plan, 'after')) {
    yield* unchanged(tables, schema);
    return;
  }
  let ready: ReadyPlan | null = null;
  const reports: AnonymiseReport[] = [];
  let [offset, drawn] = [0, 0];
  for await (const group of partsOf(tables, wholeRows)) {
    const whole = rows <= wholeRows;
    const stream = (at: number): Rng => (whole ? rng : rng.fork(`rows ${at}`));
    ready ??= await readyPlan(group, schema, plan, 'after', stream(0), control);
    for (const part of whole ? [group] : cut(group, partRows)) {
      const { table, report } = await applyPlan(ready, part, stream(drawn), control);
      drawn += part.rows;
      reports.push(report);
      if (drawn >= rows) requireRows(offset + table.rows, 'after');
      yield {
        ...{ table, offset, drawn, schema: ready.schema, asCoarse: coarseBy(ready) },
        report: joinReports(reports, whole ? null : partRows),
      };
      offset += table.rows;
    }
  }
}

const coarseBy =
  (ready: ReadyPlan) =>
  (real: Table): Table =>
    asCoarse(ready, real);
