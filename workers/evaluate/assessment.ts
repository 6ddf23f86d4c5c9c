import type { Interval, Status, Target } from './figureTypes.ts';

export type { CardId, Figure, FigureUnit, Interval, Status, Target } from './figureTypes.ts';

/** Status of a figure: inside the target with its whole interval, outside with its whole interval, or neither. */
export function statusOf(value: number, interval: Interval | null, target: Target | undefined): Status {
  if (!Number.isFinite(value)) return 'not-assessed';
  if (target === undefined) return 'info';
  const [low, high] = interval ?? [value, value];
  const keeps = (number: number): boolean =>
    target.better === 'higher' ? number >= target.bound : number <= target.bound;
  if (keeps(low) && keeps(high)) return 'pass';
  return keeps(low) || keeps(high) ? 'inconclusive' : 'fail';
}
