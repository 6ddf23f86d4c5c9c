import type { Figure, Interval } from './figureTypes.ts';

/** A figure on the common scale: 1 as good as fresh real rows, 0 as the floor. */
export interface DisplayScore {
  readonly value: number;
  readonly interval: Interval;
}

/** Marks closer than this cannot tell good from bad: sampling noise would decide. */
const leastReach = 0.005;

const clip = (number: number): number => Math.min(1, Math.max(0, number));

/**
 * Marks of the scale. `measured`: the figure's own ceiling and floor. `natural`: where one is missing, the best and worst
 * that a share can be. `attack`: from the figure's control to an attack that always succeeds, since the trivial attack
 * is no worse than the control.
 */
export type Marks = 'measured' | 'natural' | 'attack';

function marksOf({ ceiling, floor, target }: Figure, marks: Marks): readonly [best: number, worst: number] {
  if (marks === 'measured') return [ceiling, floor];
  const lower = target?.better === 'lower';
  if (marks === 'attack') return [ceiling, 1];
  const best = Number.isFinite(ceiling) ? ceiling : lower ? 0 : 1;
  return [best, Number.isFinite(floor) ? floor : lower ? 1 : 0];
}

/**
 * 1 - clip((d - ceiling) / (floor - ceiling)), for distances and, as it does not depend on the sign, for scores where
 * more is better. The interval goes through the same line; a figure without one stands for itself.
 * null where a mark is missing or both are the same.
 */
export function displayScore(figure: Figure, marks: Marks = 'measured'): DisplayScore | null {
  const { value, interval } = figure;
  const [ceiling, floor] = marksOf(figure, marks);
  const reach = floor - ceiling;
  if (![value, reach].every(Number.isFinite) || Math.abs(reach) < leastReach) return null;
  const score = (number: number): number => 1 - clip((number - ceiling) / reach);
  const ends = (interval ?? [value, value]).map(score);
  return { value: score(value), interval: [Math.min(...ends), Math.max(...ends)] };
}
