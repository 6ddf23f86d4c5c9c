/**
 * Noise / clipNorm at which `steps` steps at rate q cost about `rho` of zero-concentrated DP. The divergence of one step
 * at order 2, q² (e^(1 / sigma²) - 1) to leading order in q, stands for 2 rho: it falls as sigma rises, and at q = 1
 * and much noise it is the Gaussian mechanism's. The accountant has the last word.
 */
export const sigmaFor = (q: number, steps: number, rho: number): number =>
  1 / Math.sqrt(Math.log1p((2 * rho) / (q * q * steps)));
