import type { Profile } from '../profile/types.ts';
import type { Column, Table } from '../table/types.ts';
import { refusal } from './codec.ts';
import {
  compressedColumn,
  marginalResolution,
  type CompressedColumn,
  type Resolution,
} from './compressedColumn.ts';
import type { SampleConditions } from './conditionTypes.ts';
import { allowedDraws, plainDraws, sharedDraws, type ColumnDraws } from './marginalDecoder.ts';

type Codes = Uint8Array | Uint16Array;

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
  readonly names: readonly string[];
  readonly #profile: Profile;
  readonly #columns: readonly CompressedColumn[];
  readonly #plain: readonly ColumnDraws[];
  readonly resolution: Resolution;

  constructor(profile: Profile, resolution: Resolution = marginalResolution) {
    this.#profile = profile;
    this.resolution = resolution;
    this.#columns = profile.columns.map((column) => compressedColumn(column, profile.rows, resolution));
    this.#plain = this.#columns.map(plainDraws);
    this.sizes = this.#columns.map(({ members }) => members.length);
    this.names = profile.columns.map(({ name }) => name);
  }

  /** Share of all rows in each code, column after column, as the profile has them. */
  get shares(): readonly Float64Array[] {
    return this.#columns.map(({ shares }) => shares);
  }

  /** Codes of each column that come in an order, from the first: bins of numbers. 0 in a category column. */
  get ordered(): readonly number[] {
    return this.#columns.map(({ codec, members }, c) => {
      if (this.#profile.columns[c].type === 'category') return 0;
      return members.length - (codec.missing >= 0 ? 1 : 0);
    });
  }

  /** What the profile says of each column, as measurements. */
  oneWays(): OneWayCounts[] {
    return this.#columns.map(({ shares, members, noise }) => ({
      counts: shares.map((share) => share * this.#profile.rows),
      sigma: Float64Array.from(members, (codes) => Math.max(1, noise) * Math.sqrt(codes.length)),
    }));
  }

  /** One code a row and column. */
  encode(table: Table): Codes[] {
    return table.columns.map((column, c) => this.encodeColumn(column, c));
  }

  /** One code a row of column number `c`. */
  encodeColumn(column: Column, c: number): Codes {
    const { codec, codeOf, members } = this.#columns[c];
    const codes = codec.encode(column);
    const out = members.length <= 256 ? new Uint8Array(codes.length) : new Uint16Array(codes.length);
    for (let row = 0; row < out.length; row++) out[row] = codeOf[codes[row]];
    return out;
  }

  /** One code a row of column number `c`; -1 where the cell is missing. */
  knownCodes(column: Column, c: number): Int32Array {
    const codes = Int32Array.from(this.encodeColumn(column, c));
    if (column.type === 'text') return codes.fill(-1);
    const absent =
      column.type === 'category'
        ? (row: number) => column.codes[row] < 0
        : (row: number) => Number.isNaN(column.values[row]);
    for (let row = 0; row < codes.length; row++) if (absent(row)) codes[row] = -1;
    return codes;
  }

  /** How codes of column number `c` become cells that are not missing; null where every row that is known is missing. */
  valueDraws(c: number): ColumnDraws | null {
    const { codec, members, shares } = this.#columns[c];
    const some = members.some(
      (codes, at) => shares[at] > 0 && !codes.every((code) => code === codec.missing),
    );
    return some ? allowedDraws(this.#columns[c], { column: this.names[c] }) : null;
  }

  /**
   * How the codes of each column become cells, under conditions where there are some, and what those ask of the codes.
   * Throws `bad-settings`, naming the column, for a condition that does not fit it or that no value meets.
   */
  draws({ columns = [], shares }: SampleConditions = {}): ColumnDraws[] {
    const draws = [...this.#plain];
    for (const condition of columns) {
      const c = this.#find(condition.column);
      draws[c] = allowedDraws(this.#columns[c], condition);
    }
    if (shares) {
      const c = this.#find(shares.column);
      const profile = this.#profile.columns[c];
      const categories = profile.type === 'category' ? profile.categories : undefined;
      const condition = columns.find(({ column }) => column === shares.column);
      draws[c] = sharedDraws(this.#columns[c], categories, shares, condition);
    }
    return draws;
  }

  #find(name: string): number {
    const column = this.names.indexOf(name);
    if (column >= 0) return column;
    throw refusal(name, 'is not one that the model has learned', 'Set conditions on learned columns only.');
  }
}
