import type { Rng } from '../../../workers/random/rng.ts';
import { Adam, type AdamState } from '../../../workers/nn/adam.ts';
import { parameterGradient } from '../../../workers/nn/parameterGradient.ts';
import { initialValues, ParameterLayout } from '../../../workers/nn/parameters.ts';
import { SoftmaxBlocks } from '../../../workers/nn/softmaxBlocks.ts';
import {
  denseShapes,
  stackBackward,
  stackForward,
  stackOf,
  type DenseShape,
} from '../../../workers/nn/stack.ts';
import { hold, matrixFrom, scope, weightedSum, type DeviceScalar } from '../../../workers/nn/tensors.ts';
import type { Trainee } from '../../../workers/nn/trainer.ts';

/** A small network that learns labels from features: something for the trainer to train. */
export class Classifier implements Trainee<AdamState> {
  readonly #shapes: readonly DenseShape[];
  readonly #layout: ParameterLayout;
  readonly #initial: Float32Array;
  readonly #widths: readonly number[];
  readonly #features: Float32Array;
  readonly #labels: Int32Array;
  #adam: Adam | undefined;
  #blocks: SoftmaxBlocks | undefined;

  constructor(features: Float32Array, labels: Int32Array, widths: readonly number[], rng: Rng) {
    this.#features = features;
    this.#labels = labels;
    this.#widths = widths;
    this.#shapes = stackOf(widths, 'linear');
    const parameters = this.#shapes.flatMap((shape) => denseShapes(shape, rng));
    this.#layout = new ParameterLayout(parameters);
    this.#initial = initialValues(parameters);
  }

  load(state: AdamState | undefined): void {
    this.#adam = new Adam(this.#initial, {}, state);
    this.#blocks = new SoftmaxBlocks([this.#widths[this.#widths.length - 1]]);
  }

  step(rows: Int32Array, _step: number, learningRate: number): DeviceScalar {
    const adam = this.#adam;
    const blocks = this.#blocks;
    if (!blocks || !adam) throw new Error('not loaded');
    return scope(() => {
      const layers = this.#layout.layers(adam.parameters);
      const inputs = this.#widths[0];
      const x = new Float32Array(rows.length * inputs);
      const outputs = this.#widths[this.#widths.length - 1];
      const y = new Float32Array(rows.length * outputs);
      rows.forEach((row, i) => {
        x.set(this.#features.subarray(row * inputs, (row + 1) * inputs), i * inputs);
        y[i * outputs + this.#labels[row]] = 1;
      });
      const trace = stackForward(this.#shapes, layers, matrixFrom(x, rows.length, inputs));
      const rowWeight = 1 / rows.length;
      const targets = matrixFrom(y, rows.length, outputs);
      const head = blocks.crossEntropy(trace[trace.length - 1], targets, { rowWeight });
      const back = stackBackward(this.#shapes, layers, trace, head.gradient);
      adam.step(parameterGradient([back]), learningRate);
      return hold(weightedSum([{ values: head.losses, weight: rowWeight }]));
    });
  }

  async save(): Promise<AdamState> {
    if (!this.#adam) throw new Error('not loaded');
    return this.#adam.save();
  }

  unload(): void {
    this.#adam?.dispose();
    this.#blocks?.dispose();
    this.#adam = this.#blocks = undefined;
  }
}

/** Rows whose label is where the largest of the first `labels` features is: learnable, not at once. */
export function labelledRows(
  rows: number,
  features: number,
  labels: number,
  rng: Rng,
): { features: Float32Array; labels: Int32Array } {
  const values = new Float32Array(rows * features);
  for (let i = 0; i < values.length; i++) values[i] = rng.normal();
  const marks = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let label = 1; label < labels; label++) {
      if (values[row * features + label] > values[row * features + marks[row]]) marks[row] = label;
    }
  }
  return { features: values, labels: marks };
}
