import { hold, plus, scaled, scope, valuesOf, vectorFrom, type Vector } from './tensors.ts';

/** Longest memory of the average, in steps. */
const slowestDecay = 0.999;

/** Share of the average that is kept at the given step, from 1; `slowest` at most. */
export const averageDecay = (step: number, slowest = slowestDecay): number =>
  Math.min(slowest, (1 + step) / (10 + step));

export interface AverageState {
  readonly values: Float32Array;
  readonly steps: number;
}

/**
 * Exponential moving average of parameters: smoother than the last step's, so that a model can be used at any moment.
 * It forgets faster at first, so that the first values do not linger.
 */
export class ParameterAverage {
  readonly #slowest: number;
  #values: Vector;
  #steps: number;

  /** `slowest` is the share that a step keeps at most: one less one over the memory in steps. */
  constructor(initial: Float32Array, state?: AverageState, slowest = slowestDecay) {
    this.#slowest = slowest;
    this.#values = vectorFrom(state?.values ?? initial);
    this.#steps = state?.steps ?? 0;
  }

  step(parameters: Vector): void {
    this.#steps++;
    const decay = averageDecay(this.#steps, this.#slowest);
    const before = this.#values;
    this.#values = scope(() => hold(plus(scaled(before, decay), scaled(parameters, 1 - decay))));
    before.dispose();
  }

  async save(): Promise<AverageState> {
    const steps = this.#steps;
    return { values: await valuesOf(this.#values), steps };
  }

  dispose(): void {
    this.#values.dispose();
  }
}
