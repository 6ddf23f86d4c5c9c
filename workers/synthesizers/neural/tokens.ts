import type { Resolution } from '../../encode/compressedColumn.ts';
import { groupCodes } from '../../encode/grouping.ts';
import { TableCodec } from '../../encode/tableCodec.ts';
import type { Profile } from '../../profile/types.ts';
import type { Rng } from '../../random/rng.ts';
import type { Table } from '../../table/types.ts';

const finest: Resolution = { bins: 32, commonShare: 256 };

/** How the codes of one column become tokens: as they are, or rare ones a group at a time. */
interface Grouping {
  readonly tokenOf: Int32Array;
  /** Share of all rows in each token; sums to 1. */
  readonly shares: Float64Array;
  /** Codes of each token. */
  readonly members: readonly (readonly number[])[];
}

function grouped(shares: Float64Array, commonShare: number): Grouping {
  const members = groupCodes(shares, commonShare);
  const tokenOf = new Int32Array(shares.length);
  members.forEach((codes, token) => codes.forEach((code) => (tokenOf[code] = token)));
  const totals = new Float64Array(members.length);
  shares.forEach((share, code) => (totals[tokenOf[code]] += share));
  return { tokenOf, shares: totals, members };
}

/** Tokens of a table: one array a column, one token a row. */
export type Tokens = readonly Uint16Array[];

/**
 * A table as one small whole number a cell: a category, or the quantile bin of a number; missing is a token like any
 * other. Decoding draws within a token as the profile has it, so right token shares give right columns.
 */
export class TokenCodec {
  readonly resolution: Resolution;
  readonly #codec: TableCodec;
  readonly #groups: readonly Grouping[];
  readonly #codeShares: readonly Float64Array[];

  constructor(profile: Profile, resolution: Resolution = finest) {
    const { bins, commonShare } = resolution;
    this.resolution = resolution;
    this.#codec = new TableCodec(profile, { bins });
    this.#codeShares = this.#codec.layout.blocks.map(
      (block, b) => this.#codec.codes(b)?.shares ?? new Float64Array(block.width).fill(1 / block.width),
    );
    this.#groups = this.#codeShares.map((shares) => grouped(shares, commonShare));
  }

  /** Number of tokens of each column. */
  get widths(): number[] {
    return this.#groups.map(({ shares }) => shares.length);
  }

  /** Share of all rows in each token, column after column. */
  get shares(): readonly Float64Array[] {
    return this.#groups.map(({ shares }) => shares);
  }

  encode(table: Table, rng: Rng): Tokens {
    const { columns } = this.#codec.encode(table, rng);
    return columns.map((codes, c) => {
      const { tokenOf } = this.#groups[c];
      const tokens = new Uint16Array(codes.length);
      for (let row = 0; row < tokens.length; row++) tokens[row] = tokenOf[codes[row]];
      return tokens;
    });
  }

  decode(tokens: readonly Int32Array[], rng: Rng): Table {
    return this.#codec.decode(
      tokens.map((column, c) => this.#codesOf(column, c, rng)),
      rng,
    );
  }

  #codesOf(tokens: Int32Array, column: number, rng: Rng): Int32Array {
    const { members, shares } = this.#groups[column];
    const codeShares = this.#codeShares[column];
    return tokens.map((token) => {
      const codes = members[token];
      if (codes.length === 1) return codes[0];
      let left = rng.uniform() * shares[token];
      return codes.find((code) => (left -= codeShares[code]) < 0) ?? codes[codes.length - 1];
    });
  }
}

/** Width of a column in tokens before its shares are known; `categories` is 0 for a numeric column. */
export const expectedWidth = (categories: number): number =>
  categories === 0 ? finest.bins : Math.min(categories, 2 * finest.commonShare);
