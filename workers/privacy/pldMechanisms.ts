import type { PrivacyEvent } from './events.ts';
import { LossBuilder, type LossDistribution } from './lossDistribution.ts';
import { normalTail } from './special.ts';

/**
 * Both directions of adjacency of one mechanism. REMOVE is ln(P(with the row) / P(without)), ADD its mirror; they differ
 * only for sampled mechanisms. Each is a dominating pair, so they compose adaptively (Zhu, Dong and Wang 2022,
 * arXiv 2106.08567).
 */
export interface LossPair {
  readonly remove: LossDistribution;
  readonly add: LossDistribution;
}

/** Standard deviations kept of Gaussian noise: what lies beyond has mass 1e-19 and is counted, not dropped. */
const TAIL = 9;
/** Beyond this the atoms of a discrete Gaussian outnumber any grid; its RDP curve serves instead. */
const MAX_DISCRETE_SIGMA = 1e5;

/** Whether the event has a loss distribution here: a discrete Gaussian has one where one count changes by one. */
export function hasLossDistribution(event: PrivacyEvent): boolean {
  return event.kind !== 'discreteGaussian' || (event.sensitivity === 1 && event.sigma <= MAX_DISCRETE_SIGMA);
}

/** The least and the greatest loss that gets a grid point, in nats. */
export function lossRange(event: PrivacyEvent): { readonly low: number; readonly high: number } {
  switch (event.kind) {
    case 'gaussian':
      return sampledRange(1, event.sigma);
    case 'sampledGaussian':
      return sampledRange(event.q, event.sigma);
    case 'discreteGaussian':
      return symmetric((2 * Math.ceil(TAIL * event.sigma) + 3) / (2 * event.sigma ** 2));
    case 'laplace':
    case 'discreteLaplace':
      return symmetric(1 / event.scale);
    case 'exponential':
    case 'approxDp':
      return symmetric(event.epsilon);
  }
}

const symmetric = (most: number) => ({ low: -most, high: most });

/** The loss distribution of one run of the event on a grid of spacing `step`. */
export function lossPair(event: PrivacyEvent, step: number): LossPair {
  switch (event.kind) {
    case 'gaussian':
      return sampledGaussianPair(1, event.sigma, step);
    case 'sampledGaussian':
      return sampledGaussianPair(event.q, event.sigma, step);
    case 'discreteGaussian':
      return twice(discreteGaussianLoss(event.sigma, lossRange(event).high, step));
    case 'laplace':
      return twice(laplaceLoss(1 / event.scale, step));
    case 'discreteLaplace':
      return twice(responseLoss(1 / event.scale, 0, step));
    case 'exponential':
      return twice(boundedRangeLoss(event.epsilon, step));
    case 'approxDp':
      return twice(responseLoss(event.epsilon, event.delta, step));
  }
}

const twice = (loss: LossDistribution): LossPair => ({ remove: loss, add: loss });

const builderFor = (most: number, step: number) =>
  new LossBuilder(step, Math.floor(-most / step) - 1, Math.ceil(most / step) + 1);

/** ln((1 - q) + q e^u) at u = (2x - 1) / (2 sigma^2): the loss of noise value x, increasing in x. */
function sampledLoss(q: number, sigma: number, x: number): number {
  const u = (2 * x - 1) / (2 * sigma * sigma);
  if (q === 1) return u;
  return u > 30 ? u + Math.log(q) + Math.log1p(((1 - q) / q) * Math.exp(-u)) : Math.log1p(q * Math.expm1(u));
}

function sampledRange(q: number, sigma: number) {
  return { low: sampledLoss(q, sigma, -TAIL * sigma), high: sampledLoss(q, sigma, 1 + TAIL * sigma) };
}

/** The noise value whose loss is `loss`; -Infinity at and below the least possible loss ln(1 - q). */
function sampledNoise(q: number, sigma: number, loss: number): number {
  return sigma * sigma * componentLoss(q, loss) + 0.5;
}

/** ln((e^loss - (1 - q)) / q): the loss the unsampled mechanism would have had. */
function componentLoss(q: number, loss: number): number {
  if (q === 1) return loss;
  if (loss > 30) return loss - Math.log(q) + Math.log1p(-(1 - q) * Math.exp(-loss));
  return Math.log1p(Math.max(-1, Math.expm1(loss) / q));
}

/** P(a < Z <= b) from the outer tails at both ends, so that far cells keep their digits. */
const between = (a: number, tailA: number, b: number, tailB: number): number =>
  a >= 0 ? tailA - tailB : b <= 0 ? tailB - tailA : 1 - tailA - tailB;

/**
 * Poisson-subsampled Gaussian: P = (1 - q) N(0, s^2) + q N(1, s^2) against Q = N(0, s^2), and mirrored. The grid cells
 * of one direction are those of the other with the sign changed, so one sweep fills both.
 */
function sampledGaussianPair(q: number, sigma: number, step: number): LossPair {
  const { low, high } = sampledRange(q, sigma);
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const remove = new LossBuilder(step, first, last);
  const add = new LossBuilder(step, -last, -first);
  let [z, tail, zShift, tailShift] = [-Infinity, 0, -Infinity, 0];
  for (let index = first; index <= last + 1; index++) {
    const x = index > last ? Infinity : sampledNoise(q, sigma, index * step);
    const [nextZ, nextShift] = [x / sigma, (x - 1) / sigma];
    const [nextTail, nextTailShift] = [normalTail(nextZ), normalTail(nextShift)];
    const without = between(z, tail, nextZ, nextTail);
    const withRow = (1 - q) * without + q * between(zShift, tailShift, nextShift, nextTailShift);
    if (index === first) {
      remove.addBelow(withRow);
      add.addAbove(without, withRow);
    } else if (index > last) {
      remove.addAbove(withRow, without);
      add.addBelow(without);
    } else {
      remove.addCell(index - 1, withRow, without);
      add.addCell(-index, without, withRow);
    }
    [z, tail, zShift, tailShift] = [nextZ, nextTail, nextShift, nextTailShift];
  }
  return { remove: remove.build(), add: add.build() };
}

/**
 * Discrete Gaussian on one integer count that changes by one: atoms at (1 - 2k) / (2 sigma^2) for noise k
 * (Canonne, Kamath and Steinke 2020, Theorem 7). Symmetric, because k -> 1 - k maps one direction to the other.
 */
function discreteGaussianLoss(sigma: number, most: number, step: number): LossDistribution {
  const builder = builderFor(most, step);
  const reach = Math.ceil(TAIL * sigma);
  const weight = (k: number) => Math.exp(-(k * k) / (2 * sigma * sigma));
  let total = 1;
  for (let k = 1; k <= reach; k++) total += 2 * weight(k);
  for (let k = -reach; k <= reach; k++) builder.addAtom((1 - 2 * k) / (2 * sigma * sigma), weight(k) / total);
  builder.addInfinite(2 * normalTail(TAIL));
  return builder.build();
}

/** Laplace at epsilon = sensitivity / scale: half the mass at +epsilon, e^-epsilon / 2 at -epsilon, a ramp between. */
function laplaceLoss(epsilon: number, step: number): LossDistribution {
  const builder = builderFor(epsilon, step);
  builder.addAtom(epsilon, 0.5);
  builder.addAtom(-epsilon, 0.5 * Math.exp(-epsilon));
  // At noise x in (0, 1) the loss is epsilon (1 - 2x); P has density epsilon/2 e^(-epsilon x), Q its mirror.
  const tail = (x: number, from: number) => 0.5 * Math.exp(-epsilon * from) * -Math.expm1(-epsilon * x);
  for (let index = Math.floor(-epsilon / step); index * step < epsilon; index++) {
    const right = Math.min(1, (1 - (index * step) / epsilon) / 2);
    const left = Math.max(0, (1 - ((index + 1) * step) / epsilon) / 2);
    if (right > left) builder.addCell(index, tail(right - left, left), tail(right - left, 1 - right));
  }
  return builder.build();
}

/** Randomised response: the dominating pair of every (epsilon, delta) mechanism (Kairouz, Oh and Viswanath 2015). */
function responseLoss(epsilon: number, delta: number, step: number): LossDistribution {
  const builder = builderFor(epsilon, step);
  const yes = 1 / (1 + Math.exp(-epsilon));
  builder.addAtom(epsilon, (1 - delta) * yes);
  builder.addAtom(-epsilon, (1 - delta) * (1 - yes));
  builder.addInfinite(delta);
  return builder.build();
}

/**
 * The exponential mechanism at epsilon: its loss lies in some interval [t - epsilon, t] (Dong, Durfee and Rogers 2020),
 * at worst as two atoms at the ends, and the largest hockey stick over all t is
 * (e^(epsilon/2) - e^(x/2))^2 / (e^epsilon - 1), reached at t = (epsilon + x) / 2. That curve is convex in e^x, so it is
 * the curve of a pair of its own (Zhu, Dong and Wang 2022): loss density proportional to e^(l/2) under P and
 * to e^(-l/2) under Q on [-epsilon, epsilon]. About half as costly as randomised response at epsilon.
 */
function boundedRangeLoss(epsilon: number, step: number): LossDistribution {
  const builder = builderFor(epsilon, step);
  const scale = 1 / (2 * Math.sinh(epsilon / 2));
  for (let index = Math.floor(-epsilon / step); index * step < epsilon; index++) {
    const from = Math.max(-epsilon, index * step);
    const to = Math.min(epsilon, (index + 1) * step);
    const width = Math.expm1((to - from) / 2);
    if (to > from)
      builder.addCell(index, scale * Math.exp(from / 2) * width, scale * Math.exp(-to / 2) * width);
  }
  return builder.build();
}
