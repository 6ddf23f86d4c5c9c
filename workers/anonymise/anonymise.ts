import type { RunControl } from '../control.ts';
import type { Rng } from '../random/rng.ts';
import type { ColumnSchema, TableSchema } from '../schema/types.ts';
import type { Column, Table } from '../table/types.ts';
import {
  changedRows,
  readyGeneralisation,
  readyPerturbation,
  type ReadyGeneralisation,
  type ReadyPerturbation,
} from './columnActions.ts';
import { kAnonymous } from './kAnonymity.ts';
import { notPrivate } from './label.ts';
import type {
  ActionReport,
  AnonymisePlan,
  AnonymiseReport,
  ColumnProtection,
  Generalisation,
  KAnonymity,
  Perturbation,
  Phase,
} from './types.ts';

/** One column's actions of a phase. */
interface ReadyColumn {
  readonly perturb?: { readonly action: Perturbation['type']; readonly apply: ReadyPerturbation };
  readonly generalise?: ReadyGeneralisation & { readonly action: Generalisation['type'] };
}

/** One phase of a plan made ready: what goes by shares, spread or counts has them from the rows it was made ready with. */
export interface ReadyPlan {
  readonly phase: Phase;
  /** What the columns are afterwards. */
  readonly schema: TableSchema;
  readonly columns: ReadonlyMap<string, ReadyColumn>;
  readonly kAnonymity: KAnonymity | null;
}

/** Whether a plan does anything in a phase. */
export const actsIn = ({ columns, kAnonymity }: AnonymisePlan, phase: Phase): boolean =>
  kAnonymity?.phase === phase ||
  columns.some(({ generalise, perturb }) => generalise?.phase === phase || perturb?.phase === phase);

/** A random stream of its own for each column, whatever the other columns do. */
const streamOf = (rng: Rng, column: string): Rng => rng.fork(`perturb ${column}`);

/** Columns that are never learned have no cells here: they can only be removed. */
const absent = (name: string): Column => ({ type: 'text', name, texts: [] });

function readyColumn(
  { generalise, perturb }: ColumnProtection,
  phase: Phase,
  entry: ColumnSchema,
  found: Column,
  rng: Rng,
): ReadyColumn {
  const distorts = perturb?.phase === phase ? readyPerturbation(perturb, entry, found) : undefined;
  if (generalise?.phase !== phase)
    return distorts && perturb ? { perturb: { action: perturb.type, apply: distorts } } : {};
  // What is rare is judged by the values as distorted.
  const needed = generalise.type === 'rare' && distorts ? distorts(found, streamOf(rng, entry.name)) : found;
  const coarser = { ...readyGeneralisation(generalise, entry, needed), action: generalise.type };
  return distorts && perturb
    ? { perturb: { action: perturb.type, apply: distorts }, generalise: coarser }
    : { generalise: coarser };
}

/**
 * What the columns that train will be, as far as the plan alone says: without merging of rare values, which takes a look
 * at the rows. For estimates and budgets made before a run.
 */
export function plannedSchema(schema: TableSchema, plan: AnonymisePlan | null): TableSchema {
  const columns = schema.columns.map((entry) => {
    const action = plan?.columns.find(({ column }) => column === entry.name)?.generalise;
    return action?.phase === 'before' && action.type !== 'rare'
      ? readyGeneralisation(action, entry, absent(entry.name)).entry
      : entry;
  });
  return { ...schema, columns };
}

/** Makes a phase ready by looking at `table`, whose columns `schema` describes. The plan must have passed `checkPlan`. */
export async function readyPlan(
  table: Table,
  schema: TableSchema,
  plan: AnonymisePlan,
  phase: Phase,
  rng: Rng,
  control: RunControl,
): Promise<ReadyPlan> {
  const columns = new Map<string, ReadyColumn>();
  const entries: ColumnSchema[] = [];
  for (const entry of schema.columns) {
    const asked = plan.columns.find(({ column }) => column === entry.name);
    const found = table.columns.find(({ name }) => name === entry.name) ?? absent(entry.name);
    const ready = asked ? readyColumn(asked, phase, entry, found, rng) : {};
    columns.set(entry.name, ready);
    entries.push(ready.generalise?.entry ?? entry);
    if (asked) await control.checkpoint();
  }
  const kAnonymity = plan.kAnonymity?.phase === phase ? plan.kAnonymity : null;
  return { phase, schema: { ...schema, columns: entries }, columns, kAnonymity };
}

/** Other rows of the same columns made as coarse, neither distorted nor suppressed: what the result is compared with. */
export function asCoarse({ columns }: ReadyPlan, table: Table): Table {
  const coarser = table.columns.map((column) => {
    const generalise = columns.get(column.name)?.generalise;
    return generalise ? generalise.apply(column) : column;
  });
  return { rows: table.rows, columns: coarser.filter((column) => column !== null) };
}

function reportOn(
  column: string,
  action: ActionReport['action'],
  changed: number,
  rows: number,
): ActionReport {
  return { column, action, changed, rows, label: notPrivate };
}

/** Distorts, then makes coarser, then suppresses. Rows keep their order. */
export async function applyPlan(
  ready: ReadyPlan,
  table: Table,
  rng: Rng,
  control: RunControl,
): Promise<{ table: Table; report: AnonymiseReport }> {
  const { rows } = table;
  const actions: ActionReport[] = [];
  const columns: Column[] = [];
  for (const given of table.columns) {
    const { perturb, generalise } = ready.columns.get(given.name) ?? {};
    const distorted = perturb ? perturb.apply(given, streamOf(rng, given.name)) : given;
    if (perturb)
      actions.push(reportOn(given.name, perturb.action, changedRows(given, distorted, rows), rows));
    const coarse = generalise ? generalise.apply(distorted) : distorted;
    if (generalise) {
      actions.push(reportOn(given.name, generalise.action, changedRows(distorted, coarse, rows), rows));
    }
    if (coarse) columns.push(coarse);
    if (perturb || generalise) await control.checkpoint();
  }
  actions.push(...removedUnlearned(ready, table));
  const done = { rows, columns };
  if (!ready.kAnonymity) return { table: done, report: { phase: ready.phase, actions, kAnonymity: null } };
  const { table: left, report } = await kAnonymous(done, ready.kAnonymity, control);
  return { table: left, report: { phase: ready.phase, actions, kAnonymity: report } };
}

/** Columns that are never learned, such as identifiers, are no columns of the table, but are removed all the same. */
const removedUnlearned = ({ columns }: ReadyPlan, table: Table): ActionReport[] =>
  [...columns]
    .filter(([name, { generalise }]) => generalise && !table.columns.some((column) => column.name === name))
    .map(([name]) => reportOn(name, 'remove', table.rows, table.rows));

/** A table after one phase of a plan. */
export interface Anonymised {
  readonly table: Table;
  /** What its columns are: categories and bounds change where values were made coarser. */
  readonly schema: TableSchema;
  readonly report: AnonymiseReport;
  /** Other rows of the same columns, such as held-out ones, made as coarse. */
  readonly asCoarse: (other: Table) => Table;
}

/**
 * Applies one phase of a plan to a table: distortion, then coarser values and removal, then k-anonymity. Rows keep their
 * order and missing stays missing; equal generators give equal tables. The plan must have passed `checkPlan`.
 * Not a differential-privacy guarantee. Throws `stopped` when cancelled.
 */
export async function anonymise(
  table: Table,
  schema: TableSchema,
  plan: AnonymisePlan,
  phase: Phase,
  rng: Rng,
  control: RunControl,
): Promise<Anonymised> {
  const ready = await readyPlan(table, schema, plan, phase, rng, control);
  const applied = await applyPlan(ready, table, rng, control);
  return { ...applied, schema: ready.schema, asCoarse: (other) => asCoarse(ready, other) };
}
