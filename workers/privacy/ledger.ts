import { HomespunError } from '../errors.ts';
import { epsilonOf } from './accountant.ts';
import { countOf, type PrivacyEvent, validateEvent, withCount } from './events.ts';
import type { PrivacyUnit, RunOutcome, Spent } from './types.ts';
import { validateCount, validatePositiveInteger } from './validate.ts';

export interface PlannedEvent {
  /** What it is for, in words a person can read: "one-way counts of 14 columns". Never data. */
  readonly purpose: string;
  readonly event: PrivacyEvent;
}

/** Everything a run intends to release, fixed before it starts. */
export interface RunPlan {
  /** Unique within the ledger. */
  readonly run: string;
  readonly label: string;
  readonly unit: PrivacyUnit;
  readonly events: readonly PlannedEvent[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export type LedgerRecord =
  | { readonly type: 'plan'; readonly plan: RunPlan }
  /** `count` more of the run's event number `event`: written before they happen. */
  | { readonly type: 'charge'; readonly run: string; readonly event: number; readonly count: number }
  | { readonly type: 'close'; readonly run: string; readonly outcome: RunOutcome }
  /** A run without differential privacy: nothing bounds what it gave away. */
  | { readonly type: 'unprotected'; readonly label: string; readonly startedAt: number };

/**
 * What was released about one data set, over all runs: an append-only list. Functions here return a new ledger.
 * Charges are made ahead: a run writes the charge, then does the work. A run that stops, fails or is cut off has
 * thereby paid for at least what it did.
 */
export interface Ledger {
  /** SHA-256 of the file, 64 hexadecimal digits: runs on equal bytes add up, whatever the file is called. */
  readonly dataset: string;
  readonly records: readonly LedgerRecord[];
}

const refuse = (message: string, hint: string): HomespunError =>
  new HomespunError({ code: 'bad-settings', message, hint });

/** The last moment a date can hold, in milliseconds since 1970. */
const LAST_DATE = 8.64e15;

export function openLedger(dataset: string): Ledger {
  if (!/^[0-9a-f]{64}$/.test(dataset)) {
    throw refuse(
      'A ledger needs the SHA-256 of its data set.',
      'Hash the file and pass 64 hexadecimal digits.',
    );
  }
  return { dataset, records: [] };
}

const append = (ledger: Ledger, record: LedgerRecord): Ledger => ({
  ...ledger,
  records: [...ledger.records, record],
});

function validateDate(startedAt: number): void {
  if (startedAt >= 0 && startedAt <= LAST_DATE) return;
  throw refuse(
    `Expected startedAt to be a date, got startedAt=${startedAt}.`,
    'Pass milliseconds since 1970.',
  );
}

/** Enters a run without a guarantee: it has no events, and no total covers it. */
export function enterUnprotected(ledger: Ledger, label: string, startedAt: number): Ledger {
  validateDate(startedAt);
  return append(ledger, { type: 'unprotected', label, startedAt });
}

/** How many runs on record had no guarantee. */
export const unprotectedRuns = (ledger: Ledger): number =>
  ledger.records.filter(({ type }) => type === 'unprotected').length;

/** Enters a run. Throws `bad-settings` for a run that exists, an empty plan or an event out of range. */
export function planRun(ledger: Ledger, plan: RunPlan): Ledger {
  if (plans(ledger).some(({ run }) => run === plan.run)) {
    throw refuse(`The ledger already holds a run named "${plan.run}".`, 'Give every run a name of its own.');
  }
  if (plan.events.length === 0) throw refuse('The plan releases nothing.', 'Plan at least one event.');
  validateDate(plan.startedAt);
  if (plan.unit.kind === 'person') validatePositiveInteger(plan.unit.rowsPerPerson, 'rowsPerPerson');
  for (const { event } of plan.events) validateEvent(event);
  return append(ledger, { type: 'plan', plan });
}

/**
 * Charges `count` more of event number `event` of a run; call it before they happen. Throws `bad-settings` for an
 * unknown or closed run, and for more than was planned: what was not planned may not be released.
 */
export function charge(ledger: Ledger, run: string, event: number, count: number): Ledger {
  validateCount(count, 'count');
  const planned = openPlan(ledger, run).events[event] as PlannedEvent | undefined;
  if (planned === undefined)
    throw refuse(`Run "${run}" has no event number ${event}.`, 'Charge a planned event.');
  const total = chargedCounts(ledger, run)[event] + count;
  if (total > countOf(planned.event)) {
    throw refuse(
      `Run "${run}" planned ${countOf(planned.event)} of "${planned.purpose}" and would have ${total}.`,
      'Plan the whole run before it starts.',
    );
  }
  return append(ledger, { type: 'charge', run, event, count });
}

/** Charges all that a run planned and has not charged: always valid, whatever made the run end. */
export function chargeAll(ledger: Ledger, run: string): Ledger {
  const { events } = openPlan(ledger, run);
  const counts = chargedCounts(ledger, run);
  return events.reduce((current, { event }, i) => {
    const left = countOf(event) - counts[i];
    return left === 0 ? current : charge(current, run, i, left);
  }, ledger);
}

/**
 * Ends a run: nothing more can be charged to it. What it charged stays. Where the decision to stop may rest on anything
 * that shows real rows without noise (a loss on real data), call `chargeAll` first: only the whole plan bounds that.
 */
export function closeRun(ledger: Ledger, run: string, outcome: RunOutcome): Ledger {
  openPlan(ledger, run);
  return append(ledger, { type: 'close', run, outcome });
}

export interface RunSummary {
  readonly plan: RunPlan;
  /** How often each planned event was charged. */
  readonly charged: readonly number[];
  /** 'open' while it runs, or where it was cut off. */
  readonly outcome: RunOutcome | 'open';
}

export function runs(ledger: Ledger): RunSummary[] {
  return plans(ledger).map((plan) => ({
    plan,
    charged: chargedCounts(ledger, plan.run),
    outcome: outcomeOf(ledger, plan.run),
  }));
}

const plans = (ledger: Ledger): RunPlan[] =>
  ledger.records.flatMap((record) => (record.type === 'plan' ? [record.plan] : []));

function outcomeOf(ledger: Ledger, run: string): RunOutcome | 'open' {
  const close = ledger.records.find((record) => record.type === 'close' && record.run === run);
  return close?.type === 'close' ? close.outcome : 'open';
}

function openPlan(ledger: Ledger, run: string): RunPlan {
  const plan = plans(ledger).find((candidate) => candidate.run === run);
  if (plan === undefined) throw refuse(`The ledger holds no run named "${run}".`, 'Plan the run first.');
  if (outcomeOf(ledger, run) !== 'open') throw refuse(`Run "${run}" is closed.`, 'Plan a new run.');
  return plan;
}

function chargedCounts(ledger: Ledger, run: string): number[] {
  const plan = plans(ledger).find((candidate) => candidate.run === run);
  const counts = new Array<number>(plan?.events.length ?? 0).fill(0);
  for (const record of ledger.records) {
    if (record.type === 'charge' && record.run === run) counts[record.event] += record.count;
  }
  return counts;
}

/** The events charged by the runs that pass `counts`. */
const chargedEvents = (ledger: Ledger, counts: (plan: RunPlan) => boolean): PrivacyEvent[] =>
  runs(ledger)
    .filter(({ plan }) => counts(plan))
    .flatMap(({ plan, charged }) => plan.events.map(({ event }, i) => withCount(event, charged[i])));

/**
 * The guarantee of everything charged so far, for rows and, where every run protected the persons of one column, for
 * those persons. A run that protected rows only leaves persons without a bound; a run that protected persons counts for
 * rows as it is.
 */
export function spent(ledger: Ledger, delta: number): Spent[] {
  const all = chargedEvents(ledger, () => true);
  const rows: Spent = { unit: 'row', ...epsilonOf(all, delta) };
  const column = commonPersonColumn(plans(ledger));
  return column === undefined ? [rows] : [{ ...rows, unit: 'person', column }, rows];
}

function commonPersonColumn(all: readonly RunPlan[]): string | undefined {
  const columns = new Set(all.map(({ unit }) => (unit.kind === 'person' ? unit.column : undefined)));
  return columns.size === 1 ? [...columns][0] : undefined;
}

/** What a plan would cost before it runs. */
export interface PlanCost {
  /** The plan by itself. */
  readonly alone: number;
  /** Everything charged before it. */
  readonly before: number;
  /** Both together: at most their sum. */
  readonly after: number;
}

/** The cost of a plan, which by itself costs `alone`, on top of what the data set has already paid, in row terms. */
export function planCost(
  ledger: Ledger,
  events: readonly PrivacyEvent[],
  alone: number,
  delta: number,
): PlanCost {
  const earlier = chargedEvents(ledger, () => true).filter((event) => countOf(event) > 0);
  if (earlier.length === 0) return { alone, before: 0, after: alone };
  return {
    alone,
    before: epsilonOf(earlier, delta).epsilon,
    after: epsilonOf([...earlier, ...events], delta).epsilon,
  };
}
