/** Runs a private fit under its plan: entered in the ledger before it starts, charged ahead, closed however it ends. */
import type { RunControl } from './control.ts';
import { HomespunError } from './errors.ts';
import type { PlannedEvent } from './privacy/ledger.ts';
import type { LedgerBook } from './privacy/ledgerBook.ts';
import type { Charge, Mechanisms } from './privacy/mechanismTypes.ts';
import type { RunBudget } from './privatePlan.ts';

/** What private runs need of the world. */
export interface PrivacyMeans {
  /** The mechanisms of one run: a `PrivateRun`, but where tests put others in its place. */
  readonly mechanisms: (events: readonly PlannedEvent[], charge: Charge) => Mechanisms;
  /** Milliseconds since 1970, for the ledger. */
  readonly clock: () => number;
  /** A name that no other run has. */
  readonly runName: () => string;
}

export interface PrivateContext extends PrivacyMeans {
  readonly book: LedgerBook;
}

/**
 * Guarantee: whatever `work` releases is covered by what is on record when this resolves or throws. A cancelled run
 * released nothing: what it charged stays. A run that was stopped and kept, or failed, is charged whole, since the
 * moment of its end may rest on real rows.
 */
export async function runPrivately<T>(
  budget: RunBudget,
  label: string,
  { book, mechanisms, clock, runName }: PrivateContext,
  control: RunControl,
  work: (run: Mechanisms) => Promise<T>,
): Promise<T> {
  const run = runName();
  await book.plan({ run, label, unit: budget.unit, events: budget.events, startedAt: clock() });
  const access = mechanisms(budget.events, async (event, count) => {
    await book.charge(run, event, count);
  });
  try {
    const result = await work(access);
    await book.close(run, control.stopping ? 'stopped' : 'finished', control.stopping);
    return result;
  } catch (cause) {
    const cancelled = cause instanceof HomespunError && cause.code === 'stopped';
    await book.close(run, cancelled ? 'stopped' : 'failed', !cancelled);
    throw cause;
  }
}
