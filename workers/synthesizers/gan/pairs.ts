import type { Tokens } from '../neural/tokens.ts';

/** Two columns, the first before the second. */
export type Pair = readonly [number, number];

/** Pairs of columns that are counted at most: more would each get too little of the budget. */
const mostPairs = 2000;

/**
 * The pairs that are counted: all, or of many columns those of neighbours, and of the target with all others. From the
 * number of columns alone.
 */
export function pairsOf(columns: number, target?: number): Pair[] {
  const chosen: Pair[] = [];
  for (let apart = 1; apart < columns && chosen.length < mostPairs; apart++) {
    for (let first = 0; first + apart < columns; first++) chosen.push([first, first + apart]);
  }
  if (target === undefined || chosen.length === (columns * (columns - 1)) / 2) return chosen;
  const known = new Set(chosen.map(([first, second]) => first * columns + second));
  for (let other = 0; other < columns; other++) {
    const pair: Pair = other < target ? [other, target] : [target, other];
    if (other !== target && !known.has(pair[0] * columns + pair[1])) chosen.push(pair);
  }
  return chosen;
}

/** Rows with each pair of tokens, row-major, width of the first x width of the second. */
export function countPair(tokens: Tokens, widths: readonly number[], [first, second]: Pair): Float64Array {
  const [a, b, stride] = [tokens[first], tokens[second], widths[second]];
  const counts = new Float64Array(widths[first] * stride);
  for (let row = 0; row < a.length; row++) counts[a[row] * stride + b[row]]++;
  return counts;
}
