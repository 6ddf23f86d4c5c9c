/** Summary of a numeric column over its present values; NaN where undefined. Instants are in milliseconds. */
export interface Summary {
  readonly count: number;
  /** Shares of all rows. */
  readonly missing: number;
  readonly zeros: number;
  readonly mean: number;
  /** Divided by count - 1. */
  readonly deviation: number;
  readonly variance: number;
  readonly min: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly max: number;
  /** Third standardised moment, adjusted for the number of rows (Joanes and Gill 1998, G1). */
  readonly skew: number;
}

/** Linear between neighbours (Hyndman and Fan 1996, type 7); NaN of nothing. */
export function quantileOf(ascending: Float64Array, share: number): number {
  if (ascending.length === 0) return NaN;
  const at = share * (ascending.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, ascending.length - 1);
  return ascending[low] + (at - low) * (ascending[high] - ascending[low]);
}

const centralMoment = (values: Float64Array, mean: number, power: number): number => {
  let sum = 0;
  for (const value of values) sum += (value - mean) ** power;
  return sum / values.length;
};

export function summaryOf(values: Float64Array): Summary {
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  const count = present.length;
  const mean = present.reduce((sum, value) => sum + value, 0) / count;
  const second = centralMoment(present, mean, 2);
  const variance = count > 1 ? (second * count) / (count - 1) : NaN;
  const skew =
    count > 2 && second > 0
      ? ((centralMoment(present, mean, 3) / second ** 1.5) * Math.sqrt(count * (count - 1))) / (count - 2)
      : NaN;
  return {
    count,
    missing: 1 - count / values.length,
    zeros: present.filter((value) => value === 0).length / values.length,
    mean,
    deviation: Math.sqrt(variance),
    variance,
    min: quantileOf(present, 0),
    lowerQuartile: quantileOf(present, 0.25),
    median: quantileOf(present, 0.5),
    upperQuartile: quantileOf(present, 0.75),
    max: quantileOf(present, 1),
    skew,
  };
}

/** One line of the summary table. */
export interface SummaryRow {
  readonly column: string;
  readonly type: 'number' | 'datetime';
  readonly real: Summary;
  readonly synthetic: Summary;
  /** Null without held-out rows. */
  readonly holdout: Summary | null;
}
