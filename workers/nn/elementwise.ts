import type { Tensor } from '@tensorflow/tfjs-core';
import { hasOwn, runOwn } from './ownKernels.ts';

/**
 * Formulae over the elements of tensors of one shape, for backends with a kernel for them: a, b, c are the tensors'
 * elements; p, q, r constants. In WGSL.
 */
export const formulae = {
  /** a through an activation with output b and slope p below 0. What is not a number lets all through. */
  gated: 'a * select(1.0, p, b <= 0.0)',
  timesPlus: 'a * b + c',
  plusScaled: 'a + p * b',
  scaledTimesMinus: 'p * a * b - c',
  scaledMinus: 'p * (a - q * b)',
  /** p (logistic(a) - q) */
  logisticError: 'p * (1.0 / (1.0 + exp(-a)) - q)',
  /** log(1 + exp(p a)), without overflow. */
  softPlus: 'max(p * a, 0.0) + log(1.0 + exp(-abs(a)))',
  /** A point of a normal with mean a and log variance b, c standard deviations off. */
  normalPoint: 'a + exp(0.5 * clamp(b, p, q)) * c',
  /** Gradient by b of such a point's a times, and of r times its divergence; c as there. */
  spreadGradient: '0.5 * (a * exp(0.5 * clamp(b, p, q)) * c + r * (exp(clamp(b, p, q)) - 1.0))',
  /** Twice the divergence of a normal with mean a and log variance b from the standard normal. */
  divergence: 'a * a + exp(clamp(b, p, q)) - clamp(b, p, q) - 1.0',
} as const;

export type Formula = keyof typeof formulae;

/** The formula over tensors of one shape, which it has as well; by `otherwise` where no kernel does it in one pass. */
export function combined<T extends Tensor>(
  formula: Formula,
  tensors: readonly T[],
  constants: readonly number[],
  otherwise: () => T,
): T {
  if (!hasOwn('elementwise')) return otherwise();
  const inputs = Object.fromEntries(tensors.map((tensor, i) => [`values${i}`, tensor]));
  return runOwn<T>('elementwise', inputs, { formula, constants: [...constants] });
}
