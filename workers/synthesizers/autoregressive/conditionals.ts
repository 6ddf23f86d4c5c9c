import { oneHot } from '../../encode/oneHot.ts';
import { denseForward, type DenseParameters } from '../../nn/dense.ts';
import { Part } from '../../nn/parts.ts';
import { Resident } from '../../nn/resident.ts';
import {
  affine,
  hold,
  matrixAt,
  matrixFrom,
  multiply,
  plus,
  readOut,
  rectified,
  scope,
  vectorFrom,
  type Matrix,
  type Vector,
} from '../../nn/tensors.ts';
import type { AutoregressiveNetwork } from './network.ts';

/** A trained network on the host: plain numbers that any backend can take. */
export interface TrainedNetwork {
  readonly network: AutoregressiveNetwork;
  readonly parameters: Float32Array;
}

export type ColumnCodes = Uint16Array;
/** Codes of the columns that are known already, by column; all of one length. */
export type KnownCodes = ReadonlyMap<number, ColumnCodes>;
/** Codes for a column from its logits given the columns before: row-major, rows x codes of the column. */
export type Choose = (column: number, logits: Float32Array) => ColumnCodes | Promise<ColumnCodes>;

/** The network cut up by columns. */
interface OnDevice {
  /** Rows of the first layer's weights that belong to each column. */
  readonly inputs: readonly Matrix[];
  readonly bias: Vector;
  readonly hidden: readonly DenseParameters[];
  readonly heads: readonly DenseParameters[];
  dispose(): void;
}

/**
 * Fills in columns one after another, each from its distribution given those before. The sums of the first layer are
 * kept, and a column that becomes known adds its rows of weights to them, so that a step costs no more for the columns
 * that are known already.
 */
export class Conditionals {
  readonly trained: TrainedNetwork;
  readonly #resident: Resident<OnDevice>;

  /** `survives` as in `Resident`. */
  constructor(trained: TrainedNetwork, survives: boolean) {
    this.trained = trained;
    this.#resident = new Resident(() => onDevice(trained), survives);
  }

  /**
   * The columns of `order`, in that order, given at least one known column, which they must not repeat. When the device
   * is lost, `choose` is asked again from the start: it must give the same answers then.
   */
  fill(known: KnownCodes, order: readonly number[], choose: Choose): Promise<Map<number, ColumnCodes>> {
    return this.#resident.use((device) => this.#fill(device, known, order, choose));
  }

  /**
   * Logits of one column, row-major, rows x codes, for rows given by their sums in the first layer: row-major, rows x
   * hidden units, of the bias and the weights of what is known.
   */
  logits(column: number, sums: Float32Array): Promise<Float32Array> {
    const { hidden } = this.trained.network.sizes;
    return this.#resident.use((device) =>
      readOut(() => headOf(device, column, matrixFrom(sums, sums.length / hidden, hidden))),
    );
  }

  dispose(): void {
    this.#resident.dispose();
  }

  async #fill(
    device: OnDevice,
    known: KnownCodes,
    order: readonly number[],
    choose: Choose,
  ): Promise<Map<number, ColumnCodes>> {
    const made = new Map<number, ColumnCodes>();
    let sums = scope(() => this.#sumsOf(device, known));
    try {
      for (const [i, column] of order.entries()) {
        const logits = await readOut(() => headOf(device, column, sums));
        const codes = await choose(column, logits);
        made.set(column, codes);
        if (i === order.length - 1) break;
        const before = sums;
        sums = scope(() => hold(plus(before, multiply(this.#oneHot(column, codes), device.inputs[column]))));
        before.dispose();
      }
    } finally {
      sums.dispose();
    }
    return made;
  }

  #sumsOf({ inputs, bias }: OnDevice, known: KnownCodes): Matrix {
    let sums: Matrix | undefined;
    for (const [column, codes] of known) {
      const values = this.#oneHot(column, codes);
      sums = sums
        ? plus(sums, multiply(values, inputs[column]))
        : affine(values, inputs[column], bias, 'linear');
    }
    if (!sums) throw new RangeError('Nothing is known of the rows.');
    return sums;
  }

  #oneHot(column: number, codes: ColumnCodes): Matrix {
    const width = this.trained.network.sizes.widths[column];
    return matrixFrom(oneHot([codes], [width], Int32Array.from(codes.keys())), codes.length, width);
  }
}

const headOf = ({ hidden, heads }: OnDevice, column: number, sums: Matrix): Matrix => {
  let features = rectified(sums);
  for (const layer of hidden) features = denseForward(layer, 'relu', features);
  return denseForward(heads[column], 'linear', features);
};

function onDevice({ network, parameters }: TrainedNetwork): OnDevice {
  const { widths, hidden } = network.sizes;
  const kept = scope(() => {
    const flat = vectorFrom(parameters);
    const layers = network.layout.layers(flat);
    return {
      inputs: widths.map((width, c) => hold(matrixAt(flat, network.offsets[c] * hidden, width, hidden))),
      bias: hold(layers[0].bias.line()),
      between: layers
        .slice(1, -1)
        .map(({ weights, bias }) => ({ weights: hold(weights.whole()), bias: hold(bias.line()) })),
    };
  });
  const between = kept.between.map(({ weights, bias }) => ({
    weights: Part.of(weights),
    bias: Part.ofLine(bias),
  }));
  const heads = headsOf(network, parameters);
  const dense = [...between, ...heads].flatMap(({ weights, bias }) => [weights.tensor, bias.tensor]);
  const tensors = [...kept.inputs, kept.bias, ...dense];
  return { ...kept, hidden: between, heads, dispose: () => tensors.forEach((tensor) => tensor.dispose()) };
}

/** The last layer, one dense layer a column. */
function headsOf(
  { sizes: { widths, hidden }, width, offsets }: AutoregressiveNetwork,
  parameters: Float32Array,
): DenseParameters[] {
  const bias = parameters.length - width;
  const weights = bias - hidden * width;
  return widths.map((size, c) => {
    const block = new Float32Array(hidden * size);
    for (let h = 0; h < hidden; h++) {
      const start = weights + h * width + offsets[c];
      block.set(parameters.subarray(start, start + size), h * size);
    }
    const start = bias + offsets[c];
    return {
      weights: Part.of(matrixFrom(block, hidden, size)),
      bias: Part.ofLine(vectorFrom(parameters.slice(start, start + size))),
    };
  });
}
