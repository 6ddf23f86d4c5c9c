import { type PrivacyEvent, normaliseEvents } from './events.ts';
import { sampledGaussianRdp } from './sampledGaussianRdp.ts';
import { log1mExp, logAddExp, logExpm1 } from './special.ts';

/** Renyi divergence bounds of a composition: one value an order (Mironov 2017, arXiv 1702.07476). They add up. */
export interface RdpCurve {
  /** Each above 1. */
  readonly orders: Float64Array;
  readonly rdp: Float64Array;
  /** Chance that a bare failure strikes, outside the curve. */
  readonly delta: number;
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

/**
 * Tenths up to 10.9 cost real-order quadrature and matter for epsilon above 2; integers to 63 the usual range; the
 * long tail small epsilons.
 */
export const DEFAULT_ORDERS = Float64Array.from([
  ...[1.01, 1.02, 1.05],
  ...range(11, 109, 1).map((tenths) => tenths / 10),
  ...range(11, 63, 1),
  ...[72, 80, 96, 112, 128, 160, 192, 256, 384, 512, 768, 1024],
]);

/** The RDP curve of heterogeneous events, self-compositions included. */
export function rdpOf(events: readonly PrivacyEvent[], orders: Float64Array = DEFAULT_ORDERS): RdpCurve {
  const { events: merged, delta } = normaliseEvents(events);
  const rdp = new Float64Array(orders.length);
  let logSurvival = Math.log1p(-delta);
  for (const event of merged) {
    const { curve, count } = eventCurve(event, orders);
    for (let i = 0; i < rdp.length; i++) rdp[i] += count * curve[i];
    if (event.kind === 'approxDp') logSurvival += count * Math.log1p(-event.delta);
  }
  return { orders, rdp, delta: -Math.expm1(logSurvival) };
}

function eventCurve(event: PrivacyEvent, orders: Float64Array): { curve: Float64Array; count: number } {
  switch (event.kind) {
    case 'gaussian':
      return { curve: orders.map((a) => a / (2 * event.sigma ** 2)), count: event.count };
    case 'discreteGaussian': // Canonne, Kamath and Steinke 2020, Theorem 4: never more than the continuous one
      return {
        curve: orders.map((a) => (a * event.sensitivity ** 2) / (2 * event.sigma ** 2)),
        count: event.count,
      };
    case 'sampledGaussian':
      return { curve: sampledGaussianRdp(event.q, event.sigma, orders), count: event.steps };
    case 'laplace':
      return { curve: orders.map((a) => laplaceRdp(1 / event.scale, a)), count: event.count };
    case 'discreteLaplace':
      return { curve: orders.map((a) => pureRdp(1 / event.scale, a)), count: event.count };
    case 'exponential':
      return { curve: orders.map((a) => exponentialRdp(event.epsilon, a)), count: event.count };
    case 'approxDp':
      return { curve: orders.map((a) => pureRdp(event.epsilon, a)), count: event.count };
  }
}

/** Laplace at epsilon = sensitivity / scale (Mironov 2017, Table II). */
function laplaceRdp(epsilon: number, a: number): number {
  const excess = ((a - 1) * Math.expm1((1 - 2 * a) * epsilon)) / (2 * a - 1);
  return Math.max(0, epsilon + Math.log1p(excess) / (a - 1));
}

/**
 * Randomised response at epsilon, the worst of all pure mechanisms (Mironov 2017, Table II and Proposition 5). The
 * moment minus 1 factors into (e^(a epsilon) - 1)(1 - e^((1 - a) epsilon)) / (1 + e^epsilon): nothing cancels.
 */
function pureRdp(epsilon: number, a: number): number {
  const logExcess = logExpm1(a * epsilon) + log1mExp((1 - a) * epsilon) - logAddExp(0, epsilon);
  return Math.min(epsilon, logAddExp(0, logExcess) / (a - 1));
}

/**
 * The exponential mechanism: its privacy loss lies in an interval of length epsilon (Dong, Durfee and Rogers 2020,
 * arXiv 1909.13830), so Hoeffding's lemma gives RDP <= KL + (a - 1) epsilon^2 / 8, where KL is at most
 * r - 1 - ln r with r = epsilon / (e^epsilon - 1). Never above epsilon.
 */
export function exponentialRdp(epsilon: number, a: number): number {
  const square = (epsilon * epsilon) / 8;
  const ratio = epsilon / Math.expm1(epsilon);
  // KL is epsilon^2 / 8 - epsilon^4 / 576 + ...: for small epsilon, where the closed form cancels, drop the rest.
  const kl = epsilon < 0.01 ? square : ratio - 1 - Math.log(ratio);
  return Math.min(kl + (a - 1) * square, epsilon);
}

/**
 * Smallest epsilon at `delta` over the orders: rdp + ln(1 - 1/a) - (ln delta + ln a) / (a - 1)
 * (Canonne, Kamath and Steinke 2020, arXiv 2004.00010, Proposition 12; Balle et al. 2020, Theorem 21), and 0 where
 * total variation alone is below delta. `order` is the best one; at an end of the list a wider list would do better.
 */
export function rdpEpsilon(
  curve: RdpCurve,
  delta: number,
): { readonly epsilon: number; readonly order: number } {
  // The target must also hold when a bare failure strikes: 1 - (1 - delta)(1 - failure) is what is left over.
  const left = (delta - curve.delta) / (1 - curve.delta);
  let best = { epsilon: Infinity, order: NaN };
  if (!(left > 0)) return best;
  curve.orders.forEach((order, i) => {
    const rdp = curve.rdp[i];
    const zero = left * left + Math.expm1(-rdp) > 0;
    const bound = rdp + Math.log1p(-1 / order) - (Math.log(left) + Math.log(order)) / (order - 1);
    const epsilon = zero ? 0 : Math.max(0, bound);
    if (epsilon < best.epsilon) best = { epsilon, order };
  });
  return best;
}

/** Smallest delta at `epsilon` over the orders; bare failures are composed on top. */
export function rdpDelta(curve: RdpCurve, epsilon: number): number {
  let least = 1;
  curve.orders.forEach((order, i) => {
    const rdp = curve.rdp[i];
    const moment = Math.exp((order - 1) * (rdp - epsilon + Math.log1p(-1 / order))) / order;
    least = Math.min(least, moment, Math.sqrt(-Math.expm1(-rdp)));
  });
  return curve.delta + (1 - curve.delta) * least;
}
