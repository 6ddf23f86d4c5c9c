import { expose } from 'comlink';
import { HomespunEngine } from './engine.ts';
import { browserStore } from './ledgerStore.ts';
import { SecureRandom } from './privacy/csprng.ts';
import { PrivateRun } from './privacy/privateRun.ts';
import { WorkerScorer } from './workerScorer.ts';

/** Threads for assessments: this one and the page rest meanwhile. Each holds a copy of the tables. */
const scorerThreads = Math.max(1, Math.min(2, navigator.hardwareConcurrency));

expose(
  new HomespunEngine(
    () => performance.now(),
    {
      store: browserStore(),
      mechanisms: (events, charge) => new PrivateRun(events, SecureRandom.system(), charge),
      clock: () => Date.now(),
      runName: () => crypto.randomUUID(),
    },
    { start: () => new WorkerScorer(), threads: scorerThreads },
  ),
);
