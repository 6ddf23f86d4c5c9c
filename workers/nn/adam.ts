import { averageDecay } from './average.ts';
import { adamVectors, type AdamVectors } from './adamVectors.ts';
import type { Vector } from './tensors.ts';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Pulls parameters to 0 beside the gradient: AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101). */
  readonly weightDecay: number;
  /** Share of the running average that a step keeps at most; undefined where no average is wanted. */
  readonly slowestAverage: number | undefined;
}

const defaults: AdamOptions = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  slowestAverage: undefined,
};

/** All that training goes on from, on the host. */
export interface AdamState {
  /** Parameters, first and second moments and, where one is kept, the average, one after another. */
  readonly values: Float32Array;
  readonly steps: number;
}

/**
 * Adam (Kingma and Ba 2015, arXiv 1412.6980) over one parameter vector on the device, with a running average of the
 * parameters where it is wanted. The moments are kept as plain discounted sums: the factors (1 - beta) of the paper and
 * its bias correction go into the step's length, which saves passes.
 */
export class Adam {
  readonly #options: AdamOptions;
  readonly #length: number;
  readonly #vectors: AdamVectors;
  #steps: number;

  /** From `initial`, or where `state` left off. */
  constructor(initial: Float32Array, options: Partial<AdamOptions> = {}, state?: AdamState) {
    this.#options = { ...defaults, ...options };
    this.#length = initial.length;
    this.#steps = state?.steps ?? 0;
    this.#vectors = adamVectors(state?.values ?? this.#fresh(initial), initial.length);
  }

  /** A vector that begins with the parameters. The next step changes it or puts another in its place. */
  get parameters(): Vector {
    return this.#vectors.parameters;
  }

  /** One step against the gradient. */
  step(gradient: Vector, learningRate: number): void {
    const { beta1, beta2, epsilon, weightDecay, slowestAverage } = this.#options;
    this.#steps++;
    const firstScale = (1 - beta1) / (1 - beta1 ** this.#steps);
    const secondScale = Math.sqrt((1 - beta2) / (1 - beta2 ** this.#steps));
    this.#vectors.step(gradient, {
      beta1,
      beta2,
      rate: (learningRate * firstScale) / secondScale,
      floor: epsilon / secondScale,
      shrink: 1 - learningRate * weightDecay,
      kept: averageDecay(this.#steps, slowestAverage),
    });
  }

  async save(): Promise<AdamState> {
    const steps = this.#steps;
    return { values: await this.#vectors.values(), steps };
  }

  /** The averaged parameters, or the last ones where no average is kept, on the host. */
  async averaged(): Promise<Float32Array> {
    return (await this.#vectors.values()).slice(-this.#length);
  }

  dispose(): void {
    this.#vectors.dispose();
  }

  #fresh(initial: Float32Array): Float32Array {
    const averaged = this.#options.slowestAverage !== undefined;
    const values = new Float32Array(initial.length * (averaged ? 4 : 3));
    values.set(initial);
    if (averaged) values.set(initial, 3 * initial.length);
    return values;
  }
}
