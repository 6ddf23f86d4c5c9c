import { smallestShare, unfelt } from '../softmaxBlocks.ts';

/*
 * Work over blocks of columns, row by row in plain JavaScript: `starts` says where each block starts, and the end.
 * Matrices are row-major; where a result may be the input, it says so.
 */

/** Column -> e^x, measured from the largest of each block, into `out`; the sums of blocks come to 1. */
export function softmaxBlocks(
  logits: Float32Array,
  more: Float32Array | undefined,
  factor: number,
  starts: Float32Array,
  out: Float32Array,
): void {
  const blocks = starts.length - 1;
  const width = starts[blocks];
  for (let row = 0; row < out.length; row += width) {
    for (let block = 0; block < blocks; block++) {
      const [first, end] = [row + starts[block], row + starts[block + 1]];
      let top = -Infinity;
      for (let i = first; i < end; i++) {
        const logit = factor * (more ? logits[i] + more[i] : logits[i]);
        out[i] = logit;
        // Not Math.max: what is not a number must stay so.
        if (!(logit <= top)) top = logit;
      }
      shareOut(out, first, end, top);
    }
  }
}

/** Logits in place of which come their shares. */
function shareOut(out: Float32Array, first: number, end: number, top: number): void {
  let total = 0;
  for (let i = first; i < end; i++) {
    const weight = Math.exp(out[i] - top);
    out[i] = weight;
    total += weight;
  }
  const share = 1 / total;
  for (let i = first; i < end; i++) out[i] *= share;
}

/** Turns shares into cross-entropy errors in place, and writes the losses, one a block, where they are wanted. */
export function blockErrors(
  shares: Float32Array,
  targets: Float32Array,
  weights: Float32Array | undefined,
  rowWeight: number,
  starts: Float32Array,
  losses: Float32Array | undefined,
): void {
  const blocks = starts.length - 1;
  const width = starts[blocks];
  let at = 0;
  for (let row = 0; row < shares.length; row += width) {
    for (let block = 0; block < blocks; block++, at++) {
      const weight = weights ? weights[at] : 1;
      const scale = weight * rowWeight;
      let hit = 0;
      for (let i = row + starts[block], end = row + starts[block + 1]; i < end; i++) {
        hit += shares[i] * targets[i];
        shares[i] = scale * (shares[i] - targets[i]);
      }
      if (losses) losses[at] = -weight * Math.log(hit + smallestShare);
    }
  }
}

/** Shares to the power of 64, so that blocks sum to 1: the largest takes all. What 1 would not feel is 0. */
export function sharpenBlocks(shares: Float32Array, starts: Float32Array, out: Float32Array): void {
  const blocks = starts.length - 1;
  const width = starts[blocks];
  for (let row = 0; row < out.length; row += width) {
    for (let block = 0; block < blocks; block++) {
      const [first, end] = [row + starts[block], row + starts[block + 1]];
      let top = 0;
      for (let i = first; i < end; i++) if (!(shares[i] <= top)) top = shares[i];
      let total = 0;
      for (let i = first; i < end; i++) {
        const power = power64(shares[i] / top);
        const sharp = power < unfelt ? 0 : power;
        out[i] = sharp;
        total += sharp;
      }
      for (let i = first; i < end; i++) out[i] /= total;
    }
  }
}

function power64(value: number): number {
  const two = value * value;
  const four = two * two;
  const eight = four * four;
  const sixteen = eight * eight;
  const half = sixteen * sixteen;
  return half * half;
}

/** Each block of each row times its own of `factors`, n x blocks. */
export function scaleBlocks(
  matrix: Float32Array,
  factors: Float32Array,
  starts: Float32Array,
  out: Float32Array,
): void {
  const blocks = starts.length - 1;
  const width = starts[blocks];
  let at = 0;
  for (let row = 0; row < out.length; row += width) {
    for (let block = 0; block < blocks; block++, at++) {
      const factor = factors[at];
      for (let i = row + starts[block], end = row + starts[block + 1]; i < end; i++) {
        out[i] = matrix[i] * factor;
      }
    }
  }
}

/** factor x soft x (gradient x free - sum over the block of soft x gradient x free). */
export function gradientThroughBlocks(
  soft: Float32Array,
  gradient: Float32Array,
  free: Float32Array,
  factor: number,
  starts: Float32Array,
  out: Float32Array,
): void {
  const blocks = starts.length - 1;
  const width = starts[blocks];
  for (let row = 0; row < out.length; row += width) {
    for (let block = 0; block < blocks; block++) {
      const [first, end] = [row + starts[block], row + starts[block + 1]];
      let pull = 0;
      for (let i = first; i < end; i++) pull += soft[i] * gradient[i] * free[i];
      for (let i = first; i < end; i++) out[i] = factor * soft[i] * (gradient[i] * free[i] - pull);
    }
  }
}
