import { normals } from '../../nn/initialise.ts';
import { matrixFrom, type Matrix } from '../../nn/tensors.ts';
import type { Rng } from '../../random/rng.ts';
import { WeightedDraw } from '../../random/weightedDraw.ts';
import type { Generator } from './generator.ts';

/** Cells that rows are made around: one a row, its column at random, its token as the column's shares have it. */
export interface GivenCells {
  readonly columns: Int32Array;
  readonly tokens: Int32Array;
}

/** Draws given cells by shares of tokens. Conditioning by true shares: made rows need no weighting afterwards. */
export class CellDraws {
  readonly #columns: readonly WeightedDraw[];

  constructor(shares: readonly Float64Array[]) {
    this.#columns = shares.map((block) => new WeightedDraw(block));
  }

  draw(rows: number, rng: Rng): GivenCells {
    const columns = new Int32Array(rows);
    const tokens = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      columns[row] = rng.int(this.#columns.length);
      tokens[row] = this.#columns[columns[row]].draw(rng);
    }
    return { columns, tokens };
  }
}

/** Where each column's block starts. */
export function offsetsOf(widths: readonly number[]): number[] {
  let offset = 0;
  return widths.map((width) => (offset += width) - width);
}

/** What the generator makes rows from, row-major on the host: rows x inputs. */
export function generatorInput(
  { sizes: { latent, widths }, inputs }: Generator,
  { columns, tokens }: GivenCells,
  rng: Rng,
): Float32Array {
  const rows = columns.length;
  const noise = normals(rows * latent, 1, rng);
  const offsets = offsetsOf(widths);
  const values = new Float32Array(rows * inputs);
  for (let row = 0; row < rows; row++) {
    const start = row * inputs;
    values.set(noise.subarray(row * latent, (row + 1) * latent), start);
    values[start + latent + offsets[columns[row]] + tokens[row]] = 1;
  }
  return values;
}

/** Independent standard Gumbel noise. */
export function gumbels(count: number, rng: Rng): Float32Array {
  const values = new Float32Array(count);
  // An offset of half a step keeps the logarithm finite.
  for (let i = 0; i < count; i++) values[i] = -Math.log(-Math.log(rng.uniform() + 2 ** -33));
  return values;
}

/** All the randomness of one batch of made rows, on the device. */
export interface BatchNoise {
  /** n x inputs. */
  readonly input: Matrix;
  /** n x width. */
  readonly gumbel: Matrix;
  /** One-hot where the cell is given, else 0; n x width. */
  readonly given: Matrix;
  /** 0 in the block of the given cell, else 1; n x width. */
  readonly free: Matrix;
}

/** Call within a scope. */
export function batchNoise(generator: Generator, cells: GivenCells, rng: Rng): BatchNoise {
  const { width, inputs, sizes } = generator;
  const rows = cells.columns.length;
  const offsets = offsetsOf(sizes.widths);
  const given = new Float32Array(rows * width);
  const free = new Float32Array(rows * width).fill(1);
  for (let row = 0; row < rows; row++) {
    const column = cells.columns[row];
    const start = row * width + offsets[column];
    free.fill(0, start, start + sizes.widths[column]);
    given[start + cells.tokens[row]] = 1;
  }
  return {
    input: matrixFrom(generatorInput(generator, cells, rng), rows, inputs),
    gumbel: matrixFrom(gumbels(rows * width, rng), rows, width),
    given: matrixFrom(given, rows, width),
    free: matrixFrom(free, rows, width),
  };
}
