import { logAddExp, logExpm1 } from './special.ts';

/**
 * Renyi divergence of one step of the Poisson-subsampled Gaussian mechanism, per order a > 1: ln A_a / (a - 1) with
 * A_a = E over x ~ N(0, sigma^2) of ((1 - q) + q exp((2x - 1) / (2 sigma^2)))^a
 * (Mironov, Talwar and Zhang 2019, arXiv 1908.10530, section 3.3; it bounds both directions of adjacency).
 * `q` in (0, 1], sigma = noise standard deviation / clip norm. Infinite where the moment overflows.
 */
export function sampledGaussianRdp(q: number, sigma: number, orders: Float64Array): Float64Array {
  const rdp = orders.map((order) => order / (2 * sigma * sigma));
  if (q === 1) return rdp;
  const fractional = orders.filter((order) => !Number.isInteger(order));
  // Sampling never hurts, so the plain Gaussian's curve stands in where a grid would need too many nodes.
  const moments = sigma < MIN_QUADRATURE_SIGMA ? null : fractionalMoments(q, sigma, fractional);
  let next = 0;
  orders.forEach((order, i) => {
    let logMoment = Infinity;
    if (Number.isInteger(order)) logMoment = integerMoment(q, sigma, order);
    else if (moments !== null) logMoment = moments[next++];
    rdp[i] = Math.min(rdp[i], logMoment / (order - 1));
  });
  return rdp;
}

/** Below this sigma epsilon is in the hundreds at any order, and the quadrature would need over 1e4 nodes. */
const MIN_QUADRATURE_SIGMA = 0.05;

/**
 * ln A_a for integer a: the binomial sum with 1 taken out, A - 1 = sum over k >= 2 of
 * C(a, k) q^k (1 - q)^(a - k) (exp((k^2 - k) / (2 sigma^2)) - 1). All terms are positive: nothing cancels, even where
 * A - 1 is far below the rounding of A.
 */
function integerMoment(q: number, sigma: number, order: number): number {
  const logQ = Math.log(q);
  const logRest = Math.log1p(-q);
  let logBinomial = Math.log(order);
  let logExcess = -Infinity;
  for (let k = 2; k <= order; k++) {
    logBinomial += Math.log((order - k + 1) / k);
    const growth = logExpm1((k * k - k) / (2 * sigma * sigma));
    logExcess = logAddExp(logExcess, logBinomial + k * logQ + (order - k) * logRest + growth);
  }
  return logAddExp(0, logExcess);
}

/**
 * ln A_a for real orders by trapezoidal quadrature of A - 1 = E[(1 + y)^a - 1 - a y], y = q (e^u - 1), E[y] = 0:
 * a positive integrand again. The rule converges exponentially; the step keeps it below 1e-12 given the branch point
 * at distance pi sigma^2 from the real line. The grid covers 14 sigma beyond both peaks (at 0 and at a).
 */
function fractionalMoments(q: number, sigma: number, orders: Float64Array): Float64Array {
  const spacing = Math.min(sigma / 4, 0.4 * sigma * sigma);
  const top = Math.max(1, ...orders) + 14 * sigma;
  const nodes = Math.ceil((top + 14 * sigma) / spacing);
  const peak = new Float64Array(orders.length).fill(-Infinity);
  const sum = new Float64Array(orders.length);
  for (let i = 0; i <= nodes; i++) {
    const x = -14 * sigma + i * spacing;
    const node = mixtureAt(q, (2 * x - 1) / (2 * sigma * sigma));
    const logWeight = -(x * x) / (2 * sigma * sigma);
    for (let k = 0; k < orders.length; k++) {
      const term = logBernoulliExcess(node, orders[k]) + logWeight;
      if (term > peak[k]) {
        sum[k] = sum[k] * Math.exp(peak[k] - term) + 1;
        peak[k] = term;
      } else if (term > peak[k] - 45) sum[k] += Math.exp(term - peak[k]);
    }
  }
  const logScale = Math.log(spacing / (sigma * Math.sqrt(2 * Math.PI)));
  return peak.map((high, k) => logAddExp(0, high + Math.log(sum[k]) + logScale));
}

interface MixtureNode {
  /** q (e^u - 1): the likelihood ratio of the mixture to the plain noise, minus 1. */
  readonly y: number;
  /** ln(1 + y), right also where y overflows. */
  readonly log1pY: number;
}

function mixtureAt(q: number, u: number): MixtureNode {
  const y = q * Math.expm1(u);
  const log1pY = u > 30 ? u + Math.log(q) + Math.log1p(((1 - q) / q) * Math.exp(-u)) : Math.log1p(y);
  return { y, log1pY };
}

/** ln((1 + y)^a - 1 - a y), which is positive for a > 1 and y != 0 (Bernoulli's inequality). */
function logBernoulliExcess({ y, log1pY }: MixtureNode, a: number): number {
  if (Math.abs(y) < 1e-3) {
    // The binomial series from its square term on: the three leading terms would cancel.
    const tail = 1 + ((a - 3) / 4) * y * (1 + ((a - 4) / 5) * y * (1 + ((a - 5) / 6) * y));
    return Math.log(y * y * ((a * (a - 1)) / 2) * (1 + ((a - 2) / 3) * y * tail));
  }
  const power = a * log1pY;
  if (power < 30) return Math.log(Math.expm1(power) - a * y);
  // (1 + a y) / (1 + y)^a, from logarithms because y itself may be infinite.
  const linear = Math.exp(Math.log(a) + log1pY - power) + (1 - a) * Math.exp(-power);
  return power + Math.log1p(-linear);
}
