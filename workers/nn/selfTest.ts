import { seededRng } from '../random/rng.ts';
import { Adam } from './adam.ts';
import { slowestDecay } from './average.ts';
import { normals } from './initialise.ts';
import { parameterGradient } from './parameterGradient.ts';
import { initialValues, ParameterLayout, type ParameterShape } from './parameters.ts';
import { SoftmaxBlocks } from './softmaxBlocks.ts';
import { denseShapes, stackBackward, stackForward, stackOf } from './stack.ts';
import { hold, matrixFrom, scope, valuesOf, weightedSum, type DeviceScalar } from './tensors.ts';

/** A small classifier: what a self-test trains, and a timing of the usual step. */
export interface TestNet {
  readonly rows: number;
  /** Inputs, hidden widths, outputs. */
  readonly widths: readonly number[];
  /** Widths of the softmax blocks at the output; they sum to the last of `widths`. */
  readonly blocks: readonly number[];
}

/** Above 1,000 values a tensor, so that no backend quietly computes it on the processor instead. */
export const testNet: TestNet = { rows: 64, widths: [24, 48, 32], blocks: [20, 12] };
const usualNet: TestNet = { rows: 500, widths: [192, 256, 256, 192], blocks: [64, 64, 32, 32] };

export const testData = ({
  rows,
  widths,
  blocks,
}: TestNet): { inputs: Float32Array; targets: Float32Array } => {
  const rng = seededRng('self-test');
  const outputs = widths[widths.length - 1];
  const targets = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    let offset = row * outputs;
    for (const width of blocks) {
      targets[offset + rng.int(width)] = 1;
      offset += width;
    }
  }
  return { inputs: normals(rows * widths[0], 1, rng), targets };
};

export const testShapes = ({ widths }: TestNet): ParameterShape[] => {
  const rng = seededRng('self-test weights');
  return stackOf(widths, 'linear').flatMap((shape) => denseShapes(shape, rng));
};

/**
 * Trains the test net on the active backend with all the operations the methods use; the losses before each step.
 * Leaves no tensor behind.
 */
export async function trainTestNet(net: TestNet, steps: number): Promise<number[]> {
  const shapes = stackOf(net.widths, 'linear');
  const parameterShapes = testShapes(net);
  const layout = new ParameterLayout(parameterShapes);
  const blocks = new SoftmaxBlocks(net.blocks);
  const adam = new Adam(initialValues(parameterShapes), { slowestAverage: slowestDecay });
  const { inputs, targets } = testData(net);
  const x = matrixFrom(inputs, net.rows, net.widths[0]);
  const y = matrixFrom(targets, net.rows, net.widths[net.widths.length - 1]);
  const rowWeight = 1 / net.rows;
  const losses: DeviceScalar[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = scope(() => {
      const layers = layout.layers(adam.parameters);
      const trace = stackForward(shapes, layers, x);
      const head = blocks.crossEntropy(trace[trace.length - 1], y, { rowWeight });
      const back = stackBackward(shapes, layers, trace, head.gradient);
      adam.step(parameterGradient([back]), 0.01);
      return hold(weightedSum([{ values: head.losses, weight: rowWeight }]));
    });
    losses.push(loss);
  }
  const values: number[] = [];
  for (const loss of losses) values.push((await valuesOf(loss))[0]);
  for (const tensor of [...losses, x, y]) tensor.dispose();
  adam.dispose();
  blocks.dispose();
  return values;
}

/**
 * Losses of the test net over four steps in double precision, from an independent implementation
 * (tests/unit/nn/reference.ts); a test holds them equal.
 */
export const expectedLosses: readonly number[] = [6.448336742, 5.827640322, 5.309305894, 4.866868479];

/** Relative error that separates rounding from a wrong kernel. */
const tolerance = 1e-3;

export async function passesSelfTest(): Promise<boolean> {
  const losses = await trainTestNet(testNet, expectedLosses.length);
  return losses.every((loss, i) => Math.abs(loss / expectedLosses[i] - 1) < tolerance);
}

/** Seconds of a training step of usual size on the active backend, after warming up. `now` is in milliseconds. */
export async function secondsPerStep(now: () => number): Promise<number> {
  await trainTestNet(usualNet, 2);
  const steps = 5;
  const start = now();
  await trainTestNet(usualNet, steps);
  return (now() - start) / 1000 / steps;
}
