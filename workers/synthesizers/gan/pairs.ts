import type { RunControl } from '../../control.ts';
import type { Tokens } from '../neural/tokens.ts';

/** Two columns, the first before the second. */
export type Pair = readonly [number, number];

/** What is known of pairs of columns, on the host: exact or noisy shares of each pair of tokens. */
export interface PairTargets {
  readonly widths: readonly number[];
  readonly pairs: readonly Pair[];
  /** One table a pair, row-major, of shares of all rows. */
  readonly shares: readonly Float64Array[];
}

/** Most tokens of all columns together for pairs of them to be kept: they make a square matrix. */
export const mostTokens = 1500;

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

/** Exact shares of all pairs of tokens; undefined where there are so many tokens that a square of them has no room. */
export async function exactPairs(
  tokens: Tokens,
  widths: readonly number[],
  control: Pick<RunControl, 'checkpoint'>,
): Promise<PairTargets | undefined> {
  if (widths.reduce((sum, width) => sum + width, 0) > mostTokens) return undefined;
  const pairs = pairsOf(widths.length);
  const shares: Float64Array[] = [];
  for (const pair of pairs) {
    shares.push(countPair(tokens, widths, pair).map((count) => count / tokens[0].length));
    await control.checkpoint();
  }
  return { widths, pairs, shares };
}

/** Rows with each pair of tokens, row-major, width of the first x width of the second. */
export function countPair(tokens: Tokens, widths: readonly number[], [first, second]: Pair): Float64Array {
  const [a, b, stride] = [tokens[first], tokens[second], widths[second]];
  const counts = new Float64Array(widths[first] * stride);
  for (let row = 0; row < a.length; row++) counts[a[row] * stride + b[row]]++;
  return counts;
}
