/**
 * A table of non-negative weights, kept as logarithms or as numbers scaled to at most 1 (times exp(high)). Which of the
 * two depends on what is cheaper and safe where it is used.
 */
export interface Weights {
  readonly values: Float64Array;
  logs: boolean;
  /** Extremes of the finite logarithms; `high` is -Infinity where no weight is positive. */
  high: number;
  low: number;
}

export const emptyWeights = (cells: number): Weights => ({
  values: new Float64Array(cells),
  logs: true,
  high: 0,
  low: 0,
});

/** Finds the extremes of a table of logarithms. */
export function findRange(weights: Weights): void {
  const { values } = weights;
  let [high, low] = [-Infinity, Infinity];
  for (const value of values) {
    if (value > high) high = value;
    if (value < low && value !== -Infinity) low = value;
  }
  weights.high = high;
  weights.low = high === -Infinity ? high : low;
}

/** Of a table whose extremes are known, and finite. */
export function toNumbers(weights: Weights): void {
  if (!weights.logs) return;
  const { values, high } = weights;
  for (let i = 0; i < values.length; i++) values[i] = Math.exp(values[i] - high);
  weights.logs = false;
}

export function toLogs(weights: Weights): void {
  if (weights.logs) return;
  const { values, high } = weights;
  for (let i = 0; i < values.length; i++) values[i] = Math.log(values[i]) + high;
  weights.logs = true;
}

/** Sums each row of a table of numbers; they are those of exp(shift) times the table. */
export function sumRows(table: Float64Array, sums: Float64Array, message: Weights, shift: number): void {
  const width = table.length / sums.length;
  let [largest, smallest] = [0, Infinity];
  for (let row = 0, cell = 0; row < sums.length; row++) {
    let sum = 0;
    for (const end = cell + width; cell < end; cell++) sum += table[cell];
    sums[row] = sum;
    if (sum > largest) largest = sum;
    if (sum < smallest && sum > 0) smallest = sum;
  }
  const { values } = message;
  for (let row = 0; row < sums.length; row++) values[row] = sums[row] / largest;
  message.logs = false;
  message.high = shift + Math.log(largest);
  message.low = largest > 0 ? message.high + Math.log(smallest / largest) : message.high;
}

/** The same for a table of logarithms, each row of which becomes numbers of a scale of its own. */
export function sumLogRows(table: Float64Array, sums: Float64Array, message: Weights): void {
  const width = table.length / sums.length;
  const { values } = message;
  for (let row = 0, start = 0; row < sums.length; row++, start += width) {
    const end = start + width;
    let top = -Infinity;
    for (let cell = start; cell < end; cell++) if (table[cell] > top) top = table[cell];
    const shift = top === -Infinity ? 0 : top;
    let sum = 0;
    for (let cell = start; cell < end; cell++) sum += table[cell] = Math.exp(table[cell] - shift);
    sums[row] = sum;
    values[row] = shift + Math.log(sum);
  }
  message.logs = true;
  findRange(message);
}

/** Scales each row so that it sums to its target; a row of zeros stays. */
export function scaleRows(table: Float64Array, sums: Float64Array, targets: Float64Array): void {
  const width = table.length / sums.length;
  for (let row = 0, cell = 0; row < sums.length; row++) {
    const scale = sums[row] > 0 ? targets[row] / sums[row] : 0;
    for (const end = cell + width; cell < end; cell++) table[cell] *= scale;
  }
}
