import { describe, expect, test } from 'vitest';
import { RunControl } from '../../../workers/control.ts';
import { HomespunError } from '../../../workers/errors.ts';
import { budgetRun, type RunBudget } from '../../../workers/privatePlan.ts';
import { runPrivately } from '../../../workers/privateFit.ts';
import { runs, type RunPlan } from '../../../workers/privacy/ledger.ts';
import { LedgerBook, type LedgerStore, memoryStore } from '../../../workers/privacy/ledgerBook.ts';
import { parseLedger, serialiseLedger } from '../../../workers/privacy/ledgerFile.ts';
import { privacyStatement } from '../../../workers/privacy/privacyStatement.ts';
import { independent } from '../../../workers/synthesizers/independent/fit.ts';
import { knownPrivacy } from '../../support/privacy.ts';
import { categories, numbers, tableOf } from '../profile/tables.ts';

const DATASET = '0a'.repeat(32);
const DELTA = 1e-6;
const event = { kind: 'discreteGaussian', sigma: 10, sensitivity: 1, count: 4 } as const;
const plan = (run: string): RunPlan => ({
  run,
  label: 'independent',
  unit: { kind: 'row' },
  events: [{ purpose: 'counts', event }],
  startedAt: 0,
});
const bookOf = (store: LedgerStore): LedgerBook => new LedgerBook(DATASET, store);
/** A book with one run of so many charges, left open. */
async function opened(run: string, charges: number, store = memoryStore()): Promise<LedgerBook> {
  const book = bookOf(store);
  await book.plan(plan(run));
  await book.charge(run, 0, charges);
  return book;
}

/** A store whose writes fail from the given one on. */
function failingStore(from: number): LedgerStore {
  const store = memoryStore();
  let writes = 0;
  return {
    ...store,
    write: (dataset, file) =>
      ++writes >= from ? Promise.reject(new Error('The disk is full.')) : store.write(dataset, file),
  };
}

describe('the ledger of a file', () => {
  test('adds up over books on one store, whoever writes when', async () => {
    const store = memoryStore();
    const books = [bookOf(store), bookOf(store)];
    await Promise.all(books.map((book, i) => book.plan(plan(`run ${i}`))));
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => books[i % 2].charge(`run ${Math.floor(i / 4)}`, 0, 1)),
    );
    for (const book of books)
      expect(runs(await book.read()).map(({ charged }) => charged)).toEqual([[4], [4]]);
    const [both] = (await books[0].view(DELTA)).totals;
    const [alone] = (await (await opened('alone', 4)).view(DELTA)).totals;
    expect(both.epsilon).toBeGreaterThan(alone.epsilon * 1.3);
    expect(both.epsilon).toBeLessThan(alone.epsilon * 2);
  });

  test('of another file on the same store is another one', async () => {
    const store = memoryStore();
    await opened('a', 4, store);
    expect((await new LedgerBook('ff'.repeat(32), store).read()).records).toEqual([]);
  });

  test('counts runs without a guarantee, keeps them with it, and says so in the statement', async () => {
    const store = memoryStore();
    const book = await opened('a', 3, store);
    await book.unprotected('vae', 0);
    expect((await book.view(DELTA)).unprotected).toBe(1);
    const text = privacyStatement(await book.read(), { delta: DELTA, publicFacts: [], outside: [] });
    expect(text.join('\n')).toContain('1 further run on the same data was made without differential privacy');
    const other = bookOf(memoryStore());
    await other.load(await book.save());
    expect(await other.read()).toEqual(await book.read());
    const without = await opened('a', 3);
    await expect(book.load(await without.save())).rejects.toThrow('lacks');
  });

  test('comes back from what was saved', async () => {
    const book = await opened('a', 3);
    await book.close('a', 'finished', false);
    const other = bookOf(memoryStore());
    await other.load(await book.save());
    expect(await other.read()).toEqual(await book.read());
  });

  test('that was changed is told as damaged, and nothing more is charged to it', async () => {
    const store = memoryStore();
    const book = await opened('a', 3, store);
    const file = await store.read(DATASET);
    const lines = (file?.text ?? '').split('\n');
    const damages: Readonly<Record<string, { text: string; head: string }>> = {
      edited: { text: (file?.text ?? '').replace('\\"count\\":3', '\\"count\\":1'), head: file?.head ?? '' },
      truncated: { text: lines.slice(0, 2).join('\n'), head: file?.head ?? '' },
      emptied: { text: '', head: '' },
    };
    for (const [how, damaged] of Object.entries(damages)) {
      expect(damaged.text, how).not.toBe(file?.text);
      await store.write(DATASET, damaged);
      expect((await book.view(DELTA)).damaged, how).toContain('not as it was written');
      await expect(book.plan(plan('b')), how).rejects.toMatchObject({ code: 'bad-file' });
      await expect(book.charge('a', 0, 1), how).rejects.toMatchObject({ code: 'bad-file' });
    }
    const good = await opened('a', 3);
    await book.load(await good.save());
    expect((await book.view(DELTA)).damaged).toBeUndefined();
  });
});

describe('a saved ledger is refused', () => {
  const refused = async (book: LedgerBook, text: string, word: string): Promise<void> => {
    const before = await book.read();
    await expect(book.load(text)).rejects.toMatchObject({ code: 'bad-file' });
    await expect(book.load(text)).rejects.toThrow(word);
    expect(await book.read()).toEqual(before);
  };

  test('where a line was edited, or is missing', async () => {
    const book = await opened('a', 3);
    const text = await book.save();
    await refused(book, text.replace('\\"count\\":3', '\\"count\\":1'), 'changed');
    const lines = text.trimEnd().split('\n');
    await refused(book, [lines[0], ...lines.slice(2)].join('\n'), 'changed');
    await refused(book, 'no ledger', 'not JSON');
    await refused(book, '', 'not JSON');
  });

  test('where it ends early', async () => {
    const book = await opened('a', 3);
    const [header, planned] = (await book.save()).split('\n');
    await refused(book, `${header}\n${planned}\n`, 'lacks');
    await refused(book, `${header}\n`, 'lacks');
  });

  test('where it is another file’s', async () => {
    const foreign = new LedgerBook('ee'.repeat(32), memoryStore());
    await foreign.plan(plan('a'));
    await refused(await opened('a', 3), await foreign.save(), 'another file');
  });

  test('where it lacks a run that is on record', async () => {
    const longer = await opened('b', 4);
    for (let i = 0; i < 5; i++) await longer.plan(plan(`more ${i}`));
    await refused(await opened('a', 1), await longer.save(), 'lacks');
  });

  test('where it lacks a charge that is on record, however much else it has', async () => {
    const store = memoryStore();
    const early = await opened('a', 1);
    await early.plan(plan('b'));
    await early.charge('b', 0, 4);
    await early.close('b', 'finished', false);
    await refused(await opened('a', 3, store), await early.save(), 'lacks');
  });

  test('where a run that is on record has a cheaper plan in it', async () => {
    const cheap = bookOf(memoryStore());
    await cheap.plan({ ...plan('a'), events: [{ purpose: 'counts', event: { ...event, sigma: 1000 } }] });
    await cheap.charge('a', 0, 3);
    await refused(await opened('a', 3), await cheap.save(), 'lacks');
  });

  test('where the store cannot be read', async () => {
    const store = memoryStore();
    const broken: LedgerStore = {
      ...store,
      read: () => Promise.reject(new Error('The database is locked.')),
    };
    const text = (await serialiseLedger(await parseLedger(await (await opened('a', 3)).save()))).text;
    await expect(bookOf(broken).load(text)).rejects.toThrow('locked');
    expect(await store.read(DATASET)).toBeUndefined();
  });
});

describe('a private run', () => {
  const table = tableOf(
    numbers('age', [1, 2, 3, 4, 5, 6]),
    categories('sex', [0, 1, 0, 1, 0, 1], ['f', 'm']),
  );
  const budget: RunBudget = budgetRun(
    table.schema,
    { units: 6, rowsPerUnit: 1, columns: 2, epsilon: 1, delta: 1e-10 },
    independent,
    { epochs: null },
    { epsilon: 1, delta: null, person: null, profileShare: null },
    1e-10,
  );
  const planned = budget.events.map(({ event: { ...each } }) => ('count' in each ? each.count : each.steps));

  /** What is on record after a run that pays for its first event and then does `then`. */
  async function onRecord(
    then: (control: RunControl) => Promise<void> | void,
    store = memoryStore(),
  ): Promise<{ outcome: string; charged: readonly number[]; thrown: unknown }> {
    const control = new RunControl();
    const book = bookOf(store);
    const { mechanisms, clock, runName } = knownPrivacy();
    const thrown: unknown = await runPrivately(
      budget,
      'test',
      { book, mechanisms, clock, runName },
      control,
      async (run) => {
        await run.prepay(0);
        await then(control);
      },
    ).catch((cause: unknown) => cause);
    control.close();
    const [{ outcome, charged }] = runs(await book.read());
    return { outcome, charged, thrown };
  }
  const first = planned.map((count, i) => (i === 0 ? count : 0));

  test('that finishes has paid for what it asked', async () => {
    expect(await onRecord(() => undefined)).toEqual({
      outcome: 'finished',
      charged: first,
      thrown: undefined,
    });
  });

  test('that was cancelled has paid for what it asked, and is told as stopped', async () => {
    const { outcome, charged, thrown } = await onRecord(async (control) => {
      control.stop('discard');
      await control.checkpoint();
    });
    expect({ outcome, charged }).toEqual({ outcome: 'stopped', charged: first });
    expect(thrown).toMatchObject({ code: 'stopped' });
  });

  test('that was stopped and kept has paid for its whole plan', async () => {
    const { outcome, charged, thrown } = await onRecord((control) => {
      control.stop('keep');
    });
    expect({ outcome, charged, thrown }).toEqual({ outcome: 'stopped', charged: planned, thrown: undefined });
  });

  test('that failed has paid for its whole plan: when it failed may tell of rows', async () => {
    const failure = new HomespunError({ code: 'failed', message: 'No luck.' });
    expect(await onRecord(() => Promise.reject(failure))).toEqual({
      outcome: 'failed',
      charged: planned,
      thrown: failure,
    });
  });

  test('that was cut off between charge and close has paid, and is told as open', async () => {
    // Writes: the plan, the first charge, and then the end, which fails.
    const { outcome, charged, thrown } = await onRecord(() => undefined, failingStore(3));
    expect({ outcome, charged }).toEqual({ outcome: 'open', charged: first });
    expect(thrown).toMatchObject({ message: 'The disk is full.' });
  });

  test('is not begun where it cannot be entered', async () => {
    let begun = false;
    const { mechanisms, clock, runName } = knownPrivacy();
    const book = bookOf(failingStore(1));
    const control = new RunControl();
    await expect(
      runPrivately(budget, 'test', { book, mechanisms, clock, runName }, control, async () => {
        begun = true;
      }),
    ).rejects.toThrow('full');
    control.close();
    expect(begun).toBe(false);
  });

  test('whose charge cannot be kept gets no answer', async () => {
    const { mechanisms, clock, runName } = knownPrivacy();
    const book = bookOf(failingStore(2));
    const control = new RunControl();
    let answered = false;
    const work = runPrivately(budget, 'test', { book, mechanisms, clock, runName }, control, async (run) => {
      await run.prepay(0);
      answered = true;
    });
    await expect(work).rejects.toThrow('full');
    control.close();
    expect(answered).toBe(false);
  });
});
