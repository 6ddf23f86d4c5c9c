import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { initialValues } from '../../../workers/nn/parameters.ts';
import { SoftmaxBlocks } from '../../../workers/nn/softmaxBlocks.ts';
import { hold, scope, tensorCount, valuesOf, vectorFrom } from '../../../workers/nn/tensors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { drawMasks, maskedRows } from '../../../workers/synthesizers/autoregressive/masks.ts';
import { AutoregressiveNetwork } from '../../../workers/synthesizers/autoregressive/network.ts';
import { orderedColumns, WaveParameters } from '../../../workers/synthesizers/autoregressive/waves.ts';

/** A category, nine bins, seven bins and missing. */
const widths = [3, 9, 8];
const ordered = [0, 9, 7];
const rng = seededRng('waves');
const shares = widths.map((width) => new Float64Array(width).fill(1 / width));
const network = new AutoregressiveNetwork({ widths, hidden: 4, depth: 2 });
const parameters = new WaveParameters(network, orderedColumns(ordered, shares));
const own = initialValues(network.initial(shares, rng));
const start = parameters.initial(own).map((value) => value + 0.2 * rng.normal());
const rows = Int32Array.from({ length: 6 }, (_, i) => i);
const codes = widths.map((width) => Uint16Array.from(rows, () => rng.int(width)));
const masks = drawMasks(rows.length, [0, 1, 2], 0.5, seededRng('masks'));

/** Of all parameters, waves included. */
async function lossAndGradient(values: Float32Array): Promise<{ loss: number; gradient: Float32Array }> {
  const blocks = new SoftmaxBlocks(widths);
  const waves = parameters.onDevice();
  const flat = vectorFrom(values);
  const [loss, gradient] = scope(() => {
    const batch = maskedRows(network, codes, rows, masks);
    const found = network.gradient(parameters.layers(flat, waves), blocks, batch);
    return [hold(found.loss), hold(parameters.gradient(found.gradient, waves))] as const;
  });
  const result = { loss: (await valuesOf(loss))[0], gradient: await valuesOf(gradient) };
  for (const tensor of [loss, gradient, flat, waves?.across, waves?.down]) tensor?.dispose();
  blocks.dispose();
  return result;
}

/** Of the network's own parameters, without waves. */
async function plainLoss(values: Float32Array): Promise<number> {
  const blocks = new SoftmaxBlocks(widths);
  const flat = vectorFrom(values);
  const loss = scope(() => {
    const batch = maskedRows(network, codes, rows, masks);
    return hold(network.gradient(network.layout.layers(flat), blocks, batch).loss);
  });
  const [value] = await valuesOf(loss);
  for (const tensor of [loss, flat]) tensor.dispose();
  blocks.dispose();
  return value;
}

describe('waves over ordered codes', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it('are for columns with an order and enough codes, by the middle of each code', () => {
    const columns = orderedColumns([0, 9, 7, 5], [...shares, new Float64Array(5).fill(0.2)]);
    expect(columns.map(({ column }) => column)).toEqual([1, 2]);
    expect(columns[0].ranks[0]).toBeCloseTo(1 / 18);
    expect(columns[1].ranks).toHaveLength(7);
    expect([...columns[1].ranks].every((rank, i, all) => i === 0 || rank > all[i - 1])).toBe(true);
  });

  it('begin as nothing: the network is its own', async () => {
    const { loss } = await lossAndGradient(parameters.initial(own));
    expect(loss).toBeCloseTo(await plainLoss(own), 5);
    expect(parameters.worked(parameters.initial(own))).toEqual(own);
  });

  it('worked into the network give the same network', async () => {
    const { loss } = await lossAndGradient(start);
    expect(loss).toBeCloseTo(await plainLoss(parameters.worked(start)), 5);
  });

  it('have the gradient that finite differences give, and leave no tensor behind', async () => {
    const before = tensorCount();
    const { gradient } = await lossAndGradient(start);
    expect(gradient).toHaveLength(parameters.length);
    const step = 1e-2;
    for (let at = network.layout.length; at < parameters.length; at += 3) {
      const [up, down] = [Float32Array.from(start), Float32Array.from(start)];
      up[at] += step;
      down[at] -= step;
      const slope = ((await lossAndGradient(up)).loss - (await lossAndGradient(down)).loss) / (2 * step);
      expect(gradient[at]).toBeCloseTo(slope, 2);
    }
    expect(tensorCount()).toBe(before);
  });

  it('are left out where no column has an order', () => {
    const none = new WaveParameters(network, []);
    expect(none.length).toBe(network.layout.length);
    expect(none.onDevice()).toBeUndefined();
  });
});
