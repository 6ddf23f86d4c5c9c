import type { Rng } from '../../../workers/random/rng.ts';
import { Adam, type AdamState } from '../../../workers/nn/adam.ts';
import { summedGradients } from '../../../workers/nn/dense.ts';
import { initialValues, ParameterLayout } from '../../../workers/nn/parameters.ts';
import { SoftmaxBlocks } from '../../../workers/nn/softmaxBlocks.ts';
import {
  denseShapes,
  stackBackward,
  stackForward,
  stackOf,
  type DenseShape,
} from '../../../workers/nn/stack.ts';
import {
  hold,
  matrixFrom,
  scaled,
  scope,
  valuesOf,
  vectorFrom,
  type DeviceScalar,
  type Vector,
} from '../../../workers/nn/tensors.ts';
import type { Trainee } from '../../../workers/nn/trainer.ts';

export interface ClassifierState {
  readonly parameters: Float32Array;
  readonly adam: AdamState;
}

/** A small network that learns labels from features: something for the trainer to train. */
export class Classifier implements Trainee<ClassifierState> {
  readonly #shapes: readonly DenseShape[];
  readonly #layout: ParameterLayout;
  readonly #initial: Float32Array;
  readonly #widths: readonly number[];
  readonly #features: Float32Array;
  readonly #labels: Int32Array;
  #flat: Vector | undefined;
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

  load(state: ClassifierState | undefined): void {
    this.#flat = vectorFrom(state?.parameters ?? this.#initial);
    this.#adam = new Adam(this.#layout.length, state?.adam);
    this.#blocks = new SoftmaxBlocks([this.#widths[this.#widths.length - 1]]);
  }

  step(rows: Int32Array, _step: number, learningRate: number): DeviceScalar {
    const flat = this.#flat;
    const blocks = this.#blocks;
    if (!flat || !blocks || !this.#adam) throw new Error('not loaded');
    const [loss, gradient] = scope(() => {
      const layers = this.#layout.layers(flat);
      const inputs = this.#widths[0];
      const x = new Float32Array(rows.length * inputs);
      const outputs = this.#widths[this.#widths.length - 1];
      const y = new Float32Array(rows.length * outputs);
      rows.forEach((row, i) => {
        x.set(this.#features.subarray(row * inputs, (row + 1) * inputs), i * inputs);
        y[i * outputs + this.#labels[row]] = 1;
      });
      const trace = stackForward(this.#shapes, layers, matrixFrom(x, rows.length, inputs));
      const head = blocks.crossEntropy(trace[trace.length - 1], matrixFrom(y, rows.length, outputs));
      const back = stackBackward(this.#shapes, layers, trace, scaled(head.gradient, 1 / rows.length));
      return [
        hold(scaled(head.loss, 1 / rows.length)),
        hold(this.#layout.flatten(summedGradients(back))),
      ] as const;
    });
    this.#flat = this.#adam.step(flat, gradient, learningRate);
    flat.dispose();
    gradient.dispose();
    return loss;
  }

  async save(): Promise<ClassifierState> {
    if (!this.#flat || !this.#adam) throw new Error('not loaded');
    const [parameters, adam] = await Promise.all([valuesOf(this.#flat), this.#adam.save()]);
    return { parameters, adam };
  }

  unload(): void {
    this.#flat?.dispose();
    this.#adam?.dispose();
    this.#blocks?.dispose();
    this.#flat = this.#adam = this.#blocks = undefined;
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
