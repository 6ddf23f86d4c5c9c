/** Longest memory of the average, in steps. */
export const slowestDecay = 0.999;

/**
 * Share of the running average of parameters that is kept at the given step, from 1; `slowest` at most. It forgets
 * faster at first, so that the first values do not linger. An average is smoother than the last step's parameters, so
 * that a model can be used at any moment.
 */
export const averageDecay = (step: number, slowest = slowestDecay): number =>
  Math.min(slowest, (1 + step) / (10 + step));
