import type { RunControl } from '../../control.ts';
import type { Rng } from '../../random/rng.ts';
import type { ColumnCodes, Conditionals } from './conditionals.ts';
import { drawFrom, type DrawRule } from './draw.ts';

/** Rows filled at a time: bounds memory and, on the slowest backend, the wait of a cancel. */
const rowsAtOnce = 1000;
/** WebGL compiles a program for each number of rows it is asked for: those asked for are few. */
const fewestRows = 8;

/** What gaps are filled from. */
export interface GapSource {
  readonly conditionals: Conditionals;
  /** The order in which the gaps of a row are filled. */
  readonly order: readonly number[];
  /** How each column with gaps is drawn; null for a column whose gaps stay. */
  readonly rules: readonly (DrawRule | null)[];
  readonly control: RunControl;
}

/** Rows whose cells are known in part. */
export interface PartlyKnown {
  readonly rows: number;
  /** By column: the code of each row, or -1 where nothing is known. */
  readonly known: readonly Int32Array[];
  /** By column: the rows to be filled, rising; nothing is known of them. */
  readonly gaps: readonly Int32Array[];
}

/**
 * A code for each gap, by column, in the order of its rows: drawn given all that is known of its row and what was filled
 * in there before. Exact for the network, in any pattern of gaps. Rows of all patterns go together: what is known of a
 * row is in its sums of the first layer, which are kept here, so that a column asks the device for those rows alone that
 * have a gap in it, and there may be as many patterns as rows.
 */
export async function fillGaps(
  source: GapSource,
  { rows, known, gaps }: PartlyKnown,
  rng: Rng,
): Promise<ColumnCodes[]> {
  const filled = gaps.map(({ length }) => new Uint16Array(length));
  const done = new Int32Array(gaps.length);
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - from);
    const sums = new Sums(source.conditionals, known, from, count);
    const part = rng.fork(`rows ${from}`);
    for (const column of source.order) {
      const rule = source.rules[column];
      const those = within(gaps[column], done[column], from, count);
      if (!rule || those.length === 0) continue;
      const codes = await drawGaps(source, column, rule, sums.of(those), those.length, part);
      filled[column].set(codes, done[column]);
      done[column] += those.length;
      sums.add(column, codes, those);
    }
    await source.control.checkpoint();
  }
  return filled;
}

/** Gaps among `count` rows after `from`, counted from there; `at`: the first of them. */
function within(gaps: Int32Array, at: number, from: number, count: number): Int32Array {
  let end = at;
  while (end < gaps.length && gaps[end] < from + count) end++;
  return gaps.subarray(at, end).map((row) => row - from);
}

async function drawGaps(
  { conditionals, control }: GapSource,
  column: number,
  rule: DrawRule,
  sums: Float32Array,
  rows: number,
  rng: Rng,
): Promise<ColumnCodes> {
  await control.checkpoint();
  const logits = await conditionals.logits(column, sums);
  return drawFrom(logits.subarray(0, rows * rule.shift.length), rule, rng.fork(`column ${column}`));
}

/** Sums of the first layer for some rows, on the host: a one-hot row times the weights is a sum of rows of weights. */
class Sums {
  readonly #hidden: number;
  readonly #offsets: readonly number[];
  /** Of the first layer: row-major, codes x hidden units. */
  readonly #weights: Float32Array;
  /** Row-major, rows x hidden units. */
  readonly #values: Float32Array;

  constructor({ trained }: Conditionals, known: readonly Int32Array[], from: number, rows: number) {
    const { network, parameters } = trained;
    this.#hidden = network.sizes.hidden;
    this.#offsets = network.offsets;
    const size = network.width * this.#hidden;
    this.#weights = parameters.subarray(0, size);
    const bias = parameters.subarray(size, size + this.#hidden);
    this.#values = new Float32Array(rows * this.#hidden);
    for (let row = 0; row < rows; row++) this.#values.set(bias, row * this.#hidden);
    known.forEach((codes, column) => {
      for (let row = 0; row < rows; row++) this.#addCode(row, column, codes[from + row]);
    });
  }

  /** What has become known of some rows. */
  add(column: number, codes: ColumnCodes, rows: Int32Array): void {
    rows.forEach((row, i) => this.#addCode(row, column, codes[i]));
  }

  /** Of some rows, followed by nothing up to a power of two. */
  of(rows: Int32Array): Float32Array {
    let room = fewestRows;
    while (room < rows.length) room *= 2;
    const gathered = new Float32Array(room * this.#hidden);
    rows.forEach((row, i) =>
      gathered.set(this.#values.subarray(row * this.#hidden, (row + 1) * this.#hidden), i * this.#hidden),
    );
    return gathered;
  }

  #addCode(row: number, column: number, code: number): void {
    if (code < 0) return;
    const hidden = this.#hidden;
    const start = row * hidden;
    const weights = (this.#offsets[column] + code) * hidden;
    for (let unit = 0; unit < hidden; unit++) this.#values[start + unit] += this.#weights[weights + unit];
  }
}
