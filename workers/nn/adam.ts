import {
  hold,
  minus,
  over,
  plus,
  scaled,
  scope,
  shifted,
  squared,
  squareRoot,
  valuesOf,
  vectorFrom,
  type Vector,
} from './tensors.ts';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}
const defaults: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Optimiser state on the host. */
export interface AdamState {
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly steps: number;
}

/** Adam (Kingma and Ba 2015, arXiv 1412.6980) over one parameter vector. */
export class Adam {
  readonly #options: AdamOptions;
  #first: Vector;
  #second: Vector;
  #steps: number;

  constructor(length: number, state?: AdamState, options = defaults) {
    this.#options = options;
    this.#first = vectorFrom(state?.first ?? new Float32Array(length));
    this.#second = vectorFrom(state?.second ?? new Float32Array(length));
    this.#steps = state?.steps ?? 0;
  }

  /**
   * The parameters after one step; the caller frees the old ones. The moments are kept as plain discounted sums: the
   * factors (1 - beta) of the paper and its bias correction go into the step's length, which saves passes.
   */
  step(parameters: Vector, gradient: Vector, learningRate: number): Vector {
    const { beta1, beta2, epsilon } = this.#options;
    this.#steps++;
    const firstScale = (1 - beta1) / (1 - beta1 ** this.#steps);
    const secondScale = Math.sqrt((1 - beta2) / (1 - beta2 ** this.#steps));
    const [first, second, updated] = scope(() => {
      const m = plus(scaled(this.#first, beta1), gradient);
      const v = plus(scaled(this.#second, beta2), squared(gradient));
      const direction = over(m, shifted(squareRoot(v), epsilon / secondScale));
      const moved = minus(parameters, scaled(direction, (learningRate * firstScale) / secondScale));
      return [hold(m), hold(v), hold(moved)];
    });
    this.#first.dispose();
    this.#second.dispose();
    this.#first = first;
    this.#second = second;
    return updated;
  }

  async save(): Promise<AdamState> {
    const steps = this.#steps;
    const [first, second] = await Promise.all([valuesOf(this.#first), valuesOf(this.#second)]);
    return { first, second, steps };
  }

  dispose(): void {
    this.#first.dispose();
    this.#second.dispose();
  }
}
