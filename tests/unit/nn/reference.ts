/**
 * The same network, loss and optimiser as `workers/nn`, written once more in plain double-precision loops: what the
 * tensor code is compared with.
 */
export interface ReferenceLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly relu: boolean;
  weights: number[]; // inputs x outputs
  bias: number[];
}

export interface ReferenceGradient {
  readonly loss: number;
  /** Layer by layer: weights then bias, as in the parameter vector. */
  readonly gradient: number[];
}

const forward = (layer: ReferenceLayer, input: number[]): number[] => {
  const output = [...layer.bias];
  for (let i = 0; i < layer.inputs; i++)
    for (let o = 0; o < layer.outputs; o++) output[o] += input[i] * layer.weights[i * layer.outputs + o];
  return layer.relu ? output.map((value) => Math.max(0, value)) : output;
};

/** Block softmax probabilities of one row. */
export const blockSoftmax = (logits: number[], blocks: readonly number[]): number[] => {
  const out: number[] = [];
  let offset = 0;
  for (const width of blocks) {
    const block = logits.slice(offset, offset + width);
    const top = Math.max(...block);
    const weights = block.map((value) => Math.exp(value - top));
    const total = weights.reduce((a, b) => a + b, 0);
    out.push(...weights.map((weight) => weight / total));
    offset += width;
  }
  return out;
};

/** Mean over rows of the summed block cross-entropy, and its gradient by all parameters. */
export function referenceGradient(
  layers: readonly ReferenceLayer[],
  blocks: readonly number[],
  inputs: readonly number[][],
  targets: readonly number[][],
): ReferenceGradient {
  const gradients = layers.map((layer) => ({
    weights: new Array<number>(layer.weights.length).fill(0),
    bias: new Array<number>(layer.bias.length).fill(0),
  }));
  let loss = 0;
  inputs.forEach((input, row) => {
    const trace = [input];
    for (const layer of layers) trace.push(forward(layer, trace[trace.length - 1]));
    const probabilities = blockSoftmax(trace[trace.length - 1], blocks);
    probabilities.forEach((p, k) => (loss -= targets[row][k] === 1 ? Math.log(p) : 0));
    let upstream = probabilities.map((p, k) => (p - targets[row][k]) / inputs.length);
    for (let l = layers.length - 1; l >= 0; l--) {
      const layer = layers[l];
      const delta = upstream.map((g, o) => (layer.relu && trace[l + 1][o] <= 0 ? 0 : g));
      upstream = new Array<number>(layer.inputs).fill(0);
      for (let o = 0; o < layer.outputs; o++) {
        gradients[l].bias[o] += delta[o];
        for (let i = 0; i < layer.inputs; i++) {
          gradients[l].weights[i * layer.outputs + o] += trace[l][i] * delta[o];
          upstream[i] += delta[o] * layer.weights[i * layer.outputs + o];
        }
      }
    }
  });
  return {
    loss: loss / inputs.length,
    gradient: gradients.flatMap(({ weights, bias }) => [...weights, ...bias]),
  };
}

/** Adam as the paper writes it. Changes `parameters` in place. */
export class ReferenceAdam {
  readonly #first: number[];
  readonly #second: number[];
  #steps = 0;

  constructor(length: number) {
    this.#first = new Array<number>(length).fill(0);
    this.#second = new Array<number>(length).fill(0);
  }

  step(parameters: number[], gradient: readonly number[], learningRate: number): void {
    this.#steps++;
    gradient.forEach((g, i) => {
      this.#first[i] = 0.9 * this.#first[i] + 0.1 * g;
      this.#second[i] = 0.999 * this.#second[i] + 0.001 * g * g;
      const first = this.#first[i] / (1 - 0.9 ** this.#steps);
      const second = this.#second[i] / (1 - 0.999 ** this.#steps);
      parameters[i] -= (learningRate * first) / (Math.sqrt(second) + 1e-8);
    });
  }
}

/** Layers cut from one parameter vector: weights, then bias, layer by layer; relu on all but the last. */
export function referenceLayers(parameters: readonly number[], widths: readonly number[]): ReferenceLayer[] {
  let offset = 0;
  const take = (count: number): number[] => parameters.slice(offset, (offset += count));
  return widths.slice(1).map((outputs, i) => ({
    inputs: widths[i],
    outputs,
    relu: i < widths.length - 2,
    weights: take(widths[i] * outputs),
    bias: take(outputs),
  }));
}

/** Row-major values as rows. */
export const rowsOf = (values: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: values.length / columns }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) => values[row * columns + column]),
  );
