/** Geometry of the bar of a card: value, interval and target on the scale of the card. */
import { scaleLinear } from 'd3';
import type { Card } from '../../workers/protocol.ts';

export interface CardBarMarks {
  readonly value: number | null;
  readonly interval: { readonly x: number; readonly width: number } | null;
  readonly target: number;
  /** Side of the target that keeps it. */
  readonly good: { readonly x: number; readonly width: number };
}

/** Points run 0..100; losses from a gain of as much as the target to four times the target, or as far as needed. */
function domainOf({ form, value, interval, target }: Card): [number, number] {
  if (form === 'points') return [0, 100];
  const most = Math.max(target.bound * 4, value || 0, interval?.[1] ?? 0, 0.01);
  const least = Math.min(-target.bound, value || 0, interval?.[0] ?? 0);
  return [least, most];
}

export function cardBarMarks(card: Card, width: number): CardBarMarks {
  const x = scaleLinear(domainOf(card), [0, width]).clamp(true);
  const { value, interval, target } = card;
  const at = x(target.bound);
  return {
    value: Number.isFinite(value) ? x(value) : null,
    interval: interval && { x: x(interval[0]), width: Math.max(2, x(interval[1]) - x(interval[0])) },
    target: at,
    good: target.better === 'higher' ? { x: at, width: width - at } : { x: 0, width: at },
  };
}
