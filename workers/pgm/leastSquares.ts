import { cellsOf, cliqueKey } from './cliques.ts';
import type { Clique, Measurement } from './types.ts';

interface Term {
  readonly factor: number;
  readonly values: Float64Array;
  /** 1 / sigma^2, one an answer. */
  readonly weights: Float64Array;
  readonly bins: Int32Array | undefined;
  /** Residual of each answer times its weight. */
  readonly pulls: Float64Array;
}

/** sum over measurements of sum over answers of (answer of the model - noisy answer)^2 / (2 sigma^2). */
export class LeastSquares {
  readonly #terms: readonly Term[];

  /** Every measured clique must be among `cliques`. */
  constructor(sizes: readonly number[], cliques: readonly Clique[], measurements: readonly Measurement[]) {
    const numbers = new Map(cliques.map((clique, i) => [cliqueKey(clique), i]));
    this.#terms = measurements.map((measurement) => {
      const factor = numbers.get(cliqueKey(measurement.clique));
      if (factor === undefined) throw new RangeError(`No factor for [${cliqueKey(measurement.clique)}].`);
      checkMeasurement(sizes, measurement);
      const { values, sigma, bins } = measurement;
      const weights = values.map((_, i) => 1 / (typeof sigma === 'number' ? sigma : sigma[i]) ** 2);
      return { factor, values, weights, bins, pulls: new Float64Array(values.length) };
    });
  }

  /**
   * Its value where the model's counts are these, one table a clique.
   * @param gradient receives the derivative by each count.
   */
  evaluate(counts: readonly Float64Array[], gradient: readonly Float64Array[]): number {
    for (const table of gradient) table.fill(0);
    let sum = 0;
    for (const term of this.#terms) {
      const { factor, bins } = term;
      if (bins) sum += addBinned(term, bins, counts[factor], gradient[factor]);
      else sum += addPlain(term, counts[factor], gradient[factor]);
    }
    return sum / 2;
  }
}

function addPlain({ values, weights }: Term, counts: Float64Array, gradient: Float64Array): number {
  let sum = 0;
  for (let cell = 0; cell < values.length; cell++) {
    const residual = counts[cell] - values[cell];
    const pull = residual * weights[cell];
    sum += residual * pull;
    gradient[cell] += pull;
  }
  return sum;
}

function addBinned(
  { values, weights, pulls }: Term,
  bins: Int32Array,
  counts: Float64Array,
  gradient: Float64Array,
): number {
  pulls.fill(0);
  for (let cell = 0; cell < bins.length; cell++) pulls[bins[cell]] += counts[cell];
  let sum = 0;
  for (let answer = 0; answer < values.length; answer++) {
    const residual = pulls[answer] - values[answer];
    pulls[answer] = residual * weights[answer];
    sum += residual * pulls[answer];
  }
  for (let cell = 0; cell < bins.length; cell++) gradient[cell] += pulls[bins[cell]];
  return sum;
}

function checkMeasurement(sizes: readonly number[], { clique, values, sigma, bins }: Measurement): void {
  const cells = cellsOf(sizes, clique);
  const name = `Measurement of [${cliqueKey(clique)}]`;
  if ((bins ?? values).length !== cells) throw new RangeError(`${name} must cover its ${cells} cells.`);
  if (bins?.some((bin) => bin < 0 || bin >= values.length)) throw new RangeError(`${name}: no such bin.`);
  const sigmas = typeof sigma === 'number' ? [sigma] : sigma;
  const positive = sigmas.every((value) => value > 0 && value < Infinity);
  if (!positive || (typeof sigma !== 'number' && sigma.length !== values.length)) {
    throw new RangeError(`${name} must have a positive, finite sigma for each answer.`);
  }
}

/**
 * Rows in the table by the noisy answers: each measurement's sum is an estimate with the variance of all its answers'
 * noise, and they are averaged with inverse-variance weights. At least 1.
 */
export function estimateTotal(measurements: readonly Measurement[]): number {
  let [weighted, weights] = [0, 0];
  for (const { values, sigma } of measurements) {
    const sum = values.reduce((a, b) => a + b, 0);
    const variance =
      typeof sigma === 'number' ? values.length * sigma ** 2 : sigma.reduce((v, s) => v + s * s, 0);
    weighted += sum / variance;
    weights += 1 / variance;
  }
  return weights > 0 ? Math.max(1, weighted / weights) : 1;
}
