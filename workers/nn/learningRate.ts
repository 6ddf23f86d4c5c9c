/** Steps over which the learning rate rises to its highest. */
const warmUpSteps = 100;
/** Share of the highest learning rate left at the end. */
const lastRate = 0.01;

/** Learning rate by the share of all steps done, 0..1, and the step: rises for a moment, then falls along a cosine. */
export const learningRateAt = (highest: number, done: number, step: number): number =>
  highest *
  Math.min(1, (step + 1) / warmUpSteps) *
  (lastRate + (1 - lastRate) * 0.5 * (1 + Math.cos(Math.PI * done)));
