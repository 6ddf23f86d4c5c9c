import type { RunControl } from '../control.ts';

const rounds = 20;
/** Total variation between the expected and the wanted shares that is good enough. */
const closeEnough = 5e-4;
const smallestShare = 1e-7;

/**
 * What to add to the logits of one block, so that its expected shares are the wanted ones: iterative proportional
 * fitting, which raises the logits of what comes too rarely. Starts from `bias`, and leaves the result there.
 * @param chunks logits, row-major, `stride` a row, of which the block starts at `offset`.
 */
export async function fitShift(
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
