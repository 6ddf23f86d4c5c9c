import type { MarginalCodec } from '../../encode/marginalCodec.ts';
import { calibrate, type CalibratedModel } from '../../pgm/model.ts';
import { RowSampler } from '../../pgm/rowSampler.ts';
import type { ModelState } from '../../pgm/types.ts';
import type { Table } from '../../table/types.ts';
import type { MethodId, Model, SampleContext } from '../types.ts';

/** A graphical model of the table's codes. Holds noisy marginals' potentials and the profile, never rows. */
export class MarginalModel implements Model {
  readonly method: MethodId;
  readonly #codec: MarginalCodec;
  readonly #model: CalibratedModel;

  constructor(method: MethodId, codec: MarginalCodec, state: ModelState) {
    this.method = method;
    this.#codec = codec;
    this.#model = calibrate(state);
  }

  async sample(rows: number, { rng, control, onProgress }: SampleContext): Promise<Table> {
    const codes = new RowSampler(this.#model, rows, rng.fork('rows')).read(rows);
    onProgress?.(0.5);
    await control.checkpoint();
    const table = this.#codec.decode(codes, rng.fork('cells'));
    onProgress?.(1);
    return table;
  }

  dispose(): void {
    // Plain arrays: the garbage collector frees them.
  }
}
