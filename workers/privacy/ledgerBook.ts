import { HomespunError } from '../errors.ts';
import {
  charge,
  chargeAll,
  closeRun,
  enterUnprotected,
  type Ledger,
  openLedger,
  planRun,
  type RunPlan,
  runs,
  unprotectedRuns,
} from './ledger.ts';
import { parseLedger, serialiseLedger, type LedgerFile } from './ledgerFile.ts';
import { ledgerView } from './ledgerView.ts';
import type { LedgerView, RunOutcome } from './types.ts';

/** Where ledgers are kept between visits: one a data set, by its hash. */
export interface LedgerStore {
  read(dataset: string): Promise<LedgerFile | undefined>;
  write(dataset: string, file: LedgerFile): Promise<void>;
  /** Runs `work` while no other tab changes this data set's ledger. */
  exclusively<T>(dataset: string, work: () => Promise<T>): Promise<T>;
}

/** For tests, and for browsers that keep nothing. */
export function memoryStore(): LedgerStore {
  const files = new Map<string, LedgerFile>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: async (dataset) => files.get(dataset),
    write: async (dataset, file) => void files.set(dataset, file),
    exclusively: (_, work) => {
      const next = last.then(work, work);
      last = next.catch(() => undefined);
      return next;
    },
  };
}

/**
 * The ledger of one data set, kept in a store. Every change is read, made and written back as one, so that tabs on the
 * same file add up, and is on record before the call resolves: charge first, then release.
 */
export class LedgerBook {
  readonly #dataset: string;
  readonly #store: LedgerStore;

  /** `dataset` is the SHA-256 of the file. */
  constructor(dataset: string, store: LedgerStore) {
    this.#dataset = dataset;
    this.#store = store;
  }

  /** Everything on record. Throws `bad-file` for a ledger that was changed. */
  async read(): Promise<Ledger> {
    const file = await this.#store.read(this.#dataset);
    return file ? parseLedger(file.text, file.head) : openLedger(this.#dataset);
  }

  /** As the page shows it; a ledger that cannot be read is told as such, not thrown. */
  async view(delta: number): Promise<LedgerView> {
    try {
      return ledgerView(await this.read(), delta);
    } catch (cause) {
      if (!(cause instanceof HomespunError) || cause.code !== 'bad-file') throw cause;
      return { dataset: this.#dataset, delta, totals: [], runs: [], unprotected: 0, damaged: cause.message };
    }
  }

  /** Enters a run without a guarantee. A damaged ledger has no room for it, and is told as damaged wherever it counts. */
  async unprotected(label: string, startedAt: number): Promise<void> {
    try {
      await this.#change((ledger) => enterUnprotected(ledger, label, startedAt));
    } catch (cause) {
      if (!(cause instanceof HomespunError) || cause.code !== 'bad-file') throw cause;
    }
  }

  plan(plan: RunPlan): Promise<Ledger> {
    return this.#change((ledger) => planRun(ledger, plan));
  }

  charge(run: string, event: number, count: number): Promise<Ledger> {
    return this.#change((ledger) => charge(ledger, run, event, count));
  }

  /** Ends a run. `whole`: charges all that was planned first; see `closeRun` on when that is needed. */
  close(run: string, outcome: RunOutcome, whole: boolean): Promise<Ledger> {
    return this.#change((ledger) => closeRun(whole ? chargeAll(ledger, run) : ledger, run, outcome));
  }

  async save(): Promise<string> {
    return (await serialiseLedger(await this.read())).text;
  }

  /**
   * Takes a saved ledger in place of the kept one. Throws `bad-file` for one that was changed or is another data set's,
   * and for one that lacks runs or charges which are on record here. A kept ledger that was damaged gives way to any.
   */
  async load(text: string): Promise<void> {
    const loaded = await parseLedger(text);
    if (loaded.dataset !== this.#dataset) {
      throw refusal(
        'This ledger belongs to another file.',
        'Load the ledger that was saved for the open file.',
      );
    }
    await this.#store.exclusively(this.#dataset, async () => {
      if (!holdsAll(loaded, await this.#readable())) {
        throw refusal(
          'This ledger lacks runs that are on record here.',
          'Load a newer copy. Runs that happened cannot be taken back.',
        );
      }
      await this.#store.write(this.#dataset, await serialiseLedger(loaded));
    });
  }

  /** What is on record, or nothing where the record was damaged. */
  async #readable(): Promise<Ledger> {
    try {
      return await this.read();
    } catch (cause) {
      if (cause instanceof HomespunError && cause.code === 'bad-file') return openLedger(this.#dataset);
      throw cause;
    }
  }

  #change(next: (ledger: Ledger) => Ledger): Promise<Ledger> {
    return this.#store.exclusively(this.#dataset, async () => {
      const ledger = next(await this.read());
      await this.#store.write(this.#dataset, await serialiseLedger(ledger));
      return ledger;
    });
  }
}

/** Every run of `kept` is in `loaded`, under the same plan and with at least the same charges, and no fewer without. */
function holdsAll(loaded: Ledger, kept: Ledger): boolean {
  const known = new Map(runs(loaded).map((run) => [run.plan.run, run]));
  if (unprotectedRuns(loaded) < unprotectedRuns(kept)) return false;
  return runs(kept).every(({ plan, charged }) => {
    const same = known.get(plan.run);
    return (
      same !== undefined &&
      JSON.stringify(same.plan) === JSON.stringify(plan) &&
      charged.every((count, event) => same.charged[event] >= count)
    );
  });
}

const refusal = (message: string, hint: string): HomespunError =>
  new HomespunError({ code: 'bad-file', message, hint });
