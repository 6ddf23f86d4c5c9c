import type { LedgerFile } from './privacy/ledgerFile.ts';
import type { LedgerStore } from './privacy/ledgerBook.ts';

const DATABASE = 'homespun';
const STORE = 'ledgers';

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser’s storage failed.'));
  });

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

/** What was stored is checked: it may have been written by another version, or by hand. */
function asFile(value: unknown): LedgerFile | undefined {
  if (value === undefined) return undefined;
  const isFile =
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    'head' in value &&
    typeof value.text === 'string' &&
    typeof value.head === 'string';
  // A record of another shape is handed on as a text that no ledger has, and so refused as damaged.
  return isFile ? { text: String(value.text), head: String(value.head) } : { text: '', head: '' };
}

/** Ledgers in the browser's own database; they stay until the site's data is cleared. */
export function browserStore(): LedgerStore {
  let database: Promise<IDBDatabase> | undefined;
  const within = async <T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> => {
    database ??= openDatabase();
    const transaction = (await database).transaction(STORE, mode, { durability: 'strict' });
    return settled(work(transaction.objectStore(STORE)));
  };
  return {
    read: async (dataset) => asFile(await within<unknown>('readonly', (store) => store.get(dataset))),
    write: async (dataset, file) => void (await within('readwrite', (store) => store.put(file, dataset))),
    exclusively: (dataset, work) => navigator.locks.request(`ledger ${dataset}`, work),
  };
}
