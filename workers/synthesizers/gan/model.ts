import type { Table } from '../../table/types.ts';
import { savedDecoding, tableOf, type TokenDecoding } from '../neural/decoding.ts';
import { drawUnder } from '../rejection.ts';
import type { SavedModel } from '../savedTypes.ts';
import type { Model, SampleContext } from '../types.ts';
import { GeneratorSampler, type TrainedGenerator } from './sampler.ts';

/** Makes rows of tokens, adds the columns that others determine, and draws a cell for each token. */
export class GanModel implements Model {
  readonly method = 'gan';
  readonly #decoding: TokenDecoding;
  readonly #sampler: GeneratorSampler;
  readonly #shift: Float32Array;

  /** `shift` is added to the logits; `survives` as in `Resident`. */
  constructor(trained: TrainedGenerator, shift: Float32Array, decoding: TokenDecoding, survives: boolean) {
    this.#decoding = decoding;
    this.#shift = shift;
    this.#sampler = new GeneratorSampler(trained, survives);
  }

  async sample(rows: number, context: SampleContext): Promise<Table> {
    const { conditions } = context;
    if (conditions) return drawUnder((count, each) => this.sample(count, each), conditions, rows, context);
    return tableOf(this.#decoding, rows, context, (count, rng) =>
      this.#sampler.rows(count, this.#shift, rng),
    );
  }

  save(): SavedModel {
    const { generator, parameters } = this.#sampler.trained;
    const { hidden, latent } = generator.sizes;
    const { settings, tensors } = savedDecoding(this.#decoding);
    return {
      settings: { ...settings, hidden, latent },
      tensors: { ...tensors, parameters, shift: this.#shift },
    };
  }

  dispose(): void {
    this.#sampler.dispose();
  }
}
