/**
 * A number computed from two columns. With goal `smallest` the two are the same column of a real and another table,
 * and 0 means no difference. With goal `match` they are two columns of one table, and the other table should have the
 * same value.
 */
export interface Metric<A, B = A> {
  readonly name: string;
  readonly goal: 'smallest' | 'match';
  readonly range: readonly [least: number, most: number];
  /** NaN where it is undefined. */
  compute(a: A, b: B): number;
}
