import { beforeAll, describe, expect, it } from 'vitest';
import { oneHot } from '../../../workers/encode/oneHot.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { normals } from '../../../workers/nn/initialise.ts';
import { initialValues } from '../../../workers/nn/parameters.ts';
import { SoftmaxBlocks } from '../../../workers/nn/softmaxBlocks.ts';
import { hold, matrixFrom, scope, tensorCount, valuesOf, vectorFrom } from '../../../workers/nn/tensors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { VaeNetwork } from '../../../workers/synthesizers/vae/network.ts';

const widths = [3, 1, 5, 2];
const rows = 7;
const klWeight = 0.5;
const network = new VaeNetwork({ widths, hidden: 6, latent: 3 });
const rng = seededRng('vae');
const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
const start = initialValues(network.initial(shares, rng)).map((value) => value + 0.1 * rng.normal());
const tokens = widths.map((width) => Uint16Array.from({ length: rows }, () => rng.int(width)));
const inputs = oneHot(
  tokens,
  widths,
  Int32Array.from({ length: rows }, (_, i) => i),
);
const noise = normals(rows * 3, 1, rng);

async function lossAndGradient(values: Float32Array): Promise<{ loss: number; gradient: Float32Array }> {
  const blocks = new SoftmaxBlocks(widths);
  const flat = vectorFrom(values);
  const [loss, gradient] = scope(() => {
    const x = matrixFrom(inputs, rows, network.width);
    const layers = network.layout.layers(flat);
    const found = network.gradient(layers, blocks, x, matrixFrom(noise, rows, 3), klWeight);
    return [hold(found.loss), hold(found.gradient)] as const;
  });
  const result = { loss: (await valuesOf(loss))[0], gradient: await valuesOf(gradient) };
  for (const tensor of [loss, gradient, flat]) tensor.dispose();
  blocks.dispose();
  return result;
}

describe('the VAE network', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('has the gradient that finite differences give, for every parameter', async () => {
    const before = tensorCount();
    const { gradient } = await lossAndGradient(start);
    expect(gradient).toHaveLength(network.layout.length);
    // Single precision: a step of 2e-3 stays clear of kinks, above rounding.
    const step = 2e-3;
    let worst = 0;
    for (let i = 0; i < start.length; i++) {
      const up = start.slice();
      const down = start.slice();
      up[i] += step;
      down[i] -= step;
      const slope =
        ((await lossAndGradient(up)).loss - (await lossAndGradient(down)).loss) / (up[i] - down[i]);
      worst = Math.max(worst, Math.abs(slope - gradient[i]) / Math.max(0.3, Math.abs(slope)));
    }
    expect(worst).toBeLessThan(0.02);
    expect(tensorCount()).toBe(before);
  });

  it('starts with each column at its own shares when the latent space says nothing yet', async () => {
    const skewed = [
      new Float64Array([0.7, 0.2, 0.1]),
      new Float64Array([1]),
      new Float64Array(5).fill(0.2),
      new Float64Array([0.9, 0.1]),
    ];
    const shapes = network.initial(skewed, rng);
    const logits = shapes[shapes.length - 1].initial;
    expect(Math.exp(logits[0] - logits[2])).toBeCloseTo(7, 1);
    expect(Math.exp(logits[9] - logits[10])).toBeCloseTo(9, 1);
  });
});
