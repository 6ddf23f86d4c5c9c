import type { RunControl } from '../../control.ts';

const rounds = 20;
/** Total variation between the network's and the wanted shares that is good enough. */
const closeEnough = 5e-4;
const smallestShare = 1e-7;

/**
 * What to add to logits so that the expected share of each token is the wanted one. `logits` are chunks of rows,
 * row-major, one block of columns a column of the table; -Infinity rules a token out. Uses no row of the table.
 */
export async function shiftToShares(
  logits: readonly Float32Array[],
  shares: readonly Float64Array[],
  control: RunControl,
): Promise<Float32Array> {
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
