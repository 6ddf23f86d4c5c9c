import type { RunControl } from '../control.ts';
import type { Rng } from '../random/rng.ts';
import type { TableSchema } from '../schema/types.ts';
import type { Table } from '../table/types.ts';
import { actsIn, anonymise } from './anonymise.ts';
import { refusal } from './refusal.ts';
import type { AnonymisePlan, AnonymiseReport, Phase } from './types.ts';

/** The real rows, split. */
export interface RealRows {
  readonly train: Table;
  readonly holdout: Table;
}

export interface ProtectedTraining {
  /** What is learned from. */
  readonly train: Table;
  /** What columns the model learns. */
  readonly schema: TableSchema;
  /** The real rows as coarse as those learned from, none distorted or suppressed: what scores compare with. */
  readonly real: RealRows;
  readonly report: AnonymiseReport | null;
}

/** Refuses to go on without a row. Throws `bad-settings`. */
export function requireRows(rows: number, phase: Phase): void {
  if (rows > 0) return;
  const message = `No row is left after k-anonymity ${phase} synthesis.`;
  throw refusal(
    null,
    message,
    'Make the quasi-identifiers coarser, choose fewer of them, or a smaller k or l.',
  );
}

/** The phase 'before' of a plan, on the rows that train. Throws `bad-settings` where no row is left. */
export async function anonymiseTraining(
  real: RealRows,
  schema: TableSchema,
  plan: AnonymisePlan | null,
  rng: Rng,
  control: RunControl,
): Promise<ProtectedTraining> {
  if (!plan || !actsIn(plan, 'before')) return { train: real.train, schema, real, report: null };
  const done = await anonymise(real.train, schema, plan, 'before', rng, control);
  requireRows(done.table.rows, 'before');
  return {
    train: done.table,
    schema: done.schema,
    real: { train: done.asCoarse(real.train), holdout: done.asCoarse(real.holdout) },
    report: done.report,
  };
}
