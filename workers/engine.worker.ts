import { expose } from 'comlink';
import { HomespunEngine } from './engine.ts';
import { browserStore } from './ledgerStore.ts';
import { SecureRandom } from './privacy/csprng.ts';
import { PrivateRun } from './privacy/privateRun.ts';

expose(
  new HomespunEngine(() => performance.now(), {
    store: browserStore(),
    mechanisms: (events, charge) => new PrivateRun(events, SecureRandom.system(), charge),
    clock: () => Date.now(),
    runName: () => crypto.randomUUID(),
  }),
);
