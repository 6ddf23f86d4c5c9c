import { drawCodes } from '../../encode/tableCodec.ts';
import { Resident } from '../../nn/resident.ts';
import { matrixFrom, readOut, vectorFrom, type Vector } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import type { Generator } from './generator.ts';
import { CellDraws, generatorInput, offsetsOf } from './noise.ts';

/** A trained generator on the host: plain numbers that any backend can take. */
export interface TrainedGenerator {
  readonly generator: Generator;
  readonly parameters: Float32Array;
  /** Shares of the tokens of each column: given cells are drawn from them. */
  readonly shares: readonly Float64Array[];
}

/** Makes rows of tokens. */
export class GeneratorSampler {
  /** What makes the rows. */
  readonly trained: TrainedGenerator;
  readonly #cells: CellDraws;
  readonly #resident: Resident<Vector>;

  /** `survives` as in `Resident`. */
  constructor(trained: TrainedGenerator, survives: boolean) {
    this.trained = trained;
    this.#cells = new CellDraws(trained.shares);
    this.#resident = new Resident(() => vectorFrom(trained.parameters), survives);
  }

  /** One token array a column for `count` new rows. `shift` is added to the logits. */
  async rows(count: number, shift: Float32Array, rng: Rng): Promise<Int32Array[]> {
    const { width, sizes } = this.trained.generator;
    const weights = await this.logits(count, rng);
    weightsFrom(weights, shift, sizes.widths);
    const offsets = offsetsOf(sizes.widths);
    return sizes.widths.map((each, c) => drawCodes(weights, width, { offset: offsets[c], width: each }, rng));
  }

  /** Logits of `count` new rows, row-major, count x width. A given cell leaves its column no choice: -Infinity. */
  async logits(count: number, rng: Rng): Promise<Float32Array> {
    const { generator } = this.trained;
    const cells = this.#cells.draw(count, rng);
    const input = generatorInput(generator, cells, rng);
    const logits = await this.#resident.use((parameters) =>
      readOut(() => {
        const inputs = matrixFrom(input, count, generator.inputs);
        const trace = generator.forward(generator.layout.layers(parameters), inputs);
        return trace[trace.length - 1];
      }),
    );
    const offsets = offsetsOf(generator.sizes.widths);
    for (let row = 0; row < count; row++) {
      const column = cells.columns[row];
      const start = row * generator.width + offsets[column];
      logits.fill(-Infinity, start, start + generator.sizes.widths[column]);
      logits[start + cells.tokens[row]] = 0;
    }
    return logits;
  }

  dispose(): void {
    this.#resident.dispose();
  }
}

/** Turns logits into unnormalised weights of tokens in place, each block measured from its largest. */
function weightsFrom(logits: Float32Array, shift: Float32Array, widths: readonly number[]): void {
  for (let start = 0; start < logits.length; start += shift.length) {
    let offset = 0;
    for (const width of widths) {
      const end = offset + width;
      let top = -Infinity;
      for (let k = offset; k < end; k++) top = Math.max(top, logits[start + k] + shift[k]);
      for (let k = offset; k < end; k++) logits[start + k] = Math.exp(logits[start + k] + shift[k] - top);
      offset = end;
    }
  }
}
