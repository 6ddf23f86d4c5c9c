import type { RunControl } from '../../control.ts';
import { HomespunError } from '../../errors.ts';
import { MarginalCodec } from '../../encode/marginalCodec.ts';
import type { Clique, Codes, Measurement } from '../../pgm/types.ts';
import type { FitContext, FitInput, FitOptions, PrivateAccess } from '../types.ts';

/** A table made ready for counting combinations of columns. */
export interface Lesson {
  readonly codec: MarginalCodec;
  readonly codes: readonly Codes[];
  readonly sizes: readonly number[];
  readonly rows: number;
  /** What the profile already says of single columns. */
  readonly oneWays: readonly Measurement[];
  readonly access: PrivateAccess;
}

/** Throws `bad-settings` without a privacy budget: the method is made for noise. */
export async function lessonOf(
  { table, profile, access }: FitInput,
  label: string,
  control: RunControl,
): Promise<Lesson> {
  if (!access) {
    throw new HomespunError({
      code: 'bad-settings',
      message: `“${label}” needs a privacy budget.`,
      hint: 'Set epsilon, or choose a method that works without differential privacy.',
    });
  }
  const codec = new MarginalCodec(profile);
  const oneWays = codec.oneWays().map(({ counts, sigma }, column): Measurement => ({
    clique: [column],
    values: counts,
    sigma,
  }));
  const codes: Codes[] = [];
  for (const [c, column] of table.columns.entries()) {
    codes.push(codec.encodeColumn(column, c));
    await control.checkpoint();
  }
  return { codec, codes, sizes: codec.sizes, rows: profile.rows, oneWays, access };
}

/** One noisy table of combinations of columns; its exact counts are whole numbers. */
export function measure(
  clique: Clique,
  exact: Float64Array,
  event: number,
  sigma: number,
  { mechanisms }: PrivateAccess,
): Measurement {
  return { clique, values: mechanisms.noisyCounts(event, exact), sigma };
}

/** Standard deviation of a planned event of discrete Gaussian noise, in rows. */
export function noiseOf({ events }: PrivateAccess, number: number): number {
  const { event } = events[number];
  if (event.kind !== 'discreteGaussian') throw new RangeError('A measurement was planned as something else.');
  return event.sigma;
}

/** Progress in rounds, not epochs. */
export function reportRounds(
  { onProgress, now }: FitContext,
  rows: number,
): (done: number, message: string) => void {
  const start = now();
  return (done, message) => {
    const seconds = (now() - start) / 1000;
    onProgress({
      done,
      epoch: 0,
      epochs: 0,
      loss: NaN,
      rowsPerSecond: rows / Math.max(seconds, 1e-3),
      secondsLeft: done > 0.02 ? (seconds * (1 - done)) / done : NaN,
      message,
    });
  };
}

/** These methods do not train in epochs. */
export function refuseEpochs({ epochs }: FitOptions): void {
  if (epochs === null || epochs >= 0) return;
  throw new HomespunError({
    code: 'bad-settings',
    message: `${epochs} epochs cannot be run.`,
    hint: 'This method does not train in epochs: leave their number to it.',
  });
}
