import type { Table } from '../../table/types.ts';
import { drawUnder } from '../rejection.ts';
import type { SavedModel } from '../savedTypes.ts';
import type { Model, SampleContext } from '../types.ts';
import type { DerivedColumns } from './derived.ts';
import { rowsAtOnce, RowSampler, type Shifts, type TrainedVae } from './rowSampler.ts';
import type { TokenCodec } from './tokens.ts';

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
    const { rng, control, onProgress, conditions } = context;
    if (conditions) return drawUnder((count, each) => this.sample(count, each), conditions, rows, context);
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

  save(): SavedModel {
    const { network, parameters } = this.#sampler.trained;
    const { codec, derived } = this.#decoding;
    const { hidden, latent } = network.sizes;
    const shifts = this.#shifts.map((shift, i) => [`shift ${i}`, shift] as const);
    const maps = derived.rules.map(({ column, map }) => [`map ${column}`, Int32Array.from(map)] as const);
    return {
      settings: {
        ...codec.resolution,
        ...{ hidden, latent, decodings: shifts.length },
        rules: derived.rules.map(({ column, source }) => ({ column, source })),
      },
      tensors: { parameters, ...Object.fromEntries(shifts), ...Object.fromEntries(maps) },
    };
  }

  dispose(): void {
    this.#sampler.dispose();
  }
}
