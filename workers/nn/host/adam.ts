import type { AdamStep } from '../adamStep.ts';

/**
 * One step of `Adam` in place, from parameter `from` on. `state` holds parameters, two moments and perhaps an average,
 * one after another.
 */
export function stepAdam(state: Float32Array, gradient: Float32Array, step: AdamStep, from = 0): void {
  const length = gradient.length;
  const [parameters, first, second] = [0, 1, 2].map((i) => state.subarray(i * length, (i + 1) * length));
  const { beta1, beta2, rate, floor, shrink } = step;
  for (let i = from; i < length; i++) {
    const slope = gradient[i];
    const m = beta1 * first[i] + slope;
    const v = beta2 * second[i] + slope * slope;
    first[i] = m;
    second[i] = v;
    parameters[i] = shrink * parameters[i] - (rate * m) / (Math.sqrt(v) + floor);
  }
  if (state.length > 3 * length) follow(state.subarray(3 * length), parameters, 1 - step.kept, from);
}

function follow(average: Float32Array, values: Float32Array, share: number, from: number): void {
  for (let i = from; i < average.length; i++) average[i] += share * (values[i] - average[i]);
}
