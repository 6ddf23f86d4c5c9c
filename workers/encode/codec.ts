import { HomespunError } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import type { Column } from '../table/types.ts';
import type { ColumnCondition } from './conditionTypes.ts';

/**
 * One column as discrete codes 0..size-1 and back. When the profile has missing rows, the last code means missing;
 * when it has none, a missing cell gets the most common code.
 */
export interface CodeCodec {
  readonly name: string;
  readonly size: number;
  /** The code that means missing, or -1 when the column has none. */
  readonly missing: number;
  /** Share of all rows in each code; sums to 1. Length `size`. */
  readonly shares: Float64Array;
  /** One code a row. */
  encode(column: Column): Int32Array;
  /** A cell for each code; where a code stands for many values, one is drawn as the profile has them. */
  decode(codes: Int32Array, rng: Rng): Column;
  /** What a condition leaves of the codes. Throws `bad-settings` naming the column where it does not fit its kind. */
  within(condition: ColumnCondition): PartOfCodes;
}

/** Codes of a column of which only some values are allowed. */
export interface PartOfCodes {
  /** Share 0..1 of each code's rows whose value is allowed. */
  readonly kept: Float64Array;
  /** As the codec's, but draws among the allowed values only. For codes of which something is kept. */
  decode(codes: Int32Array, rng: Rng): Column;
}

/** A condition that cannot be met: 'Column “age” <why>.' with what to do about it. */
export const refusal = (column: string, why: string, hint: string): HomespunError =>
  new HomespunError({ code: 'bad-settings', message: `Column “${column}” ${why}.`, hint, column });

/** Position of the largest entry. */
export const mostCommon = (shares: Float64Array): number => shares.indexOf(Math.max(...shares));

/** Shares of all rows from masses and the missing share; the missing code comes last, when there is one. */
export function sharesWithMissing(mass: ArrayLike<number>, missing: number): Float64Array {
  const all = Float64Array.from(missing > 0 || mass.length === 0 ? [...Array.from(mass), missing] : mass);
  const total = all.reduce((sum, share) => sum + share, 0);
  return all.map((share) => (total > 0 ? share / total : 1 / all.length));
}
