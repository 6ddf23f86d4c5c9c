import { RunControl } from '../../../workers/control.ts';
import type { ScoredTables } from '../../../workers/evaluate/panel.ts';
import type { ScoreContext } from '../../../workers/evaluate/scorecard.ts';
import { permutation, seededRng } from '../../../workers/random/rng.ts';
import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import { toTable } from '../../../workers/schema/toTable.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import { concatTables, takeRows } from '../../../workers/table/takeRows.ts';
import type { Table } from '../../../workers/table/types.ts';
import { readPath, sharedFile } from '../schema/tables.ts';

export const adultPath = sharedFile('data/adult.csv');

/** The adult table with the income as its target. */
export async function readAdult(path: string): Promise<{ table: Table; schema: TableSchema }> {
  const raw = await readPath(path);
  const inferred = inferSchema(raw);
  const schema: TableSchema = {
    ...inferred,
    columns: inferred.columns.map((column) =>
      column.name === 'income' ? { ...column, role: 'target' } : column,
    ),
  };
  return { table: toTable(raw, schema).table, schema };
}

/** Disjoint random parts of a table. */
export function partsOf(table: Table, sizes: readonly number[], seed: string): Table[] {
  const order = permutation(table.rows, seededRng(seed).fork('parts'));
  let start = 0;
  return sizes.map((size) => {
    const part = takeRows(table, order.slice(start, start + size));
    start += size;
    return part;
  });
}

/** `made` with a share of its rows exchanged for rows of `train`. */
export function withCopies({ train, holdout, synthetic }: ScoredTables, share: number): ScoredTables {
  const copies = Math.round(share * synthetic.rows);
  const first = (table: Table, rows: number): Table =>
    takeRows(
      table,
      Int32Array.from({ length: rows }, (_, i) => i),
    );
  const made = concatTables([first(train, copies), first(synthetic, synthetic.rows - copies)]);
  return { train, holdout, synthetic: made };
}

/** Runs `work` under a context that is closed afterwards. */
export async function inContext<T>(seed: string, work: (context: ScoreContext) => Promise<T>): Promise<T> {
  const control = new RunControl();
  try {
    return await work({
      rng: seededRng(seed),
      control,
      now: () => performance.now(),
      onProgress: () => undefined,
    });
  } finally {
    control.close();
  }
}
