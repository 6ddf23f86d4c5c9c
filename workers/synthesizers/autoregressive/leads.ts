import type { Rng } from '../../random/rng.ts';
import { WeightedDraw } from '../../random/weightedDraw.ts';

/** Share of the training rows that are shown as rows under a condition are made. */
export const ledShare = 0.125;
/** A value comes at most this many times as often as in the table: a handful of rows is no ground to learn from. */
const mostOften = 20;
/** Rows that are kept sorted by their code, of all columns together: 64 MiB. */
const mostSorted = 2 ** 24;

/** Memory that leads take in the end, at most. */
export const leadBytes = (rows: number, columns: number): number =>
  Math.min(mostSorted, rows * columns) * Int32Array.BYTES_PER_ELEMENT;

/** What leads are drawn from. */
export interface LeadColumns {
  /** One array a column. */
  readonly codes: readonly ArrayLike<number>[];
  /** Share of all rows of each code, column after column. */
  readonly shares: readonly Float64Array[];
  /** Codes of each column that come in an order, from the first: 0 in a category column. */
  readonly ordered: readonly number[];
  /** Column that later models will predict, and conditions are put on. */
  readonly target?: number;
}

/** The rows of a column by code, and how often each code is to come. */
interface ByCode {
  readonly rows: Int32Array;
  /** Where each code's rows start, and the end. */
  readonly starts: Int32Array;
  readonly code: WeightedDraw;
}

/**
 * Which column a row is shown first, and which row that is, when it is to be learned how rows of a given value go on.
 * Rows of rare values come more often than they are: given the value, the distribution of the other columns is the same
 * however often it comes, so that this bends nothing (as in training by sampling; Xu and others 2019, arXiv 1907.00503,
 * section 4.3). Without it a class of 1 % is hardly ever all that is known of a row, and rows made for it look like any
 * others.
 */
export class Leads {
  readonly #table: LeadColumns;
  readonly #categories: readonly number[];
  readonly #sorted = new Map<number, ByCode>();

  constructor(table: LeadColumns) {
    this.#table = table;
    this.#categories = [...table.codes.keys()].filter((column) => table.ordered[column] === 0);
  }

  /** The target every other time; else any column, those of categories more often than if all were alike. */
  column(rng: Rng): number {
    const { target, codes } = this.#table;
    const categories = this.#categories;
    const kind = rng.uniform();
    if (target !== undefined && kind < 0.5) return target;
    if (kind < 0.75 && categories.length > 0) return categories[rng.int(categories.length)];
    return rng.int(codes.length);
  }

  /** A row by the code it has in a column; `otherwise` where there are too many rows to have them sorted. */
  row(column: number, otherwise: number, rng: Rng): number {
    const found = this.#byCode(column);
    if (!found) return otherwise;
    const { rows, starts } = found;
    const code = found.code.draw(rng);
    return rows[starts[code] + rng.int(starts[code + 1] - starts[code])];
  }

  #byCode(column: number): ByCode | undefined {
    const known = this.#sorted.get(column);
    const { codes, shares } = this.#table;
    if (known || (this.#sorted.size + 1) * codes[column].length > mostSorted) return known;
    const sorted = byCode(codes[column], shares[column].length);
    this.#sorted.set(column, sorted);
    return sorted;
  }
}

/** Sorts by counting. Codes come as if all were equally common, within bounds, and not at all without a row. */
function byCode(codes: ArrayLike<number>, width: number): ByCode {
  const count = codes.length;
  const starts = new Int32Array(width + 1);
  for (let row = 0; row < count; row++) starts[codes[row] + 1]++;
  for (let code = 0; code < width; code++) starts[code + 1] += starts[code];
  const next = starts.slice();
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row++) rows[next[codes[row]]++] = row;
  const often = Float64Array.from({ length: width }, (_, code) => {
    const share = (starts[code + 1] - starts[code]) / count;
    return share === 0 ? 0 : Math.min(mostOften * share, Math.max(share, 1 / width));
  });
  return { rows, starts, code: new WeightedDraw(often) };
}
