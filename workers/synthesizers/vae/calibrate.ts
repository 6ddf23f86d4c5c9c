import type { RunControl } from '../../control.ts';
import type { Rng } from '../../random/rng.ts';
import { rowsAtOnce, type RowSampler } from './rowSampler.ts';

/** Made rows that the shares are measured on: more than the table has serve nothing. */
const mostRows = 10_000;
/** Bounds memory where the network is wide: 64 MiB of logits. */
const mostLogits = 16_000_000;
const rounds = 20;
/** Total variation between the decoder's and the wanted shares that is good enough. */
const closeEnough = 5e-4;
const smallestShare = 1e-7;

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
  const parts = Math.max(1, Math.ceil(Math.min(mostRows, tableRows, mostLogits / width) / rowsAtOnce));
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
  const width = shares.reduce((sum, block) => sum + block.length, 0);
  const shift = new Float32Array(width);
  let offset = 0;
  for (const wanted of shares) {
    await fitBlock(logits, width, offset, wanted, shift.subarray(offset, offset + wanted.length), control);
    offset += wanted.length;
  }
  return shift;
}

/** Iterative proportional fitting of one block: raises the logits of what comes too rarely. */
async function fitBlock(
  chunks: readonly Float32Array[],
  stride: number,
  offset: number,
  wanted: Float64Array,
  bias: Float32Array,
  control: RunControl,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const found = new Float64Array(wanted.length);
    for (const chunk of chunks) addShares(chunk, stride, offset, bias, found);
    const rows = chunks.reduce((sum, chunk) => sum + chunk.length / stride, 0);
    let distance = 0;
    wanted.forEach((share, token) => {
      distance += Math.abs(share - found[token] / rows) / 2;
      bias[token] += Math.log((share + smallestShare) / (found[token] / rows + smallestShare));
    });
    await control.checkpoint();
    if (distance < closeEnough) return;
  }
}

/** Adds the softmax of each row's block to `sums`. */
function addShares(
  logits: Float32Array,
  stride: number,
  offset: number,
  bias: Float32Array,
  sums: Float64Array,
): void {
  const width = sums.length;
  const weights = new Float64Array(width);
  for (let start = offset; start < logits.length; start += stride) {
    let top = -Infinity;
    for (let k = 0; k < width; k++) top = Math.max(top, logits[start + k] + bias[k]);
    let total = 0;
    for (let k = 0; k < width; k++) total += weights[k] = Math.exp(logits[start + k] + bias[k] - top);
    for (let k = 0; k < width; k++) sums[k] += weights[k] / total;
  }
}
