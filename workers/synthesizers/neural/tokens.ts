import { TableCodec } from '../../encode/tableCodec.ts';
import type { Profile } from '../../profile/types.ts';
import type { Rng } from '../../random/rng.ts';
import type { Table } from '../../table/types.ts';

/** How finely columns are told apart. */
export interface Resolution {
  /** Most quantile bins of a numeric column. */
  readonly bins: number;
  /** Codes with a smaller share than one in this many share a token in a column of more codes than this. */
  readonly commonShare: number;
}
const finest: Resolution = { bins: 32, commonShare: 256 };

/** How the codes of one column become tokens: as they are, or rare ones a group at a time. */
interface Grouping {
  readonly tokenOf: Int32Array;
  /** Share of all rows in each token; sums to 1. */
  readonly shares: Float64Array;
  /** Codes of each token. */
  readonly members: readonly (readonly number[])[];
}

/**
 * Gives each code its own token while there are few. In a wider column, rare codes next to each other (postcodes,
 * say, in natural order) share a token up to a share of 1 / commonShare, which bounds the network's width.
 */
function groupCodes(shares: Float64Array, commonShare: number): Grouping {
  const tokenOf = new Int32Array(shares.length);
  const members: number[][] = [];
  const most = shares.length <= commonShare ? 0 : 1 / commonShare;
  let open = -1;
  let openShare = 0;
  shares.forEach((share, code) => {
    if (share >= most) {
      tokenOf[code] = members.push([code]) - 1;
      return;
    }
    if (open < 0 || openShare + share > most) {
      open = members.push([]) - 1;
      openShare = 0;
    }
    members[open].push(code);
    tokenOf[code] = open;
    openShare += share;
  });
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
  readonly #codec: TableCodec;
  readonly #groups: readonly Grouping[];
  readonly #codeShares: readonly Float64Array[];

  constructor(profile: Profile, { bins, commonShare }: Resolution = finest) {
    this.#codec = new TableCodec(profile, { bins });
    this.#codeShares = this.#codec.layout.blocks.map(
      (block, b) => this.#codec.codes(b)?.shares ?? new Float64Array(block.width).fill(1 / block.width),
    );
    this.#groups = this.#codeShares.map((shares) => groupCodes(shares, commonShare));
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

/** Writes rows as one-hot blocks, row-major, rows.length x width. */
export function oneHot(
  tokens: readonly ArrayLike<number>[],
  widths: readonly number[],
  rows: Int32Array,
): Float32Array {
  const width = widths.reduce((sum, each) => sum + each, 0);
  const values = new Float32Array(rows.length * width);
  let offset = 0;
  tokens.forEach((column, c) => {
    for (let i = 0; i < rows.length; i++) values[i * width + offset + column[rows[i]]] = 1;
    offset += widths[c];
  });
  return values;
}
