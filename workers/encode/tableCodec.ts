import { NumericDistribution } from '../profile/distribution.ts';
import type { NumericProfile, Profile } from '../profile/types.ts';
import type { Rng } from '../random/rng.ts';
import type { Column, Table } from '../table/types.ts';
import { binCodec, numericValues } from './bins.ts';
import { categoryCodec } from './category.ts';
import type { CodeCodec } from './codec.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { fromUniform, toUniform } from './uniform.ts';

/**
 * One column's place in a matrix row. A `codes` block is one-hot of `width` codes (missing last, if any). A `score`
 * block is the normal score of a number, followed by a flag 0 or 1 for missing when `width` is 2; a missing number
 * has score 0.
 */
export interface Block {
  readonly kind: 'codes' | 'score';
  /** Index into the profile's columns. */
  readonly column: number;
  readonly offset: number;
  readonly width: number;
}

export interface MatrixLayout {
  /** Floats a row. */
  readonly width: number;
  /** One a column, in order. */
  readonly blocks: readonly Block[];
}

/** How numeric columns enter the matrix: as normal scores, or as at most `bins` quantile bins. */
export type NumericEncoding = 'score' | { readonly bins: number };

/** A whole table, one array a column: codes, or normal scores with NaN for missing. Small enough to keep. */
export interface EncodedTable {
  readonly rows: number;
  readonly columns: readonly (Int32Array | Float32Array)[];
}

/** Writes and reads one column of the matrix. */
interface ColumnCodec {
  readonly block: Omit<Block, 'column' | 'offset'>;
  readonly codes?: CodeCodec;
  encode(column: Column, rng: Rng): Int32Array | Float32Array;
  decode(outputs: Int32Array | Float32Array, rng: Rng): Column;
}

const codeColumn = (codes: CodeCodec): ColumnCodec => ({
  block: { kind: 'codes', width: codes.size },
  codes,
  encode: (column) => codes.encode(column),
  decode: (outputs, rng) => codes.decode(new Int32Array(outputs), rng),
});

const scoreColumn = (profile: NumericProfile): ColumnCodec => {
  const distribution = new NumericDistribution(profile);
  return {
    block: { kind: 'score', width: profile.missing > 0 ? 2 : 1 },
    // Typed arrays map in place of `from`, which goes through an iterator and is ten times slower.
    encode: (column, rng) =>
      new Float32Array(toUniform(distribution, numericValues(column), rng).map(normalQuantile)),
    decode: (outputs) => ({
      type: profile.holds,
      name: profile.name,
      values: fromUniform(distribution, new Float64Array(outputs).map(normalCdf)),
    }),
  };
};

/** Turns tables into rows of a dense float matrix, a batch at a time, and the matrix's columns back into a table. */
export class TableCodec {
  readonly layout: MatrixLayout;
  readonly #columns: readonly ColumnCodec[];

  constructor(profile: Profile, numeric: NumericEncoding) {
    this.#columns = profile.columns.map((column) => {
      if (column.type === 'category') return codeColumn(categoryCodec(column));
      return numeric === 'score' ? scoreColumn(column) : codeColumn(binCodec(column, numeric.bins));
    });
    let width = 0;
    const blocks = this.#columns.map(({ block }, column): Block => {
      const offset = width;
      width += block.width;
      return { ...block, column, offset };
    });
    this.layout = { width, blocks };
  }

  /** The code codec of a `codes` block, for its shares. */
  codes(block: number): CodeCodec | undefined {
    return this.#columns[block].codes;
  }

  encode(table: Table, rng: Rng): EncodedTable {
    const columns = this.#columns.map((codec, c) => codec.encode(table.columns[c], rng));
    return { rows: table.rows, columns };
  }

  /** Writes the named rows into `out`, row-major, rowIndex.length x layout.width. */
  encodeRows(encoded: EncodedTable, rowIndex: Int32Array, out: Float32Array): void {
    const { width, blocks } = this.layout;
    out.fill(0, 0, rowIndex.length * width);
    blocks.forEach((block, b) => writeBlock(block, encoded.columns[b], rowIndex, out, width));
  }

  /** A table from one array a block: codes, or normal scores with NaN for missing. All of one length. */
  decode(outputs: readonly (Int32Array | Float32Array)[], rng: Rng): Table {
    const columns = this.#columns.map((codec, c) => codec.decode(outputs[c], rng));
    return { rows: outputs[0]?.length ?? 0, columns };
  }
}

const writeBlock = (
  { kind, offset, width }: Block,
  values: Int32Array | Float32Array,
  rowIndex: Int32Array,
  out: Float32Array,
  stride: number,
): void => {
  let at = offset;
  for (const row of rowIndex) {
    const value = values[row];
    if (kind === 'codes') out[at + value] = 1;
    else if (!Number.isNaN(value)) out[at] = value;
    else if (width === 2) out[at + 1] = 1;
    at += stride;
  }
};

/**
 * Draws one code a row from a block of probabilities (or unnormalised weights) in a row-major matrix with `stride`
 * floats a row.
 */
export function drawCodes(
  matrix: Float32Array,
  stride: number,
  { offset, width }: Pick<Block, 'offset' | 'width'>,
  rng: Rng,
): Int32Array {
  const codes = new Int32Array(matrix.length / stride);
  for (let row = 0; row < codes.length; row++) {
    const start = row * stride + offset;
    let total = 0;
    for (let code = 0; code < width; code++) total += matrix[start + code];
    let left = rng.uniform() * total;
    let code = 0;
    while (code < width - 1 && (left -= matrix[start + code]) >= 0) code++;
    codes[row] = code;
  }
  return codes;
}
