import type { DenseParameters, LayerUse } from '../../nn/dense.ts';
import { normals } from '../../nn/initialise.ts';
import { parameterGradient } from '../../nn/parameterGradient.ts';
import { ParameterLayout, type ParameterShape } from '../../nn/parameters.ts';
import type { SoftmaxBlocks } from '../../nn/softmaxBlocks.ts';
import {
  denseShapes,
  stackBackward,
  stackForward,
  stackOf,
  type DenseShape,
  type Trace,
} from '../../nn/stack.ts';
import { weightedSum, type DeviceScalar, type Matrix, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';

export interface AutoregressiveSizes {
  /** Codes of each column. */
  readonly widths: readonly number[];
  readonly hidden: number;
  /** Hidden layers, 1 or more. */
  readonly depth: number;
}

/** A batch of rows and what of them is shown. */
export interface MaskedRows {
  /** One-hot rows, n x width. */
  readonly rows: Matrix;
  /** 1 where a row's column is shown to the network, else 0: n x columns. */
  readonly known: Matrix;
  /** Weight of each column's cross-entropy, 0 where the column is shown: n x columns. */
  readonly weights: Matrix;
}

/** Keeps the first logit of a code nobody has finite. */
const smallestShare = 1e-4;

/**
 * Every column's distribution given any others: one dense network whose input is the one-hot row with the unknown
 * columns left at zero, and whose output is a softmax a column. Learning to fill in rows of which a random part is
 * shown trains all orders of the columns at once (Uria, Murray and Larochelle 2014, arXiv 1310.1757; for tables:
 * TabularARGN, arXiv 2501.12012).
 */
export class AutoregressiveNetwork {
  readonly sizes: AutoregressiveSizes;
  readonly width: number;
  /** Where each column's block starts. */
  readonly offsets: readonly number[];
  readonly layout: ParameterLayout;
  readonly #stack: readonly DenseShape[];

  constructor(sizes: AutoregressiveSizes) {
    const { widths, hidden, depth } = sizes;
    this.sizes = sizes;
    this.width = widths.reduce((sum, each) => sum + each, 0);
    this.offsets = widths.map((_, c) => widths.slice(0, c).reduce((sum, each) => sum + each, 0));
    this.#stack = stackOf([this.width, ...new Array<number>(depth).fill(hidden), this.width], 'linear');
    this.layout = new ParameterLayout(
      this.#stack.flatMap(({ inputs, outputs }) => [
        { rows: inputs, columns: outputs },
        { rows: 1, columns: outputs },
      ]),
    );
  }

  /** All parameters with their first values: columns start at their own shares, whatever is known. */
  initial(shares: readonly Float64Array[], rng: Rng): ParameterShape[] {
    const { widths, hidden } = this.sizes;
    const [first, ...others] = this.#stack.flatMap((shape) => denseShapes(shape, rng));
    // He initialisation for as many inputs as are not zero: on average, half the columns.
    const spread = Math.sqrt(2 / Math.max(1, widths.length / 2));
    const last = others[others.length - 1];
    const logits = shares.flatMap((block) => Array.from(block, (share) => Math.log(share + smallestShare)));
    return [
      { ...first, initial: normals(this.width * hidden, spread, rng) },
      ...others.slice(0, -1),
      { ...last, initial: new Float32Array(logits) },
    ];
  }

  /** Mean loss of a batch, in nats a row, and its gradient by all parameters in turn. Call within a scope. */
  gradient(
    layers: readonly DenseParameters[],
    blocks: SoftmaxBlocks,
    batch: MaskedRows,
  ): { loss: DeviceScalar; gradient: Vector } {
    const rowWeight = 1 / batch.rows.shape[0];
    const trace = this.#forward(layers, blocks, batch);
    const { weights } = batch;
    const head = blocks.crossEntropy(trace[trace.length - 1], batch.rows, { weights, rowWeight });
    const uses = stackBackward(this.#stack, layers, trace, head.gradient);
    return {
      loss: weightedSum([{ values: head.losses, weight: rowWeight }]),
      gradient: parameterGradient([uses]),
    };
  }

  /**
   * What the gradient of each row's own loss is made of, layer by layer in the order of the parameters. No row sees
   * another, and no loss is computed. Call within a scope.
   */
  rowGradients(layers: readonly DenseParameters[], blocks: SoftmaxBlocks, batch: MaskedRows): LayerUse[] {
    const trace = this.#forward(layers, blocks, batch);
    const toLogits = blocks.crossEntropyGradient(trace[trace.length - 1], batch.rows, batch.weights);
    return stackBackward(this.#stack, layers, trace, toLogits);
  }

  #forward(layers: readonly DenseParameters[], blocks: SoftmaxBlocks, { rows, known }: MaskedRows): Trace {
    return stackForward(this.#stack, layers, blocks.scaled(rows, known));
  }
}
