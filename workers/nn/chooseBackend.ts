import {
  findBackendFactory,
  getBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import { HomespunError } from '../errors.ts';
import type { BackendChoice, BackendId } from '../protocol.ts';
import { backendIds, probe, type ChosenBackend } from './probes.ts';
import { passesSelfTest, secondsPerStep } from './selfTest.ts';

/** Milliseconds from any fixed origin; a parameter so that the choice can be tested. */
type Clock = () => number;
const clock: Clock = () => performance.now();

const loaders: Readonly<Record<BackendId, () => Promise<unknown>>> = {
  webgpu: async () => (await import('./webgpuBackend.ts')).prepareWebgpu(),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  wasm: async () => (await import('./wasmBackend.ts')).prepareWasm(),
  cpu: async () => (await import('./cpuBackend.ts')).prepareCpu(),
};

export const activeBackend = (): BackendId | undefined => backendIds.find((id) => id === getBackend());

/** Makes a backend the active one and checks its arithmetic. Says what went wrong, or nothing. */
async function start(id: BackendId): Promise<string | undefined> {
  try {
    if (!findBackendFactory(id)) await loaders[id]();
    if (!(await setBackend(id))) return 'it did not start';
    return (await passesSelfTest()) ? undefined : 'it computed wrong numbers';
  } catch (cause) {
    return cause instanceof Error ? cause.message : 'it failed';
  }
}

const fail = (id: BackendId, why: string): HomespunError =>
  new HomespunError({
    code: 'no-backend',
    message: `The compute engine ${id} cannot be used here: ${why}`,
    hint: 'Choose “auto”.',
  });

/** Starts the one that was asked for, or throws `no-backend` saying why it cannot be used. */
async function insist(id: BackendId): Promise<ChosenBackend> {
  const { available, software, reason } = await probe(id);
  if (!available) throw fail(id, reason);
  const problem = await start(id);
  if (problem) throw fail(id, `${problem}.`);
  return { id, notes: software ? [reason] : [] };
}

/**
 * A graphics processor pays only where the network is large enough to hide the cost of handing work over, so it must
 * beat WebAssembly at a training step of usual size.
 */
async function fasterOf(gpu: BackendId, now: Clock): Promise<BackendId> {
  const onGpu = await secondsPerStep(now);
  if (await start('wasm')) {
    await start(gpu);
    return gpu;
  }
  const onWasm = await secondsPerStep(now);
  if (onWasm <= onGpu) return 'wasm';
  await start(gpu);
  return gpu;
}

/**
 * Sets up a backend; see `chooseBackend` in backends.ts. `without` names some that are out. Throws `no-backend` when
 * none can be used.
 */
export async function choose(
  choice: BackendChoice,
  without: readonly BackendId[] = [],
  now = clock,
): Promise<ChosenBackend> {
  if (choice !== 'auto') return insist(choice);
  const notes: string[] = [];
  for (const id of backendIds.filter((each) => !without.includes(each))) {
    const { available, software } = await probe(id);
    if (!available || software) continue;
    const problem = await start(id);
    if (problem) {
      notes.push(`${id} was left aside: ${problem}.`);
      continue;
    }
    const isGpu = id === 'webgpu' || id === 'webgl';
    return { id: isGpu && !without.includes('wasm') ? await fasterOf(id, now) : id, notes };
  }
  throw new HomespunError({
    code: 'no-backend',
    message: 'No compute engine works in this browser.',
    hint: 'Use a current version of Chrome, Edge, Firefox or Safari.',
  });
}

/** Forgets a backend whose device is gone, with everything on it, and sets up the next best. */
export async function replaceBackend(lost: BackendId): Promise<ChosenBackend> {
  const factory = findBackendFactory(lost);
  removeBackend(lost);
  // The packages register once, when they are loaded; without this the backend could never be chosen again.
  if (factory) registerBackend(lost, factory);
  return choose('auto', [lost]);
}
