import { permutation, type Rng } from '../../random/rng.ts';
import { takeCodes, type Coded } from '../coded.ts';
import type { Pace } from '../pace.ts';
import { totalVariation } from '../tvDistance.ts';
import { marginal, type Clique } from './marginals.ts';

/** Error of a random sample of the real rows as a stand-in for all of them. */
export interface SampleError {
  /** Share of the real rows in the sample. */
  readonly share: number;
  /** Mean total variation distance over pairs of columns. */
  readonly error: number;
}

const shares = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

const taken = (columns: readonly Coded[], rows: Int32Array): Coded[] =>
  columns.map(({ codes, size }) => ({ codes: takeCodes(codes, rows), size }));

/** Errors of samples of ascending size (NIST SDNist, k-marginal sub-sampling). */
export async function sampleErrors(
  real: readonly Coded[],
  cliques: readonly Clique[],
  rng: Rng,
  pace: Pace,
): Promise<SampleError[]> {
  const rows = real[0].codes.length;
  const order = permutation(rows, rng);
  const truths = cliques.map((clique) => marginal(real, clique));
  const errors: SampleError[] = [];
  for (const share of shares) {
    const sample = taken(real, order.slice(0, Math.max(1, Math.round(share * rows))));
    let sum = 0;
    for (const [at, clique] of cliques.entries()) {
      sum += totalVariation(truths[at], marginal(sample, clique));
      await pace.breathe();
    }
    errors.push({ share, error: sum / cliques.length });
  }
  return errors;
}

/**
 * The share of the real rows whose random sample has this error, between the measured ones along
 * error ~ sqrt(1 / share - 1), the error of sampling without replacement; 1 for an error of 0.
 */
export function equivalentShare(error: number, errors: readonly SampleError[]): number {
  const scale = errors.filter((sample) => sample.error <= error)[0] ?? errors[errors.length - 1];
  const before = errors[Math.max(0, errors.indexOf(scale) - 1)];
  const factor = (at: SampleError): number => (at.error / Math.sqrt(1 / at.share - 1)) ** 2;
  const constant = Math.sqrt(factor(scale) * factor(before));
  return constant > 0 ? 1 / (1 + error ** 2 / constant) : 1;
}

/** The same for fresh real rows: with n real and m fresh rows their error is that of a share m / (2 m + n). */
export const freshShare = (rows: number, fresh: number): number => fresh / (2 * fresh + rows);
