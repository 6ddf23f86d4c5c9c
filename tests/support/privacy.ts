import type { EnginePrivacy } from '../../workers/engine.ts';
import { SecureRandom } from '../../workers/privacy/csprng.ts';
import { memoryStore } from '../../workers/privacy/ledgerBook.ts';
import { PrivateRun } from '../../workers/privacy/privateRun.ts';

/** Private runs that can be repeated exactly: randomness from a known key, ledgers in memory, a clock that stands. */
export function knownPrivacy(key = 1, more: Partial<EnginePrivacy> = {}): EnginePrivacy {
  let runs = 0;
  return {
    store: memoryStore(),
    mechanisms: (events, charge) =>
      new PrivateRun(events, SecureRandom.expanding(Uint32Array.of(key, 0, 0, 0, 0, 0, 0, runs)), charge),
    clock: () => Date.UTC(2026, 0, 1),
    runName: () => `run ${++runs}`,
    ...more,
  };
}
