/** How well one class is found. A rate without rows to be a share of is NaN, but the F1 of a class that is never named is 0. */
export interface ClassRates {
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  /** Test rows of the class. */
  readonly rows: number;
  /** Test rows given the class. */
  readonly named: number;
  readonly hits: number;
}

/** Recall, precision and F1 of each class. */
export function classRates(truth: Int32Array, predicted: Int32Array, size: number): ClassRates[] {
  const [rows, named, hits] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  for (let row = 0; row < truth.length; row++) {
    rows[truth[row]]++;
    named[predicted[row]]++;
    if (truth[row] === predicted[row]) hits[truth[row]]++;
  }
  return Array.from(hits, (hit, code) => ({
    recall: hit / rows[code],
    precision: hit / named[code],
    f1: (2 * hit) / (rows[code] + named[code]),
    rows: rows[code],
    named: named[code],
    hits: hit,
  }));
}

/** Mean F1 over the classes that test rows have. */
export function macroF1(rates: readonly ClassRates[]): number {
  const present = rates.filter(({ rows }) => rows > 0);
  return present.reduce((sum, { f1 }) => sum + f1, 0) / present.length;
}

/** The class of the highest probability in each row of a rows x size matrix. */
export function mostProbable(shares: Float64Array, size: number): Int32Array {
  return Int32Array.from({ length: shares.length / size }, (_, row) => {
    let best = 0;
    for (let code = 1; code < size; code++) {
      if (shares[row * size + code] > shares[row * size + best]) best = code;
    }
    return best;
  });
}
