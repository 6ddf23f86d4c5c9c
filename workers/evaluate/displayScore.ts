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
 * 1 - clip((d - ceiling) / (floor - ceiling)), for distances and, as it does not depend on the sign, for scores where
 * more is better. The interval goes through the same line; a figure without one stands for itself.
 * null where a mark is missing or both are the same.
 */
export function displayScore({ value, interval, ceiling, floor }: Figure): DisplayScore | null {
  const reach = floor - ceiling;
  if (![value, reach].every(Number.isFinite) || Math.abs(reach) < leastReach) return null;
  const score = (number: number): number => 1 - clip((number - ceiling) / reach);
  const ends = (interval ?? [value, value]).map(score);
  return { value: score(value), interval: [Math.min(...ends), Math.max(...ends)] };
}
