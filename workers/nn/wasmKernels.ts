import type { TensorInfo } from '@tensorflow/tfjs-core';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { AdamStep } from './adamStep.ts';
import { stepAdam } from './host/adam.ts';
import { isSparse } from './host/sparse.ts';
import type { HostMemory } from './hostKernels.ts';
import { CallReader } from './kernelCalls.ts';
import { slopeBelowZero } from './slopes.ts';
import type { KernelCall } from './replaceKernel.ts';
import type { Routines } from './wasm/routines.ts';
import type { RoutineSet } from './wasm/routineSet.ts';

export const wasmMemory: HostMemory = {
  make: (backend, shape) => wasm(backend).makeOutput(shape, 'float32'),
  // A view of the heap. Making another tensor may move it.
  values: (backend, tensor) => heap(wasm(backend), tensor),
};

function wasm(backend: unknown): BackendWasm {
  if (!(backend instanceof BackendWasm)) throw new TypeError('A WebAssembly kernel was called on another.');
  return backend;
}

/** A tensor's own numbers, until the next is made. */
export function heap(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  const values = backend.typedArrayFromHeap(tensor);
  if (!(values instanceof Float32Array)) throw new TypeError('A kernel takes numbers in single precision.');
  return values;
}

/** The step in place: four numbers at a time, then what is left. */
export function adam(call: KernelCall, routines: RoutineSet): TensorInfo[] {
  const read = new CallReader(call);
  const backend = wasm(call.backend);
  const state = heap(backend, read.input('state'));
  const gradient = heap(backend, read.input('gradient'));
  const step = read.adamStep();
  const fours = routines.on(backend);
  const done = fours ? stepFours(fours, state, gradient, step) : 0;
  stepAdam(state, gradient, step, done);
  return [];
}

/** How many parameters were taken. */
function stepFours(
  routines: Routines,
  state: Float32Array,
  gradient: Float32Array,
  { beta1, beta2, rate, floor, shrink, kept }: AdamStep,
): number {
  const { length, byteLength } = gradient;
  const taken = length & -4;
  const [values, first, second, average] = [0, 1, 2, 3].map((i) => state.byteOffset + i * byteLength);
  const to = values + 4 * taken;
  routines.stepAdam(values, first, second, gradient.byteOffset, to, beta1, beta2, rate, floor, shrink);
  if (state.length > 3 * length) routines.follow(average, values, average + 4 * taken, 1 - kept);
  return taken;
}

/** Fewer columns than this are not worth it. */
const fewestColumns = 16;

/** a x b where nearly all of `a` is 0, as in one-hot rows; undefined where it is better done as a whole. */
export function sparseProduct(
  { inputs: { a, b, bias }, attrs, backend }: KernelCall,
  routines: RoutineSet,
): TensorInfo | undefined {
  const slope = attrs?.activation ? slopeBelowZero(attrs.activation, attrs.leakyreluAlpha) : 1;
  if (!(backend instanceof BackendWasm) || slope === undefined) return undefined;
  if (attrs?.transposeA || attrs?.transposeB || a?.dtype !== 'float32' || b?.dtype !== 'float32')
    return undefined;
  if (a.shape.length !== 2 || b.shape.length !== 2 || b.shape[1] < fewestColumns) return undefined;
  const fours = routines.on(backend);
  if (!fours || !isSparse(heap(backend, a))) return undefined;
  const [rows, inner] = a.shape;
  const columns = b.shape[1];
  const made = backend.makeOutput([rows, columns], 'float32');
  const [left, right, out] = [a, b, made].map((tensor) => heap(backend, tensor));
  startFrom(out, bias && heap(backend, bias));
  fours.addSparseProduct(left.byteOffset, right.byteOffset, out.byteOffset, rows, inner, columns);
  if (slope !== 1) bend(out, slope);
  return made;
}

function startFrom(out: Float32Array, bias: Float32Array | undefined): void {
  if (!bias) out.fill(0);
  else for (let at = 0; at < out.length; at += bias.length) out.set(bias, at);
}

function bend(out: Float32Array, slope: number): void {
  for (let i = 0; i < out.length; i++) {
    const value = out[i];
    // Without a slope, 0 also for -Infinity.
    if (value < 0) out[i] = slope && slope * value;
  }
}
