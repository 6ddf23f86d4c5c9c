import type { AdamStep } from './adamStep.ts';
import { hasOwn, runOwn } from './ownKernels.ts';
import {
  hold,
  minus,
  over,
  plus,
  readOut,
  scaled,
  scope,
  shifted,
  squared,
  squareRoot,
  valuesOf,
  vectorAt,
  vectorFrom,
  type Vector,
} from './tensors.ts';

/** Parameters, moments and average on the device. */
export interface AdamVectors {
  /** Begins with the parameters. */
  readonly parameters: Vector;
  step(gradient: Vector, step: AdamStep): void;
  /** All of them one after another, on the host. */
  values(): Promise<Float32Array>;
  dispose(): void;
}

/** From values one after another, each `length` long; the average may be missing. */
export const adamVectors = (values: Float32Array, length: number): AdamVectors =>
  hasOwn('adam') ? new PackedVectors(values, length) : new SeparateVectors(values, length);

/** All in one tensor that a kernel changes in place. */
class PackedVectors implements AdamVectors {
  readonly parameters: Vector;
  readonly #length: number;

  constructor(values: Float32Array, length: number) {
    // A copy: on some backends a tensor is the array it was made from.
    this.parameters = vectorFrom(values.slice());
    this.#length = length;
  }

  step(gradient: Vector, step: AdamStep): void {
    runOwn('adam', { state: this.parameters, gradient }, { ...step, length: this.#length });
  }

  /** Of a copy: a tensor that was read remembers what it held then. */
  values(): Promise<Float32Array> {
    return readOut(() => vectorAt(this.parameters, 0, this.parameters.size));
  }

  dispose(): void {
    this.parameters.dispose();
  }
}

/** One tensor each, made anew by each step. */
class SeparateVectors implements AdamVectors {
  #vectors: Vector[];

  constructor(values: Float32Array, length: number) {
    this.#vectors = Array.from({ length: values.length / length }, (_, i) =>
      vectorFrom(values.slice(i * length, (i + 1) * length)),
    );
  }

  get parameters(): Vector {
    return this.#vectors[0];
  }

  step(gradient: Vector, { beta1, beta2, rate, floor, shrink, kept }: AdamStep): void {
    const before = this.#vectors;
    const [parameters, first, second, ...average] = before;
    this.#vectors = scope(() => {
      const m = plus(scaled(first, beta1), gradient);
      const v = plus(scaled(second, beta2), squared(gradient));
      const shrunk = shrink === 1 ? parameters : scaled(parameters, shrink);
      const moved = minus(shrunk, scaled(over(m, shifted(squareRoot(v), floor)), rate));
      const averaged = average.map((each) => plus(scaled(each, kept), scaled(moved, 1 - kept)));
      return [moved, m, v, ...averaged].map(hold);
    });
    for (const tensor of before) tensor.dispose();
  }

  async values(): Promise<Float32Array> {
    const parts = await Promise.all(this.#vectors.map(valuesOf));
    const values = new Float32Array(parts.length * parts[0].length);
    parts.forEach((part, i) => values.set(part, i * part.length));
    return values;
  }

  dispose(): void {
    for (const tensor of this.#vectors) tensor.dispose();
  }
}
