import type { Operator } from './formulaTypes.ts';

/**
 * A figure with what each row does to it: the delta method by influence values (Hampel 1974; Deville 1999). The figure's
 * variance is the sum of their squares, so that figures over the same rows keep their covariance when they are joined.
 */
export interface Estimate {
  readonly value: number;
  /** One number a row; null for a constant. */
  readonly influence: Float64Array | null;
  /** Variance that no row shows: a share of none or all is not sure for that. */
  readonly extra: number;
  /** Rows behind the part with the fewest; Infinity for a constant. */
  readonly rows: number;
}

export const constant = (value: number): Estimate => ({
  value,
  influence: null,
  extra: 0,
  rows: Infinity,
});

export function varianceOf({ influence, extra }: Estimate): number {
  let sum = extra;
  if (influence) for (const each of influence) sum += each * each;
  return sum;
}

/** Variance that the interval of Agresti and Coull (1998) adds to that of a plain share of `trials`. */
export function hiddenVariance(successes: number, trials: number): number {
  const plain = (successes / trials) * (1 - successes / trials);
  const smoothed = (successes + 2) / (trials + 4);
  return Math.max(0, smoothed * (1 - smoothed) - plain) / trials;
}

function weighted(
  a: Float64Array | null,
  byA: number,
  b: Float64Array | null,
  byB: number,
): Float64Array | null {
  if (a && b) return a.map((each, row) => byA * each + byB * b[row]);
  return a ? a.map((each) => byA * each) : b ? b.map((each) => byB * each) : null;
}

/** Value of an operation, and its derivative by each side. */
function applied(operator: Operator, a: number, b: number): readonly [number, number, number] {
  switch (operator) {
    case '+':
      return [a + b, 1, 1];
    case '-':
      return [a - b, 1, -1];
    case '*':
      return [a * b, b, a];
    case '/':
      return b === 0 ? [NaN, NaN, NaN] : [a / b, 1 / b, -a / (b * b)];
  }
}

/** Two figures over the same rows, joined. Division by 0 gives NaN. */
export function joined(operator: Operator, a: Estimate, b: Estimate): Estimate {
  const [value, byA, byB] = applied(operator, a.value, b.value);
  return {
    value,
    influence: weighted(a.influence, byA, b.influence, byB),
    extra: byA * byA * a.extra + byB * byB * b.extra,
    rows: Math.min(a.rows, b.rows),
  };
}
