import { type PrivacyEvent } from './events.ts';

/** One event with its parameters, in the terms of the field. */
export function describeEvent(event: PrivacyEvent): string {
  switch (event.kind) {
    case 'gaussian':
      return `Gaussian mechanism, noise / sensitivity ${brief(event.sigma)}`;
    case 'sampledGaussian':
      return `Poisson-sampled Gaussian mechanism (DP-SGD), rate ${brief(event.q)}, noise multiplier ${brief(event.sigma)}`;
    case 'discreteGaussian':
      return `discrete Gaussian mechanism, sigma ${brief(event.sigma)}, sensitivity ${event.sensitivity}`;
    case 'laplace':
      return `Laplace mechanism, scale / sensitivity ${brief(event.scale)}`;
    case 'discreteLaplace':
      return `discrete Laplace mechanism, scale / sensitivity ${brief(event.scale)}`;
    case 'exponential':
      return `exponential mechanism, epsilon ${brief(event.epsilon)}`;
    case 'approxDp':
      return event.epsilon === 0
        ? `failure probability ${brief(event.delta)}`
        : `mechanism with epsilon ${brief(event.epsilon)}, delta ${brief(event.delta)}`;
  }
}

/** Six digits: enough to compute the guarantee again. */
const brief = (value: number): string => String(Number(value.toPrecision(6)));
