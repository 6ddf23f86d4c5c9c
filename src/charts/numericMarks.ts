/** Geometry of the two step-densities of a numeric or datetime overlay. Pure: plain data in, paths and numbers out. */
import { area, curveStepAfter, line, scaleLinear, scaleUtc } from 'd3';
import type { Overlay } from '../../workers/protocol.ts';
import { datetimeFormat, formatNumber } from './format.ts';

export type NumericOverlay = Extract<Overlay, { type: 'numeric' | 'datetime' }>;

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly compact: boolean;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface MissingBars {
  readonly x: number;
  readonly width: number;
  readonly realTop: number;
  readonly syntheticTop: number;
}

export interface NumericMarks {
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  readonly realArea: string;
  readonly realLine: string;
  readonly syntheticLine: string;
  readonly realRug: readonly number[];
  readonly syntheticRug: readonly number[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** Bin edges in pixels: bins + 1. */
  readonly edges: readonly number[];
  readonly missing: MissingBars | null;
  /** Where the two cumulative curves lie furthest apart; only in cumulative view. */
  readonly gap: {
    readonly x: number;
    readonly from: number;
    readonly to: number;
    readonly size: number;
  } | null;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Share of the non-missing rows below each edge: starts at 0, ends at 1 (all 0 for an empty side). */
export function cumulative(shares: readonly number[]): number[] {
  const total = sum(shares);
  const below = [0];
  for (const share of shares) below.push(below[below.length - 1] + (total > 0 ? share / total : 0));
  return below;
}

/** Density of each bin relative to a flat distribution over the whole range: comparable between uneven bins. */
export function relativeDensity(edges: readonly number[], shares: readonly number[]): number[] {
  const range = edges[edges.length - 1] - edges[0];
  return shares.map((share, bin) => {
    const width = edges[bin + 1] - edges[bin];
    return width > 0 && range > 0 ? (share * range) / width : share;
  });
}

/** Largest distance between two cumulative curves and the edge where it is. */
export function largestGap(
  real: readonly number[],
  synthetic: readonly number[],
): { edge: number; size: number } {
  let edge = 0;
  let size = 0;
  for (let i = 0; i < real.length; i++) {
    const gap = Math.abs(real[i] - synthetic[i]);
    if (gap > size) {
      size = gap;
      edge = i;
    }
  }
  return { edge, size };
}

const hasMissing = (overlay: NumericOverlay): boolean =>
  overlay.realMissing > 0 || overlay.syntheticMissing > 0;

function plotBox(overlay: NumericOverlay, frame: Frame, cumulativeView: boolean): NumericMarks['plot'] {
  const missingRoom = hasMissing(overlay) ? (frame.compact ? 26 : 76) : 0;
  const rug = frame.compact ? 12 : 42;
  return {
    left: cumulativeView && !frame.compact ? 40 : 2,
    right: frame.width - 2 - missingRoom,
    top: frame.compact ? 4 : 14,
    bottom: frame.height - rug,
  };
}

/** Instants are milliseconds, so one linear scale serves both kinds; a single value gets a range of its own. */
function xScale(overlay: NumericOverlay, plot: NumericMarks['plot']) {
  const low = overlay.edges[0];
  const high = overlay.edges[overlay.edges.length - 1];
  const domain = high > low ? [low, high] : [low - 0.5, low + 0.5];
  return scaleLinear(domain, [plot.left, plot.right]).clamp(true);
}

function axisTicks(overlay: NumericOverlay, plot: NumericMarks['plot']): Tick[] {
  const low = overlay.edges[0];
  const high = overlay.edges[overlay.edges.length - 1];
  const count = Math.max(3, Math.floor((plot.right - plot.left) / 80));
  if (overlay.type === 'datetime') {
    const scale = scaleUtc().domain([low, high]).range([plot.left, plot.right]);
    const write = datetimeFormat(high - low);
    return scale.ticks(count).map((instant) => ({ at: scale(instant), label: write(instant.getTime()) }));
  }
  const scale = scaleLinear().domain([low, high]).range([plot.left, plot.right]);
  const ticks = scale.ticks(count);
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 0;
  return ticks.map((value) => ({ at: scale(value), label: formatNumber(value, step) }));
}

function missingBars(overlay: NumericOverlay, frame: Frame, plot: NumericMarks['plot']): MissingBars | null {
  if (!hasMissing(overlay)) return null;
  const y = scaleLinear([0, 1], [plot.bottom, plot.top]);
  const width = frame.compact ? 8 : 20;
  return {
    x: frame.width - 2 - (frame.compact ? 18 : 56),
    width,
    realTop: y(overlay.realMissing),
    syntheticTop: y(overlay.syntheticMissing),
  };
}

function gapMark(
  marks: { real: number[]; synthetic: number[] },
  edges: readonly number[],
  y: (share: number) => number,
): NumericMarks['gap'] {
  const { edge, size } = largestGap(marks.real, marks.synthetic);
  if (size === 0) return null;
  return { x: edges[edge], from: y(marks.real[edge]), to: y(marks.synthetic[edge]), size };
}

/** Marks of one overlay in a frame of `width` x `height` pixels. */
export function numericMarks(overlay: NumericOverlay, frame: Frame, cumulativeView = false): NumericMarks {
  const plot = plotBox(overlay, frame, cumulativeView);
  const x = xScale(overlay, plot);
  const edges = overlay.edges.map((edge) => x(edge));
  const heights = cumulativeView
    ? { real: cumulative(overlay.real), synthetic: cumulative(overlay.synthetic) }
    : {
        real: relativeDensity(overlay.edges, overlay.real),
        synthetic: relativeDensity(overlay.edges, overlay.synthetic),
      };
  const top = cumulativeView ? 1 : Math.max(1e-9, ...heights.real, ...heights.synthetic);
  const y = scaleLinear([0, top], [plot.bottom, plot.top]);
  const points = (values: readonly number[]): [number, number][] => {
    const pairs = values.map((value, i): [number, number] => [edges[i], y(value)]);
    if (cumulativeView) return pairs;
    const last = edges[edges.length - 1];
    const ends: [number, number][] = [[edges[0], plot.bottom], ...pairs, [last, pairs[pairs.length - 1][1]]];
    return [...ends, [last, plot.bottom]];
  };
  const stroke = cumulativeView ? line() : line().curve(curveStepAfter);
  const fill = cumulativeView ? area() : area().curve(curveStepAfter);
  const quantiles = (values: readonly number[]): number[] =>
    values.filter(Number.isFinite).map((value) => x(value));
  return {
    plot,
    edges,
    realArea: fill.y0(plot.bottom)(points(heights.real)) ?? '',
    realLine: stroke(points(heights.real)) ?? '',
    syntheticLine: stroke(points(heights.synthetic)) ?? '',
    realRug: quantiles(overlay.realQuantiles),
    syntheticRug: quantiles(overlay.syntheticQuantiles),
    xTicks: frame.compact ? [] : axisTicks(overlay, plot),
    yTicks:
      cumulativeView && !frame.compact ? [0, 0.5, 1].map((v) => ({ at: y(v), label: `${v * 100}%` })) : [],
    missing: missingBars(overlay, frame, plot),
    gap: cumulativeView ? gapMark(heights, edges, y) : null,
  };
}

/** Bin under a pixel, the last index (number of bins) standing for the missing bars. -1 outside. */
export function binAt(marks: NumericMarks, x: number): number {
  const bins = marks.edges.length - 1;
  if (marks.missing !== null && x >= marks.missing.x - 8) return bins;
  for (let bin = 0; bin < bins; bin++) {
    if (x < marks.edges[bin + 1]) return x >= marks.edges[0] ? bin : -1;
  }
  return x <= marks.plot.right + 4 ? bins - 1 : -1;
}
