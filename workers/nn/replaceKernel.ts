import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendId } from '../protocol.ts';

export type KernelCall = Parameters<KernelFunc>[0];

/**
 * Puts a kernel in the place of tfjs's on one backend; tfjs's still takes the calls for which ours returns nothing.
 * Nobody who uses the operation needs to know.
 */
export function replaceKernel(
  name: string,
  backend: BackendId,
  ours: (call: KernelCall) => TensorInfo | undefined,
): void {
  const theirs = getKernel(name, backend);
  unregisterKernel(name, backend);
  registerKernel({ ...theirs, kernelFunc: (call) => ours(call) ?? theirs.kernelFunc(call) });
}
