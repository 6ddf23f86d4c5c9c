import type { Table } from '../../table/types.ts';
import { refuseConditions } from '../conditions.ts';
import type { Model, SampleContext } from '../types.ts';
import type { DerivedColumns } from '../neural/derived.ts';
import { meta } from './meta.ts';
import { rowsAtOnce, RowSampler, type Shifts, type TrainedVae } from './rowSampler.ts';
import type { TokenCodec } from '../neural/tokens.ts';

/** How rows of tokens become a table. */
export interface VaeDecoding {
  readonly codec: TokenCodec;
  readonly derived: DerivedColumns;
}

/** Makes rows of tokens, adds the columns that others determine, and draws a cell for each token. */
export class VaeModel implements Model {
  readonly method = 'vae';
  readonly #decoding: VaeDecoding;
  readonly #sampler: RowSampler;
  readonly #shifts: Shifts;

  /** `survives` as in `RowSampler`. */
  constructor(vae: TrainedVae, shifts: Shifts, decoding: VaeDecoding, survives: boolean) {
    this.#decoding = decoding;
    this.#shifts = shifts;
    this.#sampler = new RowSampler(vae, survives);
  }

  async sample(rows: number, context: SampleContext): Promise<Table> {
    refuseConditions(context, meta.label);
    const { rng, control, onProgress } = context;
    const { codec, derived } = this.#decoding;
    const making = rng.fork('rows');
    const tokens = derived.free.map(() => new Int32Array(rows));
    for (let done = 0; done < rows; done += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - done);
      const part = await this.#sampler.rows(count, this.#shifts, making);
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
