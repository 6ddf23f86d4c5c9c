import { backend } from '@tensorflow/tfjs-core';

/** What WebGPU's backend of tfjs collects commands with. */
interface CommandQueue {
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

const isCommandQueue = (active: object): active is CommandQueue =>
  ['ensureCommandEncoderReady', 'endComputePassEncoder', 'submitQueue'].every((name) => name in active);

/**
 * Hands what was asked of a graphics processor over to it, in one go, where the backend collects commands; it would
 * else wait for the next reading. Called once a step.
 */
export function submit(): void {
  const active = backend();
  if (!isCommandQueue(active)) return;
  active.ensureCommandEncoderReady();
  active.endComputePassEncoder();
  active.submitQueue();
}
