/** Geometry of the small picture of a column. Pure. */
import { scaleBand, scaleLinear } from 'd3';
import type { Sketch } from '../../workers/protocol.ts';
import { datetimeFormat, formatNumber, formatShare } from './format.ts';
import type { Bar } from './categoryMarks.ts';

export interface SketchBar extends Bar {
  /** Everything beyond the listed categories: drawn hatched. */
  readonly others: boolean;
}

/** Bars of a sketch in `width` x `height` pixels; none for a column without one. A count above zero is never invisible. */
export function sketchBars(sketch: Sketch, width: number, height: number): SketchBar[] {
  if (sketch.type === 'none') return [];
  const counts =
    sketch.type === 'category' && sketch.others > 0 ? [...sketch.counts, sketch.others] : sketch.counts;
  const y = scaleLinear([0, Math.max(1, ...counts)], [0, height]);
  const band = scaleBand(counts.keys(), [0, width]).paddingInner(sketch.type === 'category' ? 0.25 : 0.06);
  return counts.map((count, i) => {
    const tall = count > 0 ? Math.max(1, y(count)) : 0;
    return {
      x: band(i) ?? 0,
      y: height - tall,
      width: Math.min(band.bandwidth(), 40),
      height: tall,
      others: sketch.type === 'category' && i === sketch.counts.length,
    };
  });
}

/** What the picture shows, in words. */
export function sketchSentence(sketch: Sketch): string {
  if (sketch.type === 'none') return 'No picture for this column.';
  const total = sketch.counts.reduce((sum, count) => sum + count, 0);
  if (sketch.type === 'category') {
    const all = total + sketch.others;
    if (all === 0 || sketch.labels.length === 0) return 'No values.';
    return `${sketch.labels.length} categories shown, the most common in ${formatShare(sketch.counts[0] / all)} of rows.`;
  }
  if (total === 0) return 'No values.';
  const [low, high] = [sketch.edges[0], sketch.edges[sketch.edges.length - 1]];
  const write = sketch.type === 'datetime' ? datetimeFormat(high - low) : (v: number) => formatNumber(v);
  const peak = sketch.counts.indexOf(Math.max(...sketch.counts));
  return `From ${write(low)} to ${write(high)}, most between ${write(sketch.edges[peak])} and ${write(sketch.edges[peak + 1])}.`;
}
