import { beforeAll, describe, expect, it } from 'vitest';
import { oneHot } from '../../../workers/encode/oneHot.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { normals } from '../../../workers/nn/initialise.ts';
import { SoftmaxBlocks } from '../../../workers/nn/softmaxBlocks.ts';
import { matrixFrom, readOut, tensorCount } from '../../../workers/nn/tensors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { RowWeights, tokenEmphasis } from '../../../workers/synthesizers/gan/emphasis.ts';
import { PairAnchor } from '../../../workers/synthesizers/gan/pairAnchor.ts';
import { countPair, pairsOf, type PairTargets } from '../../../workers/synthesizers/gan/pairs.ts';

const shares = [
  [0.05, 0.95],
  [0.25, 0.25, 0.25, 0.25],
  [0.7, 0.2, 0.1],
].map((block) => Float64Array.from(block));
const widths = shares.map((block) => block.length);
const width = 9;

describe('what is rare counts for more', () => {
  beforeAll(() => chooseBackend('cpu'));

  it('the square of an error goes by what is expected; equally common tokens count 1', () => {
    const emphasis = tokenEmphasis(shares);
    expect(emphasis[0] ** 2).toBeCloseTo(10, 4);
    expect(emphasis[1] ** 2).toBeCloseTo(1 / 1.9, 4);
    for (let token = 2; token < 6; token++) expect(emphasis[token]).toBeCloseTo(1, 6);
    expect(Math.max(...tokenEmphasis([Float64Array.of(0, 1)]))).toBeLessThan(32);
  });

  it('rows weigh 1 in the mean, and more with a rare token', async () => {
    const before = tensorCount();
    // 20 rows in which every token has its share.
    const tokens = [
      Uint16Array.from({ length: 20 }, (_, row) => (row === 0 ? 0 : 1)),
      Uint16Array.from({ length: 20 }, (_, row) => row % 4),
      Uint16Array.from({ length: 20 }, (_, row) => (row < 2 ? 2 : row < 6 ? 1 : 0)),
    ];
    const rows = oneHot(tokens, widths, Int32Array.from(tokens[0].keys()));
    const weights = new RowWeights(shares);
    const found = await readOut(() => weights.of(matrixFrom(rows, 20, width)));
    weights.dispose();
    expect(found.reduce((sum, each) => sum + each, 0) / 20).toBeCloseTo(1, 5);
    // Additions: 10 - 1 for the rare class; (1 / .1) / 3 - 1 and (1 / .2) / 3 - 1 in the last column.
    const common = found[19];
    expect(found[0] / common).toBeCloseTo(1 + 9 + 7 / 3, 4);
    expect(found[1] / common).toBeCloseTo(1 + 7 / 3, 4);
    expect(found[2] / common).toBeCloseTo(1 + 2 / 3, 4);
    expect(tensorCount()).toBe(before);
  });

  it('the anchor’s gradient is the slope of the emphasised squared distance', async () => {
    const rows = 6;
    const rng = seededRng('anchor');
    const tokens = widths.map((each) => Uint16Array.from({ length: 50 }, () => rng.int(each)));
    const pairs = pairsOf(widths.length);
    const counted = pairs.map((pair) => countPair(tokens, widths, pair).map((count) => count / 50));
    const targets: PairTargets = { widths, pairs, shares: counted };
    const emphasis = tokenEmphasis(shares);
    const logits = normals(rows * width, 1, rng);
    // One given cell in the first row: the second column's third token.
    const free = new Float32Array(rows * width).fill(1);
    const given = new Float32Array(rows * width);
    free.fill(0, 2, 6);
    given[4] = 1;

    const blocks = new SoftmaxBlocks(widths);
    const anchor = new PairAnchor(targets, emphasis);
    const gradient = await readOut(() => {
      const noise = { input: matrixFrom(given, rows, width), gumbel: matrixFrom(given, rows, width) };
      const cells = { given: matrixFrom(given, rows, width), free: matrixFrom(free, rows, width) };
      const output = matrixFrom(logits, rows, width);
      const tokensOf = { hard: output, soft: output };
      const made = { trace: [output], tokens: tokensOf, noise: { ...noise, ...cells }, rows: output };
      return anchor.toLogits(made, blocks, 1);
    });
    anchor.dispose();
    blocks.dispose();

    const distance = (at: Float64Array): number => emphasisedDistance(at, { rows, targets, emphasis });
    const start = Float64Array.from(logits);
    const step = 1e-4;
    start.forEach((value, i) => {
      const up = distance(start.with(i, value + step));
      const down = distance(start.with(i, value - step));
      expect(gradient[i]).toBeCloseTo((up - down) / (2 * step), 4);
    });
  });
});

/**
 * Half the squared distance of emphasised shares, over ordered pairs of tokens, up to a constant, each row's product
 * with itself left out; the first row's second column is given.
 */
function emphasisedDistance(
  logits: Float64Array,
  { rows, targets, emphasis }: { rows: number; targets: PairTargets; emphasis: Float32Array },
): number {
  const starts = [0, 2, 6, 9];
  const p = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < 3; c++) {
      let total = 0;
      for (let k = starts[c]; k < starts[c + 1]; k++) total += Math.exp(logits[row * width + k]);
      for (let k = starts[c]; k < starts[c + 1]; k++) {
        const soft = Math.exp(logits[row * width + k]) / total;
        p[row * width + k] = row === 0 && c === 1 ? Number(k === 4) : soft;
      }
    }
  }
  let distance = 0;
  targets.pairs.forEach(([first, second], pair) => {
    for (let a = starts[first]; a < starts[first + 1]; a++) {
      for (let b = starts[second]; b < starts[second + 1]; b++) {
        const weight = (emphasis[a] * emphasis[b]) ** 2;
        const wanted = targets.shares[pair][(a - starts[first]) * widths[second] + (b - starts[second])];
        for (let i = 0; i < rows; i++) {
          const own = p[i * width + a] * p[i * width + b];
          // Both orders of the two tokens: twice the half.
          distance -= (2 * weight * wanted * own) / rows;
          for (let j = 0; j < rows; j++) {
            if (j !== i)
              distance += (weight * own * p[j * width + a] * p[j * width + b]) / (rows * (rows - 1));
          }
        }
      }
    }
  });
  return distance;
}
