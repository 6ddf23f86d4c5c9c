import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { clippedSum } from '../../../workers/nn/clippedSum.ts';
import { initialValues } from '../../../workers/nn/parameters.ts';
import { SoftmaxBlocks } from '../../../workers/nn/softmaxBlocks.ts';
import { hold, scope, tensorCount, valuesOf, vectorFrom } from '../../../workers/nn/tensors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { Conditionals } from '../../../workers/synthesizers/autoregressive/conditionals.ts';
import { drawMasks, maskedRows, type Masks } from '../../../workers/synthesizers/autoregressive/masks.ts';
import { AutoregressiveNetwork } from '../../../workers/synthesizers/autoregressive/network.ts';
import { MaskedRowGradients } from '../../../workers/synthesizers/autoregressive/rowGradients.ts';
import { distance, normOf, referenceClippedSum } from '../nn/rowClassifier.ts';

const widths = [3, 1, 5, 2];
const order = [2, 0, 3, 1];
const rows = 7;
const network = new AutoregressiveNetwork({ widths, hidden: 6, depth: 2 });
const rng = seededRng('autoregressive');
const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
const start = initialValues(network.initial(shares, rng)).map((value) => value + 0.1 * rng.normal());
const codes = widths.map((width) => Uint16Array.from({ length: rows }, () => rng.int(width)));
const upTo = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

async function lossAndGradient(
  values: Float32Array,
  masks: Masks,
  which = upTo(rows),
): Promise<{ loss: number; gradient: Float32Array }> {
  const blocks = new SoftmaxBlocks(widths);
  const flat = vectorFrom(values);
  const [loss, gradient] = scope(() => {
    const batch = maskedRows(network, codes, which, masks);
    const found = network.gradient(network.layout.layers(flat), blocks, batch);
    return [hold(found.loss), hold(found.gradient)] as const;
  });
  const result = { loss: (await valuesOf(loss))[0], gradient: await valuesOf(gradient) };
  for (const tensor of [loss, gradient, flat]) tensor.dispose();
  blocks.dispose();
  return result;
}

/** Loss of one row in double precision, by plain loops. */
function referenceLoss(values: Float32Array, row: number, { known, weights }: Masks, place: number): number {
  let at = 0;
  const dense = (input: readonly number[], outputs: number): number[] => {
    const out = Array.from({ length: outputs }, (_, o) =>
      input.reduce((sum, value, i) => sum + value * values[at + i * outputs + o], 0),
    );
    at += input.length * outputs;
    const biased = out.map((value, o) => value + values[at + o]);
    at += outputs;
    return biased;
  };
  const input = widths.flatMap((width, c) =>
    Array.from({ length: width }, (_, code) => (codes[c][row] === code ? known[place * 4 + c] : 0)),
  );
  const relu = (each: number[]): number[] => each.map((value) => Math.max(0, value));
  const logits = dense(relu(dense(relu(dense(input, 6)), 6)), network.width);
  return widths.reduce((sum, width, c) => {
    const block = logits.slice(network.offsets[c], network.offsets[c] + width);
    const total = block.reduce((all, logit) => all + Math.exp(logit), 0);
    return sum + weights[place * 4 + c] * (Math.log(total) - block[codes[c][row]]);
  }, 0);
}

describe('the autoregressive network', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('has the loss that plain loops give, and the gradient that finite differences give', async () => {
    const before = tensorCount();
    const masks = drawMasks(rows, order, 0.5, seededRng('masks'));
    const { loss, gradient } = await lossAndGradient(start, masks);
    const lossAt = (values: Float32Array): number =>
      codes[0].reduce((sum, _, row) => sum + referenceLoss(values, row, masks, row), 0) / rows;
    expect(loss).toBeCloseTo(lossAt(start), 4);
    expect(gradient).toHaveLength(network.layout.length);
    const step = 1e-4;
    let worst = 0;
    for (let i = 0; i < start.length; i++) {
      const [up, down] = [start.slice(), start.slice()];
      up[i] += step;
      down[i] -= step;
      const slope = (lossAt(up) - lossAt(down)) / (up[i] - down[i]);
      worst = Math.max(worst, Math.abs(slope - gradient[i]) / Math.max(0.3, Math.abs(slope)));
    }
    expect(worst).toBeLessThan(5e-3);
    expect(tensorCount()).toBe(before);
  });

  it('sums the clipped gradients of single rows, whatever the clip norm, and keeps masks with their rows', async () => {
    const before = tensorCount();
    const seed = seededRng('private masks');
    const gradients = new MaskedRowGradients(network, { codes, order }, seed);
    const masks = drawMasks(8, order, 0.5, seed.fork('masks 3 0'));
    const single: number[][] = [];
    for (const row of upTo(rows)) {
      const one = {
        known: masks.known.slice(row * 4, row * 4 + 4),
        weights: masks.weights.slice(row * 4, row * 4 + 4),
      };
      single.push([...(await lossAndGradient(start, one, Int32Array.of(row))).gradient]);
    }
    const norms = single.map(normOf);
    gradients.load();
    const parameters = vectorFrom(start);
    // The last place is empty: it computes a copy of another row and must add nothing.
    const places = Int32Array.of(...upTo(rows), -1);
    for (const clipNorm of [1e-3, Math.min(...norms), Math.max(...norms), 1e6]) {
      const sum = await clippedSum(gradients, parameters, { step: 3, part: 0, rows: places }, clipNorm);
      const expected = referenceClippedSum(single, clipNorm);
      expect(distance(sum ?? [], expected)).toBeLessThan(1e-5 * normOf(expected));
    }
    parameters.dispose();
    gradients.unload();
    expect(tensorCount()).toBe(before);
  });

  it('fills in columns one by one from the logits of the whole network', async () => {
    const before = tensorCount();
    const conditionals = new Conditionals({ network, parameters: start }, false);
    const known = new Map([[2, codes[2]]]);
    const seen: number[] = [];
    await conditionals.fill(known, [0, 3, 1], (column, logits) => {
      // What follows from the known columns alone: the log-softmax of each row's code is its loss.
      const shown = [2, 0, 3, 1].slice(0, seen.push(column));
      const width = widths[column];
      codes[column].forEach((code, row) => {
        const masks = {
          known: Float32Array.from(widths, (_, c) => (shown.includes(c) ? 1 : 0)),
          weights: Float32Array.from(widths, (_, c) => (c === column ? 1 : 0)),
        };
        const block = logits.subarray(row * width, (row + 1) * width);
        const total = block.reduce((sum, logit) => sum + Math.exp(logit), 0);
        expect(Math.log(total) - block[code]).toBeCloseTo(referenceLoss(start, row, masks, 0), 4);
      });
      return codes[column];
    });
    expect(seen).toEqual([0, 3, 1]);
    conditionals.dispose();
    expect(tensorCount()).toBe(before);
  });

  it('starts with each column at its own shares, whatever is known', () => {
    const skewed = [[0.7, 0.2, 0.1], [1], [0.2, 0.2, 0.2, 0.2, 0.2], [0.9, 0.1]].map((block) =>
      Float64Array.from(block),
    );
    const logits = network.initial(skewed, rng).at(-1)?.initial ?? [];
    expect(Math.exp(logits[0] - logits[2])).toBeCloseTo(7, 1);
    expect(Math.exp(logits[9] - logits[10])).toBeCloseTo(9, 1);
  });
});

describe('masks', () => {
  it('show some columns of each row but never all; the others weigh alike, or the next in order more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0, 0.5, 1),
        fc.integer(),
        (columns, ordered, seed) => {
          const all = [...upTo(columns)].reverse();
          const { known, weights } = drawMasks(40, all, ordered, seededRng(seed));
          for (let row = 0; row < 40; row++) {
            const shown = [...known.subarray(row * columns, (row + 1) * columns)];
            const count = shown.filter((flag) => flag === 1).length;
            expect(count).toBeLessThan(columns);
            shown.forEach((flag, c) => {
              const weight = weights[row * columns + c];
              if (flag === 1) expect(weight).toBe(0);
              else if (ordered === 0) expect(weight).toBeCloseTo(columns / (columns - count), 5);
              else expect(weight).toBeGreaterThan(0);
            });
            if (ordered < 1) continue;
            expect(all.slice(0, count).every((c) => shown[c] === 1)).toBe(true);
            const next = weights[row * columns + all[count]];
            expect(next).toBeCloseTo(columns / 2 + columns / 2 / (columns - count), 5);
          }
        },
      ),
    );
  });

  it('show every number of columns, and every column, equally often (five standard deviations)', () => {
    const draws = 20_000;
    const { known } = drawMasks(draws, [0, 1, 2, 3], 0, seededRng('even'));
    const counts = [0, 0, 0, 0];
    const shown = [0, 0, 0, 0];
    for (let row = 0; row < draws; row++) {
      const flags = [...known.subarray(row * 4, row * 4 + 4)];
      counts[flags.filter((flag) => flag === 1).length]++;
      flags.forEach((flag, c) => (shown[c] += flag));
    }
    for (const count of counts) expect(Math.abs(count / draws - 0.25)).toBeLessThan(0.0155);
    for (const count of shown) expect(Math.abs(count / draws - 0.375)).toBeLessThan(0.0172);
  });
});
