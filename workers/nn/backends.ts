/**
 * What the pipeline needs of backends. Nothing here loads tfjs: it and the backend's code arrive when one is chosen.
 */
import type { BackendChoice, BackendId } from '../protocol.ts';
import { backendIds, probe, type ChosenBackend } from './probes.ts';

/** What runs here, for the page. Starts nothing. */
export const backendSupport = (): Promise<{ id: BackendId; available: boolean; reason: string }[]> =>
  Promise.all(
    backendIds.map(async (id) => {
      const { available, reason } = await probe(id);
      return { id, available, reason };
    }),
  );

/**
 * Sets up the backend that was asked for, or throws `no-backend` saying why it cannot be used. `auto` takes the first
 * of WebGPU, WebGL, WebAssembly and plain JavaScript that is there in hardware, computes right and is not slower than
 * WebAssembly.
 */
export async function chooseBackend(choice: BackendChoice): Promise<ChosenBackend> {
  const { choose } = await import('./chooseBackend.ts');
  return choose(choice);
}
