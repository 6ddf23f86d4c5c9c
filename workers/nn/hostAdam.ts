import { averageDecay } from './average.ts';

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/**
 * Parameters, Adam's moments and the running average on the host, for private training: all that is left to do once a
 * sum has its noise, in one pass over the array. Same formulae as `Adam` and `ParameterAverage`.
 */
export class HostAdam {
  readonly values: Float32Array;
  /** Exponential moving average of the values. */
  readonly average: Float32Array;
  readonly #first: Float32Array;
  readonly #second: Float32Array;
  #steps = 0;

  constructor(initial: Float32Array) {
    this.values = initial.slice();
    this.average = initial.slice();
    this.#first = new Float32Array(initial.length);
    this.#second = new Float32Array(initial.length);
  }

  /** One step along `sum` / `divisor`. */
  step(sum: Float32Array, divisor: number, learningRate: number): void {
    this.#steps++;
    const [values, average, first, second] = [this.values, this.average, this.#first, this.#second];
    const firstScale = (1 - beta1) / (1 - beta1 ** this.#steps);
    const secondScale = Math.sqrt((1 - beta2) / (1 - beta2 ** this.#steps));
    const rate = (learningRate * firstScale) / secondScale;
    const floor = epsilon / secondScale;
    const kept = averageDecay(this.#steps);
    const share = 1 / divisor;
    for (let i = 0; i < values.length; i++) {
      const gradient = sum[i] * share;
      const m = beta1 * first[i] + gradient;
      const v = beta2 * second[i] + gradient * gradient;
      first[i] = m;
      second[i] = v;
      const value = values[i] - (rate * m) / (Math.sqrt(v) + floor);
      values[i] = value;
      average[i] += (1 - kept) * (value - average[i]);
    }
  }
}
