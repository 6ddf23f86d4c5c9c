/** Geometry of a bullet bar for a distance: 0 (best) on the left, its ceiling and floor as marks. Pure. */
import { scaleLinear } from 'd3';
import type { Referenced } from '../../workers/protocol.ts';

export interface BulletMarks {
  /** Pixels from the left; null where the mark is not defined. */
  readonly value: number | null;
  readonly ceiling: number | null;
  readonly floor: number | null;
}

/** `domainMax` lets several bars share one scale; by default a bar fills its own. */
export function bulletMarks(score: Referenced, width: number, domainMax?: number): BulletMarks {
  const finite = [score.value, score.ceiling, score.floor].filter(Number.isFinite);
  const most = domainMax ?? Math.max(0.02, ...finite) * 1.06;
  const x = scaleLinear([0, most], [0, width]).clamp(true);
  const place = (value: number): number | null => (Number.isFinite(value) ? x(value) : null);
  return { value: place(score.value), ceiling: place(score.ceiling), floor: place(score.floor) };
}
