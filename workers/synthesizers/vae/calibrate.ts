import type { RunControl } from '../../control.ts';
import type { Rng } from '../../random/rng.ts';
import { calibrationRows, shiftToShares } from '../neural/calibrate.ts';
import { rowsAtOnce } from '../neural/decoding.ts';
import type { RowSampler } from './rowSampler.ts';

/**
 * What to add to the logits, at each of `decodings` decodings of a row, so that each column's expected token shares
 * are the profile's. Uses the profile alone, so it costs no further look at the rows.
 */
export async function shiftsFor(
  sampler: RowSampler,
  shares: readonly Float64Array[],
  decodings: number,
  tableRows: number,
  rng: Rng,
  control: RunControl,
): Promise<Float32Array[]> {
  const width = shares.reduce((sum, block) => sum + block.length, 0);
  const parts = Math.max(1, Math.ceil(calibrationRows(tableRows, width) / rowsAtOnce));
  let points = Array.from({ length: parts }, () => sampler.firstPoints(rowsAtOnce, rng));
  const shifts: Float32Array[] = [];
  while (shifts.length < decodings) {
    if (shifts.length > 0)
      points = await refinedAll(sampler, points, shifts[shifts.length - 1], rng, control);
    shifts.push(await shiftOf(sampler, points, shares, control));
  }
  return shifts;
}

async function refinedAll(
  sampler: RowSampler,
  points: readonly Float32Array[],
  shift: Float32Array,
  rng: Rng,
  control: RunControl,
): Promise<Float32Array[]> {
  const refined: Float32Array[] = [];
  for (const part of points) {
    refined.push(await sampler.refined(part, shift, rng));
    await control.checkpoint();
  }
  return refined;
}

async function shiftOf(
  sampler: RowSampler,
  points: readonly Float32Array[],
  shares: readonly Float64Array[],
  control: RunControl,
): Promise<Float32Array> {
  const logits: Float32Array[] = [];
  for (const part of points) {
    logits.push(await sampler.logits(part));
    await control.checkpoint();
  }
  return shiftToShares(logits, shares, control);
}
