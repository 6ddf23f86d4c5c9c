import { beforeAll, describe, expect, it } from 'vitest';
import { oneHot } from '../../../workers/encode/oneHot.ts';
import { chooseBackend } from '../../../workers/nn/backends.ts';
import { normals } from '../../../workers/nn/initialise.ts';
import { initialValues, type ParameterLayout } from '../../../workers/nn/parameters.ts';
import { SoftmaxBlocks } from '../../../workers/nn/softmaxBlocks.ts';
import { parameterGradient } from '../../../workers/nn/parameterGradient.ts';
import {
  hold,
  matrixFrom,
  scope,
  tensorCount,
  valuesOf,
  vectorFrom,
  weightedSum,
} from '../../../workers/nn/tensors.ts';
import type { DenseParameters } from '../../../workers/nn/dense.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { Critic } from '../../../workers/synthesizers/gan/critic.ts';
import { criticOnRows, makeRows, type Step } from '../../../workers/synthesizers/gan/duel.ts';
import { Generator } from '../../../workers/synthesizers/gan/generator.ts';
import { batchNoise, CellDraws, offsetsOf } from '../../../workers/synthesizers/gan/noise.ts';
import { drawn, throughDraw } from '../../../workers/synthesizers/gan/straightThrough.ts';

const widths = [3, 1, 5, 2];
const width = 11;
const rows = 9;
const rng = seededRng('gan');
const tokens = widths.map((each) => Uint16Array.from({ length: rows }, () => rng.int(each)));
const real = oneHot(
  tokens,
  widths,
  Int32Array.from({ length: rows }, (_, i) => i),
);
const critic = new Critic(width, 6);
const start = initialValues(critic.initial(rng)).map((value) => value + 0.2 * rng.normal());

type Work = (layers: readonly DenseParameters[]) => Step;

async function stepOf(
  layout: ParameterLayout,
  values: Float32Array,
  work: Work,
): Promise<{ loss: number; gradient: Float32Array }> {
  const flat = vectorFrom(values);
  const [loss, gradient] = scope(() => {
    const found = work(layout.layers(flat));
    return [hold(weightedSum(found.losses)), hold(parameterGradient([found.pass]))] as const;
  });
  const result = { loss: (await valuesOf(loss))[0], gradient: await valuesOf(gradient) };
  for (const tensor of [loss, gradient, flat]) tensor.dispose();
  return result;
}

/** Largest difference between a gradient and slopes of its loss. */
async function worstSlope(work: Work): Promise<number> {
  const { gradient } = await stepOf(critic.layout, start, work);
  const step = 2e-3;
  let worst = 0;
  for (let i = 0; i < start.length; i++) {
    const [up, down] = [start.slice(), start.slice()];
    up[i] += step;
    down[i] -= step;
    const rise =
      (await stepOf(critic.layout, up, work)).loss - (await stepOf(critic.layout, down, work)).loss;
    const slope = rise / (up[i] - down[i]);
    worst = Math.max(worst, Math.abs(slope - gradient[i]) / Math.max(0.3, Math.abs(slope)));
  }
  return worst;
}

describe('the networks of the GAN', () => {
  beforeAll(async () => {
    await chooseBackend('cpu');
  });

  it.each([0, 5])(
    'the critic’s loss at real rows, steepness weighted %s, has the slopes of its gradient',
    async (steepness) => {
      const before = tensorCount();
      const work: Work = (layers) =>
        criticOnRows(critic, layers, matrixFrom(real, rows, width), 'real', steepness);
      expect(await worstSlope(work)).toBeLessThan(0.02);
      expect(tensorCount()).toBe(before);
    },
  );

  it('the penalty is the squared length of the gradient by the rows', async () => {
    const loss = async (values: Float32Array, steepness: number): Promise<number> =>
      (
        await stepOf(critic.layout, start, (layers) =>
          criticOnRows(critic, layers, matrixFrom(values, rows, width), 'real', steepness),
        )
      ).loss;
    const penalty = (await loss(real, 2)) - (await loss(real, 0));
    // Log odds of each row at a time, from the loss at made rows: log(1 + e^odds).
    const odds = async (values: Float32Array): Promise<number> => {
      const step = await stepOf(critic.layout, start, (layers) =>
        criticOnRows(critic, layers, matrixFrom(values, 1, width), 'made', 0),
      );
      return Math.log(Math.expm1(step.loss));
    };
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < width; k++) {
        const at = real.slice(row * width, (row + 1) * width);
        const base = at[k];
        at[k] = base + 1e-2;
        const above = await odds(at);
        at[k] = base - 1e-2;
        squares += ((above - (await odds(at))) / 2e-2) ** 2;
      }
    }
    expect(penalty).toBeGreaterThan(0);
    expect(Math.abs(penalty / (squares / rows) - 1)).toBeLessThan(0.02);
  });

  it('the critic’s loss at made rows has the slopes of its gradient', async () => {
    const work: Work = (layers) => criticOnRows(critic, layers, matrixFrom(real, rows, width), 'made', 0);
    expect(await worstSlope(work)).toBeLessThan(0.02);
  });

  it('made rows have one token a column, the given cell as given, and the others as their logits say', async () => {
    const many = 20_000;
    const shares = widths.map((each) =>
      Float64Array.from({ length: each }, (_, k) => (2 * (k + 1)) / (each * (each + 1))),
    );
    const generator = new Generator({ widths, hidden: 4, latent: 3 });
    const parameters = initialValues(generator.initial(shares, rng));
    // Nothing but the last biases: every row has the shares as its logits.
    parameters.fill(0, 0, parameters.length - width);
    const cells = new CellDraws(shares).draw(many, rng);
    const blocks = new SoftmaxBlocks(widths);
    const flat = vectorFrom(parameters);
    const made = scope(() =>
      hold(
        makeRows(generator, generator.layout.layers(flat), blocks, batchNoise(generator, cells, rng)).rows,
      ),
    );
    const values = await valuesOf(made);
    for (const tensor of [made, flat]) tensor.dispose();
    blocks.dispose();
    const offsets = offsetsOf(widths);
    for (let row = 0; row < many; row++) {
      expect(values[row * width + offsets[cells.columns[row]] + cells.tokens[row]]).toBe(1);
    }
    widths.forEach((each, c) => {
      for (let k = 0; k < each; k++) {
        let sum = 0;
        for (let row = 0; row < many; row++) sum += values[row * width + offsets[c] + k];
        // Five standard deviations, and what a tie leaves soft.
        const sd = Math.sqrt((shares[c][k] * (1 - shares[c][k])) / many);
        expect(Math.abs(sum / many - shares[c][k])).toBeLessThan(5 * sd + 2e-3);
      }
    });
  });

  it('the gradient through a draw is that of the soft form', async () => {
    const logits = normals(rows * width, 1, rng);
    const gumbel = normals(rows * width, 1, rng);
    const pull = normals(rows * width, 1, rng);
    const blocks = new SoftmaxBlocks(widths);
    const softOf = async (values: Float32Array): Promise<number> => {
      const soft = scope(() =>
        hold(drawn(matrixFrom(values, rows, width), matrixFrom(gumbel, rows, width), blocks).soft),
      );
      const found = await valuesOf(soft);
      soft.dispose();
      return found.reduce((sum, value, i) => sum + value * pull[i], 0);
    };
    const gradient = scope(() => {
      const tokensOf = drawn(matrixFrom(logits, rows, width), matrixFrom(gumbel, rows, width), blocks);
      const all = matrixFrom(new Float32Array(rows * width).fill(1), rows, width);
      return hold(throughDraw(tokensOf, matrixFrom(pull, rows, width), all, blocks));
    });
    const found = await valuesOf(gradient);
    gradient.dispose();
    for (let i = 0; i < width; i++) {
      const [up, down] = [logits.slice(), logits.slice()];
      up[i] += 1e-2;
      down[i] -= 1e-2;
      const slope = ((await softOf(up)) - (await softOf(down))) / 2e-2;
      expect(Math.abs(slope - found[i])).toBeLessThan(1e-2);
    }
    blocks.dispose();
  });
});
