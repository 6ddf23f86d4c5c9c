import type { Filled, RowGradients } from '../../../workers/nn/clippedSum.ts';
import type { DenseParameters, LayerUse } from '../../../workers/nn/dense.ts';
import { initialValues, ParameterLayout } from '../../../workers/nn/parameters.ts';
import { SoftmaxBlocks } from '../../../workers/nn/softmaxBlocks.ts';
import { denseShapes, stackBackward, stackForward, stackOf } from '../../../workers/nn/stack.ts';
import { matrixFrom } from '../../../workers/nn/tensors.ts';
import { seededRng } from '../../../workers/random/rng.ts';
import { referenceGradient, referenceLayers } from './reference.ts';

/** A small classifier whose rows can be clipped: any features, however wild, and a label a row. */
export class RowClassifier implements RowGradients {
  readonly layout: ParameterLayout;
  readonly widest: number;
  readonly initial: Float32Array;
  readonly #widths: readonly number[];
  readonly #features: Float32Array;
  readonly #labels: Int32Array;
  #blocks: SoftmaxBlocks | undefined;

  constructor(features: Float32Array, labels: Int32Array, widths: readonly number[]) {
    this.#features = features;
    this.#labels = labels;
    this.#widths = widths;
    this.widest = Math.max(...widths);
    const rng = seededRng('row classifier');
    const shapes = stackOf(widths, 'linear').flatMap((shape) => denseShapes(shape, rng));
    this.layout = new ParameterLayout(shapes);
    this.initial = initialValues(shapes);
  }

  load(): void {
    this.#blocks = new SoftmaxBlocks([this.#outputs]);
  }

  unload(): void {
    this.#blocks?.dispose();
    this.#blocks = undefined;
  }

  backward(layers: readonly DenseParameters[], { rows }: Filled): LayerUse[] {
    if (!this.#blocks) throw new Error('not loaded');
    const shapes = stackOf(this.#widths, 'linear');
    const x = new Float32Array(rows.length * this.#inputs);
    const y = new Float32Array(rows.length * this.#outputs);
    rows.forEach((row, i) => {
      x.set(this.#featuresOf(row), i * this.#inputs);
      y[i * this.#outputs + this.#labels[row]] = 1;
    });
    const trace = stackForward(shapes, layers, matrixFrom(x, rows.length, this.#inputs));
    const targets = matrixFrom(y, rows.length, this.#outputs);
    const head = this.#blocks.crossEntropyGradient(trace[trace.length - 1], targets);
    return stackBackward(shapes, layers, trace, head);
  }

  /** The gradient of one row's loss in double precision, by plain loops. */
  gradientOf(values: Float32Array, row: number): number[] {
    const target = new Array<number>(this.#outputs).fill(0);
    target[this.#labels[row]] = 1;
    const layers = referenceLayers([...values], this.#widths);
    return referenceGradient(layers, [this.#outputs], [[...this.#featuresOf(row)]], [target]).gradient;
  }

  get #inputs(): number {
    return this.#widths[0];
  }

  get #outputs(): number {
    return this.#widths[this.#widths.length - 1];
  }

  #featuresOf(row: number): Float32Array {
    return this.#features.subarray(row * this.#inputs, (row + 1) * this.#inputs);
  }
}

export const normOf = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** Sum of g min(1, clipNorm / |g|) by plain loops. */
export function referenceClippedSum(gradients: readonly number[][], clipNorm: number): Float64Array {
  const sum = new Float64Array(gradients[0]?.length ?? 0);
  for (const gradient of gradients) {
    const factor = Math.min(1, clipNorm / normOf(gradient));
    gradient.forEach((value, i) => (sum[i] += factor * value));
  }
  return sum;
}

export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  normOf(Array.from(a, (value, i) => value - b[i]));
