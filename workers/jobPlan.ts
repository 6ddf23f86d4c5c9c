/** What a job would do before it does it: the method, the budget, the estimate. */
import { plannedSchema } from './anonymise/anonymise.ts';
import { chooseBackend } from './nn/backends.ts';
import { readableSchema, trainingOf, unitsOf } from './prepare.ts';
import type { LedgerBook } from './privacy/ledgerBook.ts';
import {
  budgetRun,
  checkPrivacy,
  deltaFor,
  privacyPlan,
  rowsPerUnit,
  type RunBudget,
} from './privatePlan.ts';
import type { Job, Plan, PrivacySettings } from './protocol.ts';
import type { ColumnSchema, TableSchema } from './schema/types.ts';
import type { OpenTable } from './stageTypes.ts';
import { chooseMethod, synthesizerOf } from './synthesizers/registry.ts';
import type { JobSize, MethodId, PrivateSize } from './synthesizers/types.ts';

/**
 * Size of a job from the columns that are learned, so that a plan needs no pass over rows. `units` are those that train:
 * where persons are protected, whose number of rows is no public fact, their number stands for it.
 */
export function jobSize(schema: TableSchema, units: number, { privacy }: Pick<Job, 'privacy'>): JobSize {
  const learned = schema.columns.filter(({ treatment }) => treatment === 'learn');
  const isKnown = ({ domain }: ColumnSchema): boolean => privacy === 'none' || domain === 'declared';
  return {
    rows: units,
    // How many categories are found is no public fact: a private plan must not rest on it.
    cardinalities: learned.map((column) => (isKnown(column) ? (column.category?.categories.length ?? 0) : 0)),
    private: privacy !== 'none',
  };
}

/** A method, and why it is the one. */
export interface MethodAndReason {
  readonly id: MethodId;
  readonly reason: string;
}

/** Throws `bad-settings` for options that the method does not take. */
export function chosen(size: JobSize, job: Job): MethodAndReason {
  const choice = job.method === 'auto' ? chooseMethod(size) : { id: job.method, reason: 'You chose it.' };
  synthesizerOf(choice.id).meta.validate({ epochs: job.epochs });
  return choice;
}

/** Size of a private job; `units` are those that train. */
function privateSize(
  schema: TableSchema,
  units: number,
  settings: PrivacySettings,
  delta: number,
): PrivateSize {
  const learned = schema.columns.filter(({ treatment }) => treatment === 'learn');
  const target = learned.findIndex(({ role }) => role === 'target');
  return {
    units,
    rowsPerUnit: rowsPerUnit(settings),
    columns: learned.length,
    epsilon: settings.epsilon,
    delta,
    ...(target < 0 ? {} : { target }),
  };
}

/** The budget of a job over the columns that are learned, or nothing without differential privacy. */
export function budgetOf(
  schema: TableSchema,
  size: { readonly units: number; readonly fileRows: number },
  id: MethodId,
  job: Job,
): RunBudget | undefined {
  if (job.privacy === 'none') return undefined;
  const delta = deltaFor(job.privacy, size.fileRows);
  return budgetRun(
    schema,
    privateSize(schema, size.units, job.privacy, delta),
    synthesizerOf(id),
    { epochs: job.epochs },
    job.privacy,
    delta,
  );
}

/** What would run, with an estimate. Sets the backend up when the method needs one. */
export async function planJob(
  { raw, schema: confirmed }: OpenTable,
  job: Job,
  book: LedgerBook,
): Promise<Plan> {
  const readable = readableSchema(confirmed, job);
  if (job.privacy !== 'none') checkPrivacy(job.privacy, readable, raw.rows);
  const schema = plannedSchema(readable, job.anonymise);
  const size = jobSize(schema, trainingOf(unitsOf(raw, readable, job), job), job);
  const { id, reason } = chosen(size, job);
  const synthesizer = synthesizerOf(id);
  const budget = budgetOf(schema, { units: size.rows, fileRows: raw.rows }, id, job);
  const privacy = budget
    ? privacyPlan(budget, await book.read(), schema, trainingOf(raw.rows, job), job.rules)
    : null;
  const backend = synthesizer.meta.neural ? (await chooseBackend(job.backend)).id : null;
  const { seconds, bytes, epochs } = await synthesizer.estimate(size, { epochs: job.epochs });
  return { method: id, reason, backend, seconds, bytes, epochs, privacy };
}
