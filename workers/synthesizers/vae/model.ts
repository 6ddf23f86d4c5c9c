import type { Table } from '../../table/types.ts';
import { savedDecoding, tableOf, type TokenDecoding } from '../neural/decoding.ts';
import { drawUnder } from '../rejection.ts';
import type { SavedModel } from '../savedTypes.ts';
import type { Model, SampleContext } from '../types.ts';
import { RowSampler, type Shifts, type TrainedVae } from './rowSampler.ts';

/** Makes rows of tokens, adds the columns that others determine, and draws a cell for each token. */
export class VaeModel implements Model {
  readonly method = 'vae';
  readonly #decoding: TokenDecoding;
  readonly #sampler: RowSampler;
  readonly #shifts: Shifts;

  /** `survives` as in `RowSampler`. */
  constructor(vae: TrainedVae, shifts: Shifts, decoding: TokenDecoding, survives: boolean) {
    this.#decoding = decoding;
    this.#shifts = shifts;
    this.#sampler = new RowSampler(vae, survives);
  }

  async sample(rows: number, context: SampleContext): Promise<Table> {
    const { conditions } = context;
    if (conditions) return drawUnder((count, each) => this.sample(count, each), conditions, rows, context);
    return tableOf(this.#decoding, rows, context, (count, rng) =>
      this.#sampler.rows(count, this.#shifts, rng),
    );
  }

  save(): SavedModel {
    const { network, parameters } = this.#sampler.trained;
    const { hidden, latent } = network.sizes;
    const { settings, tensors } = savedDecoding(this.#decoding);
    const shifts = this.#shifts.map((shift, i) => [`shift ${i}`, shift] as const);
    return {
      settings: { ...settings, hidden, latent, decodings: shifts.length },
      tensors: { ...tensors, parameters, ...Object.fromEntries(shifts) },
    };
  }

  dispose(): void {
    this.#sampler.dispose();
  }
}
