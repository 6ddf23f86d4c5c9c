import { incompleteBeta } from '../statistics/proportions.ts';

/** P[Bin(trials, p) >= successes]. */
export const binomialTail = (successes: number, trials: number, p: number): number => {
  if (successes <= 0) return 1;
  return successes > trials ? 0 : incompleteBeta(p, successes, trials - successes + 1);
};

export interface Guesses {
  /** Coins that were thrown, whether guessed or not. */
  readonly coins: number;
  readonly guesses: number;
  readonly right: number;
}

/** Chance at most of so many right guesses under (epsilon, delta). */
function chanceOf({ coins, guesses, right }: Guesses, epsilon: number, delta: number): number {
  const p = 1 / (1 + Math.exp(-epsilon));
  const tail = binomialTail(right, guesses, p);
  if (delta === 0) return tail;
  let worst = 0;
  for (let fewer = 1; fewer <= right; fewer++) {
    // Later terms are below 1 / fewer.
    if (worst >= 1 / fewer) break;
    worst = Math.max(worst, (binomialTail(right - fewer, guesses, p) - tail) / fewer);
  }
  return tail + 2 * coins * delta * worst;
}

/** No bound is searched above it. */
const mostEpsilon = 50;

/**
 * Lower bound of epsilon with confidence 1 - alpha, where each of `coins` units is in by a fair coin of its own and
 * `guesses` of the coins were guessed from what was released (Steinke, Nasr and Jagielski 2023, theorem 5.2). Several
 * runs count as one on all their units together: no coin is in two of them. At least 0.
 */
export function oneRunBound(guesses: Guesses, delta: number, alpha: number): number {
  let [low, high] = [0, mostEpsilon];
  if (chanceOf(guesses, low, delta) > alpha) return 0;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (chanceOf(guesses, middle, delta) > alpha) high = middle;
    else low = middle;
  }
  return low;
}
