/** Geometry of scores over epsilon: a logarithmic axis, a line for each series, marks for the best and the least. Pure. */
import { extent, line, scaleLinear, scaleLog, symbol, symbolDiamond, symbolSquare, symbolTriangle } from 'd3';
import type { SymbolType } from 'd3';
import { formatNumber } from './format.ts';
import type { Tick } from './numericMarks.ts';

export interface CurvePoint {
  readonly x: number;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
}

export interface CurveSeries {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

/** Scores that the curve lies between; NaN where there is none. */
export interface CurveReference {
  readonly ceiling: number;
  readonly floor: number;
}

export interface PlacedPoint {
  readonly x: number;
  readonly y: number;
  readonly whisker: readonly [number, number] | null;
}

export interface PlacedSeries {
  readonly name: string;
  readonly path: string;
  /** Of the mark of its points, around 0, 0. */
  readonly mark: string;
  readonly points: readonly PlacedPoint[];
}

export interface CurveMarks {
  readonly series: readonly PlacedSeries[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly ceiling: number | null;
  readonly floor: number | null;
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
}

/** Series are told apart by these, as all of them are synthetic rows and have one colour. */
const shapes: readonly SymbolType[] = [symbolDiamond, symbolSquare, symbolTriangle];
const markSize = 72;
/** Pixels between points of several series at one x. */
const apart = 7;
/** Least distance of two labels. */
const labelGap = 34;

export const seriesMark = (at: number): string => symbol(shapes[at % shapes.length], markSize)() ?? '';

/** Labels of all values, from the last down, but those too near to one that is there. */
function spacedTicks(values: readonly number[], place: (value: number) => number): Tick[] {
  const ticks: Tick[] = [];
  for (const value of values.toReversed()) {
    const at = place(value);
    if (ticks.every((tick) => Math.abs(tick.at - at) >= labelGap)) {
      ticks.unshift({ at, label: formatNumber(value) });
    }
  }
  return ticks;
}

/** `axis`: values that the axis holds, besides those of the points: a curve that grows does not move. */
export function curveMarks(
  series: readonly CurveSeries[],
  axis: readonly number[],
  { ceiling, floor }: CurveReference,
  width: number,
  height: number,
): CurveMarks {
  const plot = { left: 48, right: width - 16, top: 16, bottom: height - 40 };
  const points = series.flatMap((its) => its.points);
  const xs = [...new Set([...axis, ...points.map(({ x }) => x)])].sort((a, b) => a - b);
  const [least = 1, most = 1] = extent(xs);
  // One point stands in the middle, and several do not touch the frame.
  const room = least === most ? 3 : (most / least) ** 0.06;
  const x = scaleLog([least / room, most * room], [plot.left, plot.right]);
  const values = points.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const finite = [ceiling, floor, ...values].filter(Number.isFinite);
  const y = scaleLinear([Math.min(...finite, 1), Math.max(...finite, 0)], [plot.bottom, plot.top]).nice(4);
  const path = line<PlacedPoint>()
    .x((point) => point.x)
    .y((point) => point.y);
  const step = y.ticks(4).length > 1 ? y.ticks(4)[1] - y.ticks(4)[0] : 0;
  return {
    plot,
    series: series.map(({ name, points: its }, at) => {
      const shift = (at - (series.length - 1) / 2) * apart;
      const placed = its.map((point) => ({
        x: x(point.x) + shift,
        y: y(point.value),
        whisker: point.interval && ([y(point.interval[0]), y(point.interval[1])] as const),
      }));
      return { name, path: path(placed) ?? '', mark: seriesMark(at), points: placed };
    }),
    xTicks: spacedTicks(xs, x),
    yTicks: y.ticks(4).map((tick) => ({ at: y(tick), label: formatNumber(tick, step) })),
    ceiling: Number.isFinite(ceiling) ? y(ceiling) : null,
    floor: Number.isFinite(floor) ? y(floor) : null,
  };
}
