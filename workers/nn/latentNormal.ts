import { combined } from './elementwise.ts';
import {
  clipped,
  exponential,
  minus,
  plus,
  scaled,
  shifted,
  squared,
  times,
  type Matrix,
} from './tensors.ts';

/** Bounds of a log variance, so that a first bad step cannot overflow. */
const lowest = -12;
const highest = 4;

/** A normal distribution for each row, n x latent, and standard normal noise to draw from it with. */
export interface LatentNormal {
  readonly mean: Matrix;
  /** Log variance before it is kept within bounds. */
  readonly spread: Matrix;
  readonly noise: Matrix;
}

const logVariance = (spread: Matrix): Matrix => clipped(spread, lowest, highest);
const scatter = (spread: Matrix, noise: Matrix): Matrix =>
  times(exponential(scaled(logVariance(spread), 0.5)), noise);

/** A point drawn from each row's distribution, n x latent. */
export const drawnPoints = ({ mean, spread, noise }: LatentNormal): Matrix =>
  combined('normalPoint', [mean, spread, noise], [lowest, highest], () => plus(mean, scatter(spread, noise)));

/** Gradient by the mean of a loss of drawn points, from that by the points, and of `pull` x the divergence. */
export const toMean = ({ mean }: LatentNormal, toPoints: Matrix, pull: number): Matrix =>
  combined('plusScaled', [toPoints, mean], [pull], () => plus(toPoints, scaled(mean, pull)));

/** The same by the spread. The bounds let gradients through. */
export const toSpread = ({ spread, noise }: LatentNormal, toPoints: Matrix, pull: number): Matrix =>
  combined('spreadGradient', [toPoints, spread, noise], [lowest, highest, pull], () => {
    const variance = exponential(logVariance(spread));
    return scaled(plus(times(toPoints, scatter(spread, noise)), scaled(shifted(variance, -1), pull)), 0.5);
  });

/** Kullback-Leibler divergence from a standard normal, twice that of each row and dimension, n x latent. */
export const twiceDivergence = ({ mean, spread }: LatentNormal): Matrix =>
  combined('divergence', [mean, spread], [lowest, highest], () => {
    const logs = logVariance(spread);
    return shifted(minus(plus(squared(mean), exponential(logs)), logs), -1);
  });
