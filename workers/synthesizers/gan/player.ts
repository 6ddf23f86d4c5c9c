import { Adam, type AdamOptions, type AdamState } from '../../nn/adam.ts';
import type { DenseParameters } from '../../nn/dense.ts';
import type { ParameterLayout } from '../../nn/parameters.ts';
import { scope, hold, valuesOf, vectorFrom, type Vector } from '../../nn/tensors.ts';

/** Little momentum: the opponent moves, so old gradients mislead. */
export const rivalAdam: AdamOptions = { beta1: 0.5, beta2: 0.99, epsilon: 1e-8 };

export interface PlayerCheckpoint {
  readonly parameters: Float32Array;
  readonly adam: AdamState;
}

/** One of the two networks on the device: its parameters and its optimiser. */
export class Player {
  readonly #layout: ParameterLayout;
  readonly #adam: Adam;
  #parameters: Vector;

  constructor(layout: ParameterLayout, initial: Float32Array, checkpoint?: PlayerCheckpoint) {
    this.#layout = layout;
    this.#parameters = vectorFrom(checkpoint?.parameters ?? initial);
    this.#adam = new Adam(layout.length, checkpoint?.adam, rivalAdam);
  }

  get parameters(): Vector {
    return this.#parameters;
  }

  /** Call within a scope. */
  layers(): DenseParameters[] {
    return this.#layout.layers(this.#parameters);
  }

  /** One optimiser step along gradients that were computed within the same scope. */
  step(gradients: readonly DenseParameters[], learningRate: number): void {
    const updated = scope(() => {
      const gradient = this.#layout.flatten(gradients);
      return hold(this.#adam.step(this.#parameters, gradient, learningRate));
    });
    this.#parameters.dispose();
    this.#parameters = updated;
  }

  async save(): Promise<PlayerCheckpoint> {
    const [parameters, adam] = await Promise.all([valuesOf(this.#parameters), this.#adam.save()]);
    return { parameters, adam };
  }

  dispose(): void {
    this.#parameters.dispose();
    this.#adam.dispose();
  }
}
