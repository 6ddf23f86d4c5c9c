import type { RunControl } from '../control.ts';
import { permutation, type Rng } from '../random/rng.ts';
import { drawSystematic, shuffle } from '../random/systematic.ts';
import { cellsOf } from './cliques.ts';
import type { TreeNode } from './junctionTree.ts';
import type { CalibratedModel } from './model.ts';
import type { Codes } from './types.ts';

/** Rows made at once. Bounds memory; rounding is within such a block. */
export const rowsABlock = 131_072;
/** Cells drawn between two looks at the event loop: some ten milliseconds. */
const cellsAStretch = 200_000;

const codesFor = (size: number, rows: number): Codes =>
  size <= 256 ? new Uint8Array(rows) : size <= 65536 ? new Uint16Array(rows) : new Int32Array(rows);

/** A node with what decodes a cell of its residual: the code of each residual attribute by cell. */
interface Step {
  readonly node: TreeNode;
  readonly joint: Float64Array;
  readonly decoders: readonly Codes[];
}

function decoders(sizes: readonly number[], residual: readonly number[]): Codes[] {
  const cells = cellsOf(sizes, residual);
  let stride = cells;
  return residual.map((attribute) => {
    stride /= sizes[attribute];
    return codesFor(sizes[attribute], cells).map((_, cell) => Math.floor(cell / stride) % sizes[attribute]);
  });
}

/**
 * Draws a fixed number of rows from a model, a block at a time; what is read does not depend on the sizes of the reads.
 * In each block the root clique is drawn, then the residual of each clique given its separator. Within each state of
 * the separator, held by m rows, every cell comes the floor or the ceiling of m p times, and m p times on average
 * (systematic sampling, Madow and Madow 1944): less variance than independent rows. Rows come in random order.
 */
export class RowSampler {
  readonly #sizes: readonly number[];
  readonly #steps: readonly Step[];
  readonly #rng: Rng;
  #unmade: number;
  #block: Codes[] = [];
  #held = 0;
  #at = 0;

  constructor({ tree, joints }: CalibratedModel, rows: number, rng: Rng) {
    this.#sizes = tree.sizes;
    this.#steps = tree.nodes.map((node, i) => ({
      node,
      joint: joints[i],
      decoders: decoders(tree.sizes, node.residual),
    }));
    this.#unmade = rows;
    this.#rng = rng;
  }

  /** Rows not read yet. */
  get remaining(): number {
    return this.#unmade + this.#held - this.#at;
  }

  /** The next rows, at most `most`, as one array of codes a column: empty ones at the end. */
  read(most: number): Codes[] {
    const rows = Math.min(most, this.remaining);
    const columns = this.#sizes.map((size) => codesFor(size, rows));
    for (let filled = 0; filled < rows;) {
      if (this.#at === this.#held) for (const step of this.#makeBlock()) this.#draw(step);
      const count = Math.min(rows - filled, this.#held - this.#at);
      columns.forEach((codes, i) => codes.set(this.#block[i].subarray(this.#at, this.#at + count), filled));
      filled += count;
      this.#at += count;
    }
    return columns;
  }

  /** As `read` of at most one block, letting messages in every few milliseconds. */
  async readPaced(most: number, control: RunControl): Promise<Codes[]> {
    if (this.#at === this.#held) {
      let drawn = 0;
      for (const step of this.#makeBlock()) {
        this.#draw(step);
        drawn += this.#held;
        if (drawn < cellsAStretch) continue;
        drawn = 0;
        await control.checkpoint();
      }
    }
    return this.read(Math.min(most, this.#held - this.#at));
  }

  /** Empties the block and returns what fills it, step by step. */
  #makeBlock(): readonly Step[] {
    const rows = Math.min(rowsABlock, this.#unmade);
    this.#unmade -= rows;
    this.#held = rows;
    this.#at = 0;
    this.#block = this.#sizes.map((size) => codesFor(size, rows));
    return this.#steps;
  }

  #draw(step: Step): void {
    const rows = this.#held;
    const [states, cells] = [new Int32Array(rows), new Int32Array(rows)];
    this.#separatorStates(step.node, states);
    drawCells(step, states, cells, this.#rng);
    step.decoders.forEach((decoder, i) => {
      const codes = this.#block[step.node.residual[i]];
      for (let row = 0; row < rows; row++) codes[row] = decoder[cells[row]];
    });
  }

  #separatorStates({ separator }: TreeNode, states: Int32Array): void {
    states.fill(0);
    for (const attribute of separator) {
      const [codes, size] = [this.#block[attribute], this.#sizes[attribute]];
      for (let row = 0; row < states.length; row++) states[row] = states[row] * size + codes[row];
    }
  }
}

/** Rows in order of their state, with where each state's rows start. */
function groupRows(states: Int32Array, count: number): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(count + 1);
  for (const state of states) starts[state + 1]++;
  for (let state = 0; state < count; state++) starts[state + 1] += starts[state];
  const next = starts.slice();
  const order = new Int32Array(states.length);
  for (let row = 0; row < states.length; row++) order[next[states[row]]++] = row;
  return { order, starts };
}

/** Gives every row a cell of the residual, according to its state. */
function drawCells({ node, joint }: Step, states: Int32Array, cells: Int32Array, rng: Rng): void {
  const { order, starts } = groupRows(states, node.separatorCells);
  const width = node.cells / node.separatorCells;
  // Starting points are spread evenly over the groups, in random order: one row a group is then drawn evenly as well.
  let groups = 0;
  for (let state = 0; state < node.separatorCells; state++) if (starts[state] < starts[state + 1]) groups++;
  const strata = permutation(groups, rng);
  for (let state = 0; state < node.separatorCells; state++) {
    const [start, end] = [starts[state], starts[state + 1]];
    if (start === end) continue;
    shuffle(order, start, end, rng);
    const offset = (strata[--groups] + rng.uniform()) / strata.length;
    const shares = joint.subarray(state * width, (state + 1) * width);
    drawSystematic(shares, offset, order.subarray(start, end), cells);
  }
}
