import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendId } from '../protocol.ts';
import {
  blockErrors,
  gradientThroughBlocks,
  scaleBlocks,
  sharpenBlocks,
  softmaxBlocks,
} from './host/blocks.ts';
import { stepAdam } from './host/adam.ts';
import { CallReader } from './kernelCalls.ts';
import { registerOwn } from './ownKernels.ts';
import type { KernelCall } from './replaceKernel.ts';

/** Where a backend that computes on the processor keeps its tensors. */
export interface HostMemory {
  /** A tensor yet to be written. May move the others. */
  make(backend: unknown, shape: number[]): TensorInfo;
  /** The tensor's own numbers, until the next is made. */
  values(backend: unknown, tensor: TensorInfo): Float32Array;
}

/** A kernel call and the numbers in it. */
class HostCall extends CallReader {
  readonly #backend: unknown;
  readonly #memory: HostMemory;

  constructor(call: KernelCall, memory: HostMemory) {
    super(call);
    this.#backend = call.backend;
    this.#memory = memory;
  }

  make(shape: number[]): TensorInfo {
    return this.#memory.make(this.#backend, shape);
  }

  of(tensor: TensorInfo): Float32Array {
    return this.#memory.values(this.#backend, tensor);
  }

  values(name: string): Float32Array {
    return this.of(this.input(name));
  }

  valuesIfAny(name: string): Float32Array | undefined {
    const found = this.optional(name);
    return found && this.of(found);
  }

  /** A tensor shaped as an input, filled by `fill`. */
  like(name: string, fill: (out: Float32Array) => void): TensorInfo {
    const made = this.make([...this.input(name).shape]);
    fill(this.of(made));
    return made;
  }
}

const kernels = {
  blockSoftmax: (call: HostCall) =>
    call.like('logits', (out) =>
      softmaxBlocks(
        call.values('logits'),
        call.valuesIfAny('more'),
        call.number('factor'),
        call.values('starts'),
        out,
      ),
    ),
  blockCrossEntropy,
  blockSharpen: (call: HostCall) =>
    call.like('shares', (out) => sharpenBlocks(call.values('shares'), call.values('starts'), out)),
  blockScaled: (call: HostCall) =>
    call.like('matrix', (out) =>
      scaleBlocks(call.values('matrix'), call.values('factors'), call.values('starts'), out),
    ),
  throughSoftmax: (call: HostCall) =>
    call.like('soft', (out) =>
      gradientThroughBlocks(
        call.values('soft'),
        call.values('gradient'),
        call.values('free'),
        call.number('factor'),
        call.values('starts'),
        out,
      ),
    ),
  adam: (call: HostCall) => {
    stepAdam(call.values('state'), call.values('gradient'), call.adamStep());
    return [];
  },
};

function blockCrossEntropy(call: HostCall): TensorInfo[] {
  const { shape } = call.input('logits');
  const blocks = call.input('starts').shape[0] - 1;
  const gradient = call.make([...shape]);
  const losses = call.flag('losses') ? call.make([shape[0], blocks]) : undefined;
  const [errors, starts] = [call.of(gradient), call.values('starts')];
  softmaxBlocks(call.values('logits'), undefined, 1, starts, errors);
  blockErrors(
    errors,
    call.values('targets'),
    call.valuesIfAny('weights'),
    call.number('rowWeight'),
    starts,
    losses && call.of(losses),
  );
  return losses ? [gradient, losses] : [gradient];
}

/**
 * Gives a backend some kernels in plain JavaScript: one pass over the numbers where tfjs takes several, and products
 * with 0/1 matrices.
 */
export function registerHostKernels(
  backend: BackendId,
  memory: HostMemory,
  names: readonly (keyof typeof kernels)[],
): void {
  for (const name of names) {
    const work: (call: HostCall) => TensorInfo | TensorInfo[] = kernels[name];
    registerOwn(name, backend, (call) => work(new HostCall(call, memory)));
  }
}
