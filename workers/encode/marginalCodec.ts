import type { ColumnProfile, Profile } from '../profile/types.ts';
import type { Rng } from '../random/rng.ts';
import type { Column, Table } from '../table/types.ts';
import { binCodec } from './bins.ts';
import { categoryCodec } from './category.ts';
import type { CodeCodec } from './codec.ts';

/** Bins of a numeric column at least, and at most. */
const fewestBins = 4;
const mostBins = 64;
/** Bins by the root of rows / noise: finer ones say more of the column, and spread its pairs over more noise. */
const binsPerRoot = 0.8;
/** A value has a code of its own when its count is so many standard deviations of the noise. */
const standsOut = 3;

/** One column as few codes: common values as they are, the rest together in one. */
interface CompressedColumn {
  readonly codec: CodeCodec;
  /** Code of the marginal domain for each code of `codec`. */
  readonly codeOf: Int32Array;
  /** Codes of `codec` behind each code of the marginal domain. */
  readonly members: readonly (readonly number[])[];
  /** Share of all rows of each code of the marginal domain. */
  readonly shares: Float64Array;
  readonly noise: number;
}

/** Values whose counts do not stand out of the noise share one code: a table of them would hold noise only. */
function compressed(codec: CodeCodec, rows: number, noise: number): CompressedColumn {
  const members: number[][] = [];
  const rare: number[] = [];
  codec.shares.forEach((share, code) => {
    if (share * rows >= standsOut * noise || code === codec.missing) members.push([code]);
    else rare.push(code);
  });
  if (rare.length > 0) members.push(rare);
  const codeOf = new Int32Array(codec.size);
  members.forEach((codes, at) => codes.forEach((code) => (codeOf[code] = at)));
  const shares = Float64Array.from(members, (codes) =>
    codes.reduce((sum, code) => sum + codec.shares[code], 0),
  );
  return { codec, codeOf, members, shares, noise };
}

function columnOf(profile: ColumnProfile, rows: number): CompressedColumn {
  const { noise = 0 } = profile;
  if (profile.type === 'category') return compressed(categoryCodec(profile), rows, noise);
  const affordable = noise > 0 ? Math.round(binsPerRoot * Math.sqrt(rows / noise)) : mostBins;
  const codec = binCodec(profile, Math.max(fewestBins, Math.min(mostBins, affordable)));
  // Bins are made of pieces that stand out already.
  const members = Array.from({ length: codec.size }, (_, code) => [code]);
  return { codec, codeOf: Int32Array.from(members.keys()), members, shares: codec.shares, noise };
}

/** Counts of one column that are known already, with the noise in each. */
export interface OneWayCounts {
  readonly counts: Float64Array;
  /** Standard deviation of each, in rows. */
  readonly sigma: Float64Array;
}

/**
 * Tables as small codes for methods that count combinations of columns, by the (noisy) profile alone: numbers as
 * quantile bins, rare categories together, missing as a value of its own. Decoding draws within a code as the profile
 * has it.
 */
export class MarginalCodec {
  readonly sizes: readonly number[];
  readonly #columns: readonly CompressedColumn[];
  readonly #rows: number;

  constructor(profile: Profile) {
    this.#rows = profile.rows;
    this.#columns = profile.columns.map((column) => columnOf(column, profile.rows));
    this.sizes = this.#columns.map(({ members }) => members.length);
  }

  /** What the profile says of each column, as measurements. */
  oneWays(): OneWayCounts[] {
    return this.#columns.map(({ shares, members, noise }) => ({
      counts: shares.map((share) => share * this.#rows),
      sigma: Float64Array.from(members, (codes) => Math.max(1, noise) * Math.sqrt(codes.length)),
    }));
  }

  /** One code a row and column. */
  encode(table: Table): (Uint8Array | Uint16Array)[] {
    return this.#columns.map(({ codec, codeOf, members }, c) => {
      const codes = codec.encode(table.columns[c]);
      const out = members.length <= 256 ? new Uint8Array(codes.length) : new Uint16Array(codes.length);
      for (let row = 0; row < out.length; row++) out[row] = codeOf[codes[row]];
      return out;
    });
  }

  decode(codes: readonly ArrayLike<number>[], rng: Rng): Table {
    const columns = this.#columns.map((column, c) => this.#decodeColumn(column, codes[c], rng));
    return { rows: codes[0]?.length ?? 0, columns };
  }

  #decodeColumn({ codec, members, shares }: CompressedColumn, codes: ArrayLike<number>, rng: Rng): Column {
    const drawn = new Int32Array(codes.length);
    for (let row = 0; row < drawn.length; row++) {
      const among = members[codes[row]];
      drawn[row] = among.length === 1 ? among[0] : drawAmong(among, codec.shares, shares[codes[row]], rng);
    }
    return codec.decode(drawn, rng);
  }
}

/** A code by its share; any of them alike where none has a share. */
function drawAmong(codes: readonly number[], shares: Float64Array, total: number, rng: Rng): number {
  if (!(total > 0)) return codes[rng.int(codes.length)];
  let left = rng.uniform() * total;
  return codes.find((code) => (left -= shares[code]) < 0) ?? codes[codes.length - 1];
}
