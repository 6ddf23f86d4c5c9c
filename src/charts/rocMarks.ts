/** Geometry of ROC curves on logarithmic axes. Pure: curves in, paths out. */
import { area, line, scaleLog } from 'd3';
import type { PrivacyDetails } from '../../workers/protocol.ts';
import { formatCount, formatShare } from './format.ts';
import type { Tick } from './numericMarks.ts';
import type { ChartTable } from './tables.ts';

export type RocFigure = NonNullable<PrivacyDetails['roc']>;
type RocCurve = RocFigure['curves'][number];
type RocPoint = RocCurve['points'][number];
type Rates = Pick<RocPoint, 'falsePositives' | 'truePositives'>;

export interface DrawnCurve {
  readonly name: string;
  readonly line: string;
  readonly band: string;
  /** The threshold with 1 % of false alarms. */
  readonly mark: { readonly x: number; readonly y: number } | null;
}

export interface RocMarks {
  readonly curves: readonly DrawnCurve[];
  readonly guess: string;
  /** What the guarantee allows at most, and all above it; empty without one. */
  readonly allowed: string;
  readonly forbidden: string;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** Where 1 % of false alarms is; null off the axis. */
  readonly marked: number | null;
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  /** False alarms where values can be read, ascending, and their pixels. */
  readonly stops: readonly { readonly falsePositives: number; readonly x: number }[];
  readonly at: (rates: Rates) => { readonly x: number; readonly y: number };
}

/** The axes reach one decade at least. */
const leastDomain = 0.1;
const markedRate = 0.01;

const stopsOf = (curves: readonly RocCurve[]): number[] =>
  [...new Set(curves.flatMap(({ points }) => points.map(({ falsePositives }) => falsePositives)))].sort(
    (a, b) => a - b,
  );

/**
 * Rates below the least that the axes show lie on their edge.
 * @param foot pixels kept free below the axis and its words
 */
export function rocMarks(
  { least, curves, allowed }: RocFigure,
  width: number,
  height: number,
  foot = 0,
): RocMarks {
  const plot = { left: 52, right: width - 12, top: 10, bottom: height - 42 - foot };
  const low = Math.min(least, leastDomain);
  const x = scaleLog([low, 1], [plot.left, plot.right]).clamp(true);
  const y = scaleLog([low, 1], [plot.bottom, plot.top]).clamp(true);
  const up = (rate: number): number => y(Math.max(rate, low));
  const path = line<Rates>()
    .x(({ falsePositives }) => x(falsePositives))
    .y(({ truePositives }) => up(truePositives));
  const band = area<RocPoint>()
    .x(({ falsePositives }) => x(falsePositives))
    .y0((point) => up(point.band[0]))
    .y1((point) => up(point.band[1]));
  const above = area<Rates>()
    .x(({ falsePositives }) => x(falsePositives))
    .y0(({ truePositives }) => up(truePositives))
    .y1(plot.top);
  const at = ({ falsePositives, truePositives }: Rates) => ({
    x: x(falsePositives),
    y: up(truePositives),
  });
  const decades = Array.from({ length: Math.floor(-Math.log10(low) + 1e-9) + 1 }, (_, i) => 10 ** -i);
  const tick = (place: (rate: number) => number) =>
    decades.map((rate): Tick => ({ at: place(rate), label: formatTick(rate) }));
  return {
    plot,
    at,
    guess: `M${plot.left} ${plot.bottom}L${plot.right} ${plot.top}`,
    allowed: path(allowed) ?? '',
    forbidden: above(allowed) ?? '',
    curves: curves.map(({ name, points, marked }) => ({
      name,
      line: path(points) ?? '',
      band: band(points) ?? '',
      mark: marked && at(marked),
    })),
    xTicks: tick(x),
    yTicks: tick(y),
    marked: markedRate >= low ? x(markedRate) : null,
    stops: stopsOf(curves).map((falsePositives) => ({ falsePositives, x: x(falsePositives) })),
  };
}

/** A power of ten as per cent: '100%', '1%', '0.01%'. */
const formatTick = (rate: number): string => `${Number((rate * 100).toPrecision(1))}%`;

/** The last threshold of a curve with no more false alarms than this; null where each has more. */
export const pointAt = ({ points }: RocCurve, falsePositives: number): RocPoint | null =>
  points.findLast((point) => point.falsePositives <= falsePositives + 1e-12) ?? null;

/** Index of the stop nearest to a pixel; -1 without stops. */
export const stopAt = ({ stops }: RocMarks, x: number): number =>
  stops.reduce(
    (best, stop, i) => (best < 0 || Math.abs(stop.x - x) < Math.abs(stops[best].x - x) ? i : best),
    -1,
  );

const interval = ([low, high]: readonly [number, number]): string =>
  `${formatShare(low)} to ${formatShare(high)}`;

const bestOf = <T extends { readonly point: RocPoint | null }>(found: readonly T[]): T | null =>
  found.reduce<T | null>(
    (best, one) =>
      one.point && (!best?.point || one.point.truePositives > best.point.truePositives) ? one : best,
    null,
  );

/** What the best attack finds at a share of false alarms. */
export function rocReadout({ curves }: RocFigure, falsePositives: number): string {
  const best = bestOf(curves.map((curve) => ({ name: curve.name, point: pointAt(curve, falsePositives) })));
  if (!best?.point) return '';
  const { truePositives, band, allowed } = best.point;
  const most = Number.isFinite(allowed) ? `; the guarantee allows ${formatShare(allowed)}` : '';
  return `${formatShare(falsePositives)} false alarms: ${best.name} finds ${formatShare(truePositives)} (${interval(band)})${most}`;
}

/** The picture in one sentence. */
export function rocFinding({ curves, least }: RocFigure): string {
  const best = bestOf(curves.map(({ name, marked }) => ({ name, point: marked })));
  if (!best?.point) {
    return `Learned rows found against held-out rows wrongly named. With ${formatCount(1 / least)} held-out rows to be told apart, nothing can be said of rare false alarms.`;
  }
  const { truePositives, falsePositives, band, allowed } = best.point;
  const most = Number.isFinite(allowed) ? ` The guarantee allows ${formatShare(allowed)} at most.` : '';
  return `With ${formatShare(falsePositives)} of held-out rows wrongly named the best attack finds ${formatShare(truePositives)} of learned rows (${interval(band)}); a guess finds ${formatShare(falsePositives)}.${most}`;
}

/** Every point of every curve. */
export function rocTable({ curves, allowed }: RocFigure): ChartTable {
  const guaranteed = allowed.length > 0;
  return {
    head: [
      'Attack',
      'False alarms',
      'Found',
      '95% interval',
      ...(guaranteed ? ['Guarantee allows at most'] : []),
    ],
    rows: curves.flatMap(({ name, points }) =>
      points.map((point) => [
        name,
        formatShare(point.falsePositives),
        formatShare(point.truePositives),
        interval(point.band),
        ...(guaranteed ? [formatShare(point.allowed)] : []),
      ]),
    ),
  };
}
