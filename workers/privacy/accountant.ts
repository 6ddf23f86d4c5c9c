import { gaussianDelta, gaussianEpsilon } from './analyticGaussian.ts';
import { type PrivacyEvent, normaliseEvents } from './events.ts';
import { composeLoss, MIN_PLD_DELTA } from './pld.ts';
import { deltaAt, epsilonAt } from './lossDistribution.ts';
import { rdpDelta, rdpEpsilon, rdpOf } from './rdp.ts';
import type { AccountantName, EpsilonBound } from './types.ts';
import { validateDelta, validateNonNegative } from './validate.ts';

export interface DeltaBound {
  readonly delta: number;
  readonly accountant: AccountantName;
}

/**
 * Smallest epsilon at `delta` such that all events together, adaptively composed, are (epsilon, delta)-DP under zero-out
 * or add/remove adjacency: the least of the RDP, the PLD and, for Gaussians alone, the exact bound.
 * `step` fixes the spacing of the PLD's grid: a coarse one is quicker and costs more, never less.
 * Throws `bad-settings` for an event or a delta out of range.
 */
export function epsilonOf(events: readonly PrivacyEvent[], delta: number, step?: number): EpsilonBound {
  validateDelta(delta);
  const exact = asOneGaussian(events);
  if (exact !== undefined) {
    const left = (delta - exact.delta) / (1 - exact.delta);
    const epsilon = left <= 0 ? Infinity : exact.sigma === undefined ? 0 : gaussianEpsilon(exact.sigma, left);
    return { epsilon, accountant: 'analytic-gaussian' };
  }
  const rdp = rdpEpsilon(rdpOf(events), delta).epsilon;
  const composed = delta < MIN_PLD_DELTA ? undefined : composeLoss(events, step);
  if (composed === undefined) return { epsilon: rdp, accountant: 'rdp' };
  const pld = Math.max(epsilonAt(composed.remove, delta), epsilonAt(composed.add, delta));
  return pld <= rdp ? { epsilon: pld, accountant: 'pld' } : { epsilon: rdp, accountant: 'rdp' };
}

/** Smallest delta at `epsilon` for all events together; see `epsilonOf`. */
export function deltaOf(events: readonly PrivacyEvent[], epsilon: number): DeltaBound {
  validateNonNegative(epsilon, 'epsilon');
  const exact = asOneGaussian(events);
  if (exact !== undefined) {
    const noise = exact.sigma === undefined ? 0 : gaussianDelta(exact.sigma, epsilon);
    return { delta: exact.delta + (1 - exact.delta) * noise, accountant: 'analytic-gaussian' };
  }
  const rdp = rdpDelta(rdpOf(events), epsilon);
  const composed = composeLoss(events);
  if (composed === undefined) return { delta: rdp, accountant: 'rdp' };
  const pld = Math.max(deltaAt(composed.remove, epsilon), deltaAt(composed.add, epsilon));
  return pld <= rdp ? { delta: pld, accountant: 'pld' } : { delta: rdp, accountant: 'rdp' };
}

/** The one Gaussian the events amount to (none: `sigma` undefined), where there is nothing but Gaussians. */
function asOneGaussian(events: readonly PrivacyEvent[]): { sigma?: number; delta: number } | undefined {
  const { events: merged, delta } = normaliseEvents(events);
  if (merged.length === 0) return { delta };
  const [only] = merged;
  return merged.length === 1 && only.kind === 'gaussian' ? { sigma: only.sigma, delta } : undefined;
}
