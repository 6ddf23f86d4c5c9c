import type { AdamOptions } from '../../nn/adam.ts';

/** Little momentum: the opponent moves, so old gradients mislead. */
export const rivalAdam: Partial<AdamOptions> = { beta1: 0.5, beta2: 0.99, epsilon: 1e-8 };
