import { midranks } from '../prediction/ranks.ts';

/** Spearman's rank correlation of two lists, ties at the mean of their ranks. NaN where one is constant. */
export function rankCorrelation(first: Float64Array, second: Float64Array): number {
  const [a, b] = [midranks(first), midranks(second)];
  const middle = (a.length + 1) / 2;
  let [together, firstSquares, secondSquares] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    together += (a[at] - middle) * (b[at] - middle);
    firstSquares += (a[at] - middle) ** 2;
    secondSquares += (b[at] - middle) ** 2;
  }
  return together / Math.sqrt(firstSquares * secondSquares);
}
