import type { SampleConditions } from '../../encode/conditionTypes.ts';
import type { MarginalCodec } from '../../encode/marginalCodec.ts';
import type { ColumnDraws } from '../../encode/marginalDecoder.ts';
import { conditioned } from '../../pgm/conditions.ts';
import { calibrate, type CalibratedModel } from '../../pgm/model.ts';
import { rowsABlock, RowSampler } from '../../pgm/rowSampler.ts';
import type { ModelState } from '../../pgm/types.ts';
import { concatTables } from '../../table/takeRows.ts';
import type { Column, Table } from '../../table/types.ts';
import type { SavedModel } from '../savedTypes.ts';
import type { MethodId, Model, SampleContext } from '../types.ts';

/** Cells decoded between two looks at the event loop: some ten milliseconds. */
const cellsAStretch = 200_000;

/** A model of codes, and how they become cells. */
interface Source {
  readonly model: CalibratedModel;
  readonly draws: readonly ColumnDraws[];
}

/** A graphical model of the table's codes. Holds noisy marginals' potentials and the profile, never rows. */
export class MarginalModel implements Model {
  readonly method: MethodId;
  readonly #codec: MarginalCodec;
  readonly #plain: Source;
  /** Of the latest conditions: a large table is made in many calls under the same. */
  #latest: { readonly conditions: SampleConditions; readonly source: Source } | undefined;

  constructor(method: MethodId, codec: MarginalCodec, state: ModelState) {
    this.method = method;
    this.#codec = codec;
    this.#plain = { model: calibrate(state), draws: codec.draws() };
  }

  /**
   * Conditions hold exactly: rows come from the model given them, and wanted shares are met to the row in each block of
   * 131,072. Throws `bad-settings`, naming the column, where no row can fulfil them.
   */
  async sample(rows: number, context: SampleContext): Promise<Table> {
    const { rng, control, onProgress, conditions } = context;
    const { model, draws } = conditions ? this.#under(conditions) : this.#plain;
    const sampler = new RowSampler(model, rows, rng.fork('rows'));
    const cells = rng.fork('cells');
    const parts: Table[] = [];
    do {
      const codes = await sampler.readPaced(rowsABlock, control);
      const columns: Column[] = [];
      let decoded = 0;
      for (const [c, column] of draws.entries()) {
        columns.push(column.decode(codes[c], cells));
        decoded += codes[c].length;
        if (decoded < cellsAStretch) continue;
        decoded = 0;
        await control.checkpoint();
      }
      parts.push({ rows: codes[0].length, columns });
      onProgress?.(rows > 0 ? 1 - sampler.remaining / rows : 1);
      await control.checkpoint();
    } while (sampler.remaining > 0);
    return concatTables(parts);
  }

  #under(conditions: SampleConditions): Source {
    if (this.#latest?.conditions === conditions) return this.#latest.source;
    const draws = this.#codec.draws(conditions);
    const kept = new Map<number, Float64Array>();
    draws.forEach((column, c) => column.kept && kept.set(c, column.kept));
    const rebalanced = draws.findIndex(({ wanted }) => wanted !== undefined);
    const wanted = draws.at(rebalanced)?.wanted;
    const shares = rebalanced >= 0 && wanted ? { column: rebalanced, shares: wanted } : undefined;
    const { state } = this.#plain.model;
    const source = { model: conditioned(state, { kept, shares, names: this.#codec.names }), draws };
    this.#latest = { conditions, source };
    return source;
  }

  save(): SavedModel {
    const { total, cliques, potentials } = this.#plain.model.state;
    const cells = potentials.reduce((sum, { length }) => sum + length, 0);
    const all = new Float64Array(cells);
    let at = 0;
    for (const potential of potentials) {
      all.set(potential, at);
      at += potential.length;
    }
    return { settings: { total, cliques }, tensors: { potentials: all } };
  }

  dispose(): void {
    // Plain arrays: the garbage collector frees them.
  }
}
