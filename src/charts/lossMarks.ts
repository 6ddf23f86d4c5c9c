/** Geometry of a training curve. Pure: losses in, paths out. */
import { curveMonotoneX, line, quantile, scaleLinear } from 'd3';
import { formatNumber } from './format.ts';
import type { Tick } from './numericMarks.ts';

export interface LossMarks {
  readonly raw: string;
  readonly smooth: string;
  readonly smoothed: readonly number[];
  readonly last: { readonly x: number; readonly y: number } | null;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
}

/** Exponential mean with the start-up bias divided out, so the first point is the first value. */
export function smooth(values: readonly number[], weight = 0.8): number[] {
  let mean = 0;
  let mass = 0;
  return values.map((value) => {
    mean = weight * mean + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}

/** Range that one wild epoch cannot flatten: all of the smoothed curve, the middle 96% of the raw one. */
export function lossRange(raw: readonly number[], smoothed: readonly number[]): [number, number] {
  const low = Math.min(...smoothed.slice(Math.floor(smoothed.length / 20)), quantile(raw, 0.02) ?? 0);
  const high = Math.max(...smoothed.slice(Math.floor(smoothed.length / 20)), quantile(raw, 0.98) ?? 1);
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}

/** Marks of the losses so far (one an epoch) on an axis of all `epochs`, so that the curve grows without rescaling. */
export function lossMarks(loss: readonly number[], epochs: number, width: number, height: number): LossMarks {
  const finite = loss.filter(Number.isFinite);
  const plot = { left: 44, right: width - 8, top: 10, bottom: height - 24 };
  const x = scaleLinear([1, Math.max(2, epochs, finite.length)], [plot.left, plot.right]);
  const smoothed = smooth(finite);
  const y = scaleLinear(finite.length > 0 ? lossRange(finite, smoothed) : [0, 1], [plot.bottom, plot.top])
    .nice(4)
    .clamp(true);
  const draw = line<number>((_, i) => x(i + 1), y).curve(curveMonotoneX);
  const yTicks = y.ticks(4);
  const step = yTicks.length > 1 ? yTicks[1] - yTicks[0] : 0;
  return {
    plot,
    smoothed,
    raw: draw(finite) ?? '',
    smooth: draw(smoothed) ?? '',
    last: finite.length > 0 ? { x: x(finite.length), y: y(smoothed[smoothed.length - 1]) } : null,
    xTicks: x
      .ticks(Math.max(2, Math.floor(width / 110)))
      .filter(Number.isInteger)
      .map((epoch) => ({ at: x(epoch), label: String(epoch) })),
    yTicks: finite.length > 0 ? yTicks.map((v) => ({ at: y(v), label: formatNumber(v, step) })) : [],
  };
}
