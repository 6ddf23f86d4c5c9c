import { inferSchema } from '../../../workers/schema/inferSchema.ts';
import { toTable } from '../../../workers/schema/toTable.ts';
import type { TableSchema } from '../../../workers/schema/types.ts';
import type { Table } from '../../../workers/table/types.ts';
import { readPath } from '../../unit/schema/tables.ts';
import { cardsOf, type TimedCards } from '../cards/assess.ts';

/** Real rows that scores are held against, and the schema of the whole file. */
export interface RealRows {
  readonly train: Table;
  readonly holdout: Table;
  readonly schema: TableSchema;
}

const tableAt = async (path: string, schema: TableSchema): Promise<Table> =>
  toTable(await readPath(path), schema).table;

/** `data`: the file that `train` and `holdout` were cut from. */
export async function readReal(
  { data, train, holdout }: Readonly<Record<'data' | 'train' | 'holdout', string>>,
  target: string,
): Promise<RealRows> {
  const inferred = inferSchema(await readPath(data));
  const schema: TableSchema = {
    ...inferred,
    columns: inferred.columns.map((column) =>
      column.name === target ? { ...column, role: 'target' } : column,
    ),
  };
  return { train: await tableAt(train, schema), holdout: await tableAt(holdout, schema), schema };
}

/** All cards of the table in a file. */
export async function scoreFile(real: RealRows, path: string, seed: number): Promise<TimedCards> {
  const { train, holdout, schema } = real;
  return cardsOf({ train, holdout, synthetic: await tableAt(path, schema) }, schema, seed);
}
