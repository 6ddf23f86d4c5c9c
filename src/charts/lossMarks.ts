/** Geometry of a training curve. Pure: losses in, paths out. */
import { bisector, curveMonotoneX, line, quantile, scaleLinear } from 'd3';
import { formatNumber } from './format.ts';
import type { Tick } from './numericMarks.ts';

/** `epoch` counts epochs done, fractional within one. */
export interface LossPoint {
  readonly epoch: number;
  readonly loss: number;
}

export interface PlacedLoss extends LossPoint {
  readonly smoothed: number;
  readonly x: number;
  readonly y: number;
}

export interface LossMarks {
  readonly raw: string;
  readonly smooth: string;
  readonly points: readonly PlacedLoss[];
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
export function smooth(values: readonly number[], weight = 0.6): number[] {
  let mean = 0;
  let mass = 0;
  return values.map((value) => {
    mean = weight * mean + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}

/** Share of a loss below which a difference is no change, but rounding: ticks between such ends would fall together. */
const noChange = 1e-6;

/** Range that one wild epoch cannot flatten: the smoothed curve after its start, the middle 96% of the raw one. */
export function lossRange(raw: readonly number[], smoothed: readonly number[]): [number, number] {
  if (raw.length === 0) return [0, 1];
  const settled = smoothed.slice(Math.floor(smoothed.length / 20));
  const low = Math.min(...settled, quantile(raw, 0.02) ?? raw[0]);
  const high = Math.max(...settled, quantile(raw, 0.98) ?? raw[0]);
  const flat = high - low <= noChange * Math.max(Math.abs(low), Math.abs(high));
  return flat ? [low - 0.5, high + 0.5] : [low, high];
}

/** Marks of the losses so far on an axis of all `epochs`, so that the curve grows without rescaling sideways. */
export function lossMarks(
  loss: readonly LossPoint[],
  epochs: number,
  width: number,
  height: number,
): LossMarks {
  const finite = loss.filter((point) => Number.isFinite(point.loss));
  const values = finite.map((point) => point.loss);
  const plot = { left: 44, right: width - 8, top: 10, bottom: height - 24 };
  const x = scaleLinear(
    [0, Math.max(1, epochs, ...finite.map((point) => point.epoch))],
    [plot.left, plot.right],
  );
  const smoothed = smooth(values);
  const y = scaleLinear(lossRange(values, smoothed), [plot.bottom, plot.top]).nice(4).clamp(true);
  const yTicks = y.ticks(4);
  const step = yTicks.length > 1 ? yTicks[1] - yTicks[0] : 0;
  const points = finite.map((point, i) => ({
    ...point,
    smoothed: smoothed[i],
    x: x(point.epoch),
    y: y(smoothed[i]),
  }));
  const raw = line<PlacedLoss>()
    .x((point) => point.x)
    .y((point) => y(point.loss));
  const fine = line<PlacedLoss>()
    .x((point) => point.x)
    .y((point) => point.y)
    .curve(curveMonotoneX);
  return {
    plot,
    points,
    raw: raw(points) ?? '',
    smooth: fine(points) ?? '',
    xTicks: x
      .ticks(Math.max(2, Math.floor(width / 110)))
      .filter(Number.isInteger)
      .map((epoch) => ({ at: x(epoch), label: String(epoch) })),
    yTicks: values.length > 0 ? yTicks.map((v) => ({ at: y(v), label: formatNumber(v, step) })) : [],
  };
}

/** Index of the point nearest to a pixel from the left; -1 without points. */
export function lossAt(marks: LossMarks, x: number): number {
  if (marks.points.length === 0) return -1;
  return bisector((point: PlacedLoss) => point.x).center(marks.points, x);
}
