import {
  engine,
  getBackend,
  getKernel,
  registerKernel,
  type KernelConfig,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendId } from '../protocol.ts';
import type { KernelCall } from './replaceKernel.ts';

/**
 * Kernels beside those of tfjs: each does in one pass what is else a chain of operations. A backend has those that were
 * measured to be worth it there; whoever uses one has the chain at hand for the others.
 */
export type OwnKernel =
  | 'product'
  | 'gradients'
  | 'adam'
  | 'blockSoftmax'
  | 'blockSharpen'
  | 'blockCrossEntropy'
  | 'blockScaled'
  | 'throughSoftmax'
  | 'weightedSum'
  | 'rowSquares'
  | 'elementwise';

/** Sets them apart from kernels of tfjs, by which tests and benches find them. */
export const ownPrefix = 'Homespun';

const registered = (kernel: OwnKernel): KernelConfig | undefined =>
  getKernel(ownPrefix + kernel, getBackend());

/** Whether the active backend has it. */
export const hasOwn = (kernel: OwnKernel): boolean => registered(kernel) !== undefined;

export type OwnInputs = Readonly<Record<string, Tensor | undefined>>;
export type OwnAttributes = Readonly<Record<string, number | number[] | boolean | boolean[] | string>>;

/** What the kernel makes on the active backend, which must have it. The scope keeps track of it. */
export function runOwn<T extends Tensor | Tensor[]>(
  kernel: OwnKernel,
  inputs: OwnInputs,
  attributes: OwnAttributes,
): T {
  const present: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(inputs)) if (tensor) present[name] = tensor;
  return engine().runKernel<T>(ownPrefix + kernel, present, { ...attributes });
}

/** Gives a backend a kernel. */
export function registerOwn(
  kernel: OwnKernel,
  backendName: BackendId,
  kernelFunc: (call: KernelCall) => TensorInfo | TensorInfo[],
): void {
  registerKernel({ kernelName: ownPrefix + kernel, backendName, kernelFunc });
}
