import type { Table } from '../../table/types.ts';
import { refuseConditions } from '../conditions.ts';
import type { DerivedColumns } from '../neural/derived.ts';
import type { TokenCodec } from '../neural/tokens.ts';
import type { Model, SampleContext } from '../types.ts';
import { meta } from './meta.ts';
import { GeneratorSampler, rowsAtOnce, type TrainedGenerator } from './sampler.ts';

/** How rows of tokens become a table. */
export interface GanDecoding {
  readonly codec: TokenCodec;
  readonly derived: DerivedColumns;
}

/** Makes rows of tokens, adds the columns that others determine, and draws a cell for each token. */
export class GanModel implements Model {
  readonly method = 'gan';
  readonly #decoding: GanDecoding;
  readonly #sampler: GeneratorSampler;
  readonly #shift: Float32Array;

  /** `shift` is added to the logits; `survives` as in `GeneratorSampler`. */
  constructor(trained: TrainedGenerator, shift: Float32Array, decoding: GanDecoding, survives: boolean) {
    this.#decoding = decoding;
    this.#shift = shift;
    this.#sampler = new GeneratorSampler(trained, survives);
  }

  async sample(rows: number, context: SampleContext): Promise<Table> {
    refuseConditions(context, meta.label);
    const { rng, control, onProgress } = context;
    const { codec, derived } = this.#decoding;
    const making = rng.fork('rows');
    const tokens = derived.free.map(() => new Int32Array(rows));
    for (let done = 0; done < rows; done += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - done);
      const part = await this.#sampler.rows(count, this.#shift, making);
      part.forEach((column, c) => tokens[c].set(column, done));
      onProgress?.((done + count) / rows);
      await control.checkpoint();
    }
    return codec.decode(derived.complete(tokens), rng.fork('cells'));
  }

  dispose(): void {
    this.#sampler.dispose();
  }
}
