import type { MarginalCodec } from '../../encode/marginalCodec.ts';
import type { ColumnDraws } from '../../encode/marginalDecoder.ts';
import type { RunControl } from '../../control.ts';
import type { Rng } from '../../random/rng.ts';
import type { Column, Table } from '../../table/types.ts';
import type { SavedModel } from '../savedTypes.ts';
import type { ImputeContext, Model, SampleContext } from '../types.ts';
import { Conditionals, type ColumnCodes, type TrainedNetwork } from './conditionals.ts';
import { fillGaps } from './fillGaps.ts';
import { planRows, type RowPlan } from './plan.ts';
import { leadsFor, makePart } from './makePart.ts';

/** Rows made at a time: bounds memory and, on the slowest backend, the wait of a cancel. */
const rowsAtOnce = 1000;
/** Cells decoded between two looks at the event loop: some ten milliseconds. */
const cellsAStretch = 200_000;

/** How rows of codes are made and become a table. */
export interface AutoregressiveDecoding {
  readonly codec: MarginalCodec;
  /** The order in which columns are made where there is no condition. */
  readonly order: readonly number[];
}

/** Makes rows column by column, each given those before it, and draws a cell for each code. */
export class AutoregressiveModel implements Model {
  readonly method = 'autoregressive';
  readonly #decoding: AutoregressiveDecoding;
  readonly #conditionals: Conditionals;
  readonly #shifts: readonly Float32Array[];

  /** `shifts` are added to each column's logits; `survives` as in `Resident`. */
  constructor(
    trained: TrainedNetwork,
    shifts: readonly Float32Array[],
    decoding: AutoregressiveDecoding,
    survives: boolean,
  ) {
    this.#decoding = decoding;
    this.#shifts = shifts;
    this.#conditionals = new Conditionals(trained, survives);
  }

  /**
   * Conditions hold exactly: columns under conditions are drawn first, among what is allowed, and the others given them;
   * wanted shares are met to the row. Throws `bad-settings`, naming the column, where no row can fulfil them.
   */
  async sample(rows: number, context: SampleContext): Promise<Table> {
    const { rng, control, conditions, temperature = 1 } = context;
    const { codec, order } = this.#decoding;
    const plan = planRows(codec, order, conditions, temperature);
    const codes = await this.#codes(plan, rows, context);
    return { rows, columns: await decoded(plan.draws, codes, rng.fork('cells'), control) };
  }

  /** Gaps are filled in the order of making; with a temperature, as rows are made at it. */
  async impute(
    table: Table,
    gaps: readonly Int32Array[],
    { rng, control, temperature = 1 }: ImputeContext,
  ): Promise<(Column | null)[]> {
    const { codec, order } = this.#decoding;
    const draws = gaps.map(({ length }, c) => (length > 0 ? codec.valueDraws(c) : null));
    const rules = draws.map((each, c) => each && { shift: this.#shifts[c], kept: each.kept, temperature });
    const known = table.columns.map((column, c) => codec.knownCodes(column, c));
    const source = { conditionals: this.#conditionals, order, rules, control };
    const codes = await fillGaps(source, { rows: table.rows, known, gaps }, rng.fork('gaps'));
    const cells = rng.fork('cells');
    return draws.map((each, c) => each && each.decode(codes[c], cells.fork(`column ${c}`)));
  }

  save(): SavedModel {
    const { network, parameters } = this.#conditionals.trained;
    const { hidden, depth } = network.sizes;
    const { codec, order } = this.#decoding;
    const shifts = this.#shifts.map((shift, c) => [`shift ${c}`, Float64Array.from(shift)] as const);
    return {
      settings: { ...codec.resolution, hidden, depth },
      tensors: { parameters, order: Int32Array.from(order), ...Object.fromEntries(shifts) },
    };
  }

  dispose(): void {
    this.#conditionals.dispose();
  }

  async #codes(
    plan: RowPlan,
    rows: number,
    { rng, control, onProgress, temperature = 1 }: SampleContext,
  ): Promise<ColumnCodes[]> {
    const source = { conditionals: this.#conditionals, plan, shifts: this.#shifts, temperature, control };
    const codes = this.#decoding.codec.sizes.map(() => new Uint16Array(rows));
    const leads = leadsFor(plan, rows, rng.fork('first column'));
    const perRow = leads.length / Math.max(1, rows);
    for (let done = 0; done < rows; done += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - done);
      const those = leads.subarray(done * perRow, (done + count) * perRow);
      const part = await makePart(source, those, count, rng.fork(`rows ${done}`));
      part.forEach((column, c) => codes[c].set(column, done));
      onProgress?.((done + count) / rows);
      await control.checkpoint();
    }
    return codes;
  }
}

async function decoded(
  draws: readonly ColumnDraws[],
  codes: readonly ColumnCodes[],
  rng: Rng,
  control: RunControl,
): Promise<Column[]> {
  const columns: Column[] = [];
  let cells = 0;
  for (const [c, column] of draws.entries()) {
    columns.push(column.decode(codes[c], rng));
    cells += codes[c].length;
    if (cells < cellsAStretch) continue;
    cells = 0;
    await control.checkpoint();
  }
  return columns;
}
