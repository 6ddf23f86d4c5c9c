import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AdamStep } from './adamStep.ts';
import type { KernelCall } from './replaceKernel.ts';

/** Reads what a kernel was called with. All throw where it is missing or of another kind: an error of ours. */
export class CallReader {
  readonly #call: KernelCall;

  constructor(call: KernelCall) {
    this.#call = call;
  }

  input(name: string): TensorInfo {
    const found = this.#call.inputs[name];
    if (!found) throw new TypeError(`A kernel has no input ${name}.`);
    return found;
  }

  optional(name: string): TensorInfo | undefined {
    return this.#call.inputs[name];
  }

  number(name: string): number {
    const found = this.#call.attrs?.[name];
    if (typeof found !== 'number') throw new TypeError(`A kernel has no number ${name}.`);
    return found;
  }

  flag(name: string): boolean {
    return this.#call.attrs?.[name] === true;
  }

  word(name: string): string {
    const found = this.#call.attrs?.[name];
    if (typeof found !== 'string') throw new TypeError(`A kernel has no word ${name}.`);
    return found;
  }

  numbers(name: string): number[] {
    const found = this.#call.attrs?.[name];
    if (!Array.isArray(found)) throw new TypeError(`A kernel has no numbers ${name}.`);
    return found.map(Number);
  }

  adamStep(): AdamStep {
    const names = ['beta1', 'beta2', 'rate', 'floor', 'shrink', 'kept'] as const;
    const [beta1, beta2, rate, floor, shrink, kept] = names.map((name) => this.number(name));
    return { beta1, beta2, rate, floor, shrink, kept };
  }

  /** Inputs `name0`, `name1` and so on. */
  series(name: string): TensorInfo[] {
    const found: TensorInfo[] = [];
    for (let i = 0; this.#call.inputs[name + i]; i++) found.push(this.input(name + i));
    return found;
  }
}

export const sizeOf = ({ shape }: TensorInfo): number => shape.reduce((size, each) => size * each, 1);
