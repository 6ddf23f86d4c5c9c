import { env, type TensorInfo } from '@tensorflow/tfjs-core';
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { registerHostKernels } from './hostKernels.ts';
import { registerOwn } from './ownKernels.ts';
import { replaceKernel, type KernelCall } from './replaceKernel.ts';
import { adam, heap, sparseProduct, wasmMemory } from './wasmKernels.ts';
import { RoutineSet } from './wasm/routineSet.ts';

/**
 * Names the binaries. tfjs wants all three named; the threaded one needs cross-origin isolation, which a plain static
 * host cannot give, so threads are off and its name points at the SIMD build.
 */
export function prepareWasm(): void {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plainUrl,
    'tfjs-backend-wasm-simd.wasm': simdUrl,
    'tfjs-backend-wasm-threaded-simd.wasm': simdUrl,
  });
  replaceWasmKernels();
}

/** Kernels of tfjs that are slow here for no good reason, and our own where they were measured to be quicker. */
export function replaceWasmKernels(): void {
  replaceKernel('Slice', 'wasm', sliceOfVector);
  registerHostKernels('wasm', wasmMemory, ['blockSharpen']);
  const routines = new RoutineSet();
  if (!routines.available) return;
  registerOwn('adam', 'wasm', (call) => adam(call, routines));
  for (const name of ['BatchMatMul', '_FusedMatMul']) {
    replaceKernel(name, 'wasm', (call) => sparseProduct(call, routines));
  }
}

/** tfjs copies the whole tensor out before it takes a part of it. */
function sliceOfVector({ inputs: { x }, attrs, backend }: KernelCall): TensorInfo | undefined {
  const [begin] = [attrs?.begin].flat();
  const [size] = [attrs?.size].flat();
  const fits = x?.dtype === 'float32' && x.shape.length === 1 && backend instanceof BackendWasm;
  if (!fits || typeof begin !== 'number' || typeof size !== 'number' || size < 0) return undefined;
  const part = backend.makeOutput([size], 'float32');
  // Views only now: making room may have moved the memory.
  heap(backend, part).set(heap(backend, x).subarray(begin, begin + size));
  return part;
}
