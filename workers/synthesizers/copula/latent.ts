import { numericValues } from '../../encode/bins.ts';
import { categoryCodec, categoryCodes } from '../../encode/category.ts';
import { normalCdf } from '../../encode/normal.ts';
import { NumericDistribution } from '../../profile/distribution.ts';
import type { CategoryProfile, ColumnProfile, NumericProfile, Profile } from '../../profile/types.ts';
import type { Column, Table } from '../../table/types.ts';
import { cumulated, marginOf, type Margin } from './margin.ts';

/** One column as one or two latent normals. */
export interface LatentColumn {
  readonly margins: readonly Margin[];
  /**
   * Scores of rows from..to of a real column, one array a margin. A value that is not there scores 0, the mean, so
   * that it adds nothing to any product.
   */
  score(column: Column, from: number, to: number, out: readonly Float64Array[]): void;
  /** The column that normal draws stand for, one array a margin. */
  decode(draws: readonly Float64Array[]): Column;
}

/**
 * A number: its pieces are the codes, and it comes back at its rank within the piece. Where some rows are missing, a
 * second latent says which: below the quantile of their share.
 */
function latentNumber(profile: NumericProfile): LatentColumn {
  const { missing, holds, name } = profile;
  const distribution = new NumericDistribution(profile);
  const value = marginOf(
    distribution.pieces > 0 ? distribution.cumulative : Float64Array.of(0, 1),
    1 - missing,
  );
  const flag = missing > 0 && missing < 1 ? marginOf(Float64Array.of(0, missing, 1), 1) : undefined;
  return {
    margins: flag ? [value, flag] : [value],
    score(column, from, to, [scores, flags]) {
      const values = numericValues(column);
      for (let row = from, at = 0; row < to; row++, at++) {
        const absent = Number.isNaN(values[row]) || distribution.pieces === 0;
        scores[at] = absent ? 0 : value.scores[Math.max(0, distribution.pieceOf(values[row]))];
        if (flag) flags[at] = flag.scores[absent ? 0 : 1];
      }
    },
    decode([draws, flags]) {
      const values = draws.map((draw, row) => {
        const blank = flag ? normalCdf(flags[row]) < missing : missing > 0;
        return blank ? NaN : distribution.inverseCdf(normalCdf(draw));
      });
      return { type: holds, name, values };
    },
  };
}

/** A category, or none: intervals of ranks in `order` (of the codec's codes), as wide as their shares. */
function latentCategory(profile: CategoryProfile, order?: Int32Array): LatentColumn {
  const { name, categories } = profile;
  const codec = categoryCodec(profile);
  const codeAt = order ?? Int32Array.from({ length: codec.size }, (_, code) => code);
  const margin = marginOf(cumulated(Float64Array.from(codeAt, (code) => codec.shares[code])), 1);
  const scoreOf = new Float64Array(codec.size);
  codeAt.forEach((code, place) => (scoreOf[code] = margin.scores[place]));
  return {
    margins: [margin],
    score(column, from, to, [scores]) {
      const codes = categoryCodes(column);
      for (let row = from, at = 0; row < to; row++, at++) {
        const code = codes[row] < 0 ? codec.missing : codes[row];
        scores[at] = code < 0 ? 0 : scoreOf[code];
      }
    },
    decode([draws]) {
      const codes = new Int32Array(draws.length);
      for (let row = 0; row < codes.length; row++) {
        const code = codeAt[placeAt(margin.cumulative, normalCdf(draws[row]))];
        codes[row] = code === codec.missing ? -1 : code;
      }
      return { type: 'category', name, categories, codes };
    },
  };
}

/** The interval that holds rank `u` in [0, 1]; never an empty one. */
function placeAt(cumulative: Float64Array, u: number): number {
  let low = 0;
  let high = cumulative.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (cumulative[middle] <= u && cumulative[middle] < 1) low = middle;
    else high = middle - 1;
  }
  return low;
}

const latentColumn = (profile: ColumnProfile, order?: Int32Array): LatentColumn =>
  profile.type === 'category' ? latentCategory(profile, order) : latentNumber(profile);

/** A table as latent normals: the margins of its columns side by side. */
export class LatentTable {
  readonly columns: readonly LatentColumn[];
  readonly margins: readonly Margin[];
  /** The order of the codes of each category column, where it is not the profile's. */
  readonly orders: readonly (Int32Array | undefined)[];
  /** Number of each column's first margin. */
  readonly first: readonly number[];

  constructor(profile: Profile, orders: readonly (Int32Array | undefined)[] = []) {
    this.orders = orders.slice();
    this.columns = profile.columns.map((column, c) => latentColumn(column, orders[c]));
    this.margins = this.columns.flatMap(({ margins }) => margins);
    let before = 0;
    this.first = this.columns.map(({ margins }) => (before += margins.length) - margins.length);
  }

  /** Room for the scores of so many rows, one array a margin. */
  room(rows: number): Float64Array[] {
    return this.margins.map(() => new Float64Array(rows));
  }

  /** Scores of rows from..to. */
  score(table: Table, from: number, to: number, out: readonly Float64Array[]): void {
    this.columns.forEach((column, c) => {
      column.score(table.columns[c], from, to, this.#part(out, c));
    });
  }

  decode(draws: readonly Float64Array[]): Table {
    const columns = this.columns.map((column, c) => column.decode(this.#part(draws, c)));
    return { rows: draws[0]?.length ?? 0, columns };
  }

  #part<T>(each: readonly T[], column: number): readonly T[] {
    return each.slice(this.first[column], this.first[column] + this.columns[column].margins.length);
  }
}
