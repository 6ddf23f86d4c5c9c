/** Geometry of the paired bars of a category overlay. Pure: plain data in, numbers out. */
import { scaleBand, scaleLinear } from 'd3';
import type { Overlay } from '../../workers/protocol.ts';
import { fitLabel } from './format.ts';
import type { Frame } from './numericMarks.ts';

export type CategoryOverlay = Extract<Overlay, { type: 'category' }>;

export interface BarRow {
  readonly label: string;
  readonly real: number;
  readonly synthetic: number;
  readonly missing: boolean;
}

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface BarPair {
  readonly row: BarRow;
  readonly real: Bar;
  readonly synthetic: Bar;
  /** Whole band, for pointing at it. */
  readonly band: Bar;
  readonly label: string;
  readonly labelX: number;
  readonly labelY: number;
}

export interface CategoryMarks {
  readonly horizontal: boolean;
  readonly pairs: readonly BarPair[];
  readonly baseline: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
}

const MIN_ROW = 20; // pixels a horizontal pair needs to be read
const MISSING = 'missing';

/** Bars to draw: at most `limit`, the tail merged, the missing share always its own bar at the end. */
export function barRows(overlay: CategoryOverlay, limit = Infinity): BarRow[] {
  const rows = overlay.labels.map((label, i) => ({
    label,
    real: overlay.real[i],
    synthetic: overlay.synthetic[i],
    missing: false,
  }));
  const kept = rows.slice(0, rows.length > limit ? Math.max(1, limit - 1) : rows.length);
  const tail = rows.slice(kept.length);
  if (tail.length > 0) {
    kept.push({
      label: `(${tail.length} more)`,
      real: tail.reduce((sum, row) => sum + row.real, 0),
      synthetic: tail.reduce((sum, row) => sum + row.synthetic, 0),
      missing: false,
    });
  }
  if (overlay.realMissing > 0 || overlay.syntheticMissing > 0) {
    kept.push({
      label: MISSING,
      real: overlay.realMissing,
      synthetic: overlay.syntheticMissing,
      missing: true,
    });
  }
  return kept;
}

/** Labels that would collide under upright bars ask for lying ones. */
export function wantsHorizontal(rows: readonly BarRow[], width: number): boolean {
  const longest = Math.max(1, ...rows.map((row) => row.label.length));
  return longest * 6.4 + 8 > (width - 16) / Math.max(1, rows.length);
}

function lyingBars(rows: readonly BarRow[], frame: Frame): CategoryMarks {
  const longest = Math.max(...rows.map((row) => row.label.length));
  const labelRoom = Math.min(longest * 6.6 + 10, frame.width * 0.38);
  const right = frame.width - 6;
  const most = Math.max(1e-9, ...rows.flatMap((row) => [row.real, row.synthetic]));
  const x = scaleLinear([0, most], [labelRoom, right]);
  const used = Math.min(frame.height - 8, rows.length * 44);
  const band = scaleBand(rows.keys(), [4, 4 + used])
    .paddingInner(0.32)
    .paddingOuter(0.12);
  const thick = band.bandwidth() / 2;
  const pairs = rows.map((row, i): BarPair => {
    const y = band(i) ?? 0;
    return {
      row,
      real: { x: labelRoom, y, width: x(row.real) - labelRoom, height: thick - 0.5 },
      synthetic: {
        x: labelRoom,
        y: y + thick + 0.5,
        width: x(row.synthetic) - labelRoom,
        height: thick - 0.5,
      },
      band: { x: 0, y: y - band.step() * 0.16, width: frame.width, height: band.step() },
      label: fitLabel(row.label, labelRoom - 8),
      labelX: labelRoom - 8,
      labelY: y + thick,
    };
  });
  return { horizontal: true, pairs, baseline: { x1: labelRoom, x2: labelRoom, y1: 2, y2: 6 + used } };
}

function standingBars(rows: readonly BarRow[], frame: Frame, labelled: boolean): CategoryMarks {
  const bottom = frame.height - (labelled ? 24 : 6);
  const most = Math.max(1e-9, ...rows.flatMap((row) => [row.real, row.synthetic]));
  const y = scaleLinear([0, most], [bottom, labelled && !frame.compact ? 22 : 8]);
  const band = scaleBand(rows.keys(), [2, frame.width - 2])
    .paddingInner(0.3)
    .paddingOuter(0.1);
  const wide = Math.min(band.bandwidth(), 120) / 2;
  const pairs = rows.map((row, i): BarPair => {
    const middle = (band(i) ?? 0) + band.bandwidth() / 2;
    return {
      row,
      real: { x: middle - wide, y: y(row.real), width: wide - 0.5, height: bottom - y(row.real) },
      synthetic: {
        x: middle + 0.5,
        y: y(row.synthetic),
        width: wide - 0.5,
        height: bottom - y(row.synthetic),
      },
      band: { x: middle - band.step() / 2, y: 0, width: band.step(), height: frame.height },
      label: labelled ? fitLabel(row.label, band.step()) : '',
      labelX: middle,
      labelY: frame.height - 7,
    };
  });
  return { horizontal: false, pairs, baseline: { x1: 2, x2: frame.width - 2, y1: bottom, y2: bottom } };
}

/** Marks of one overlay in a frame of `width` x `height` pixels. */
export function categoryMarks(overlay: CategoryOverlay, frame: Frame): CategoryMarks {
  if (frame.compact) {
    const rows = barRows(overlay, Math.floor(frame.width / 14));
    return standingBars(rows, frame, !wantsHorizontal(rows, frame.width));
  }
  const rows = barRows(overlay, Math.max(2, Math.floor((frame.height - 8) / MIN_ROW) - 1));
  return wantsHorizontal(rows, frame.width) ? lyingBars(rows, frame) : standingBars(rows, frame, true);
}

/** Index of the pair under a point, -1 outside. */
export function pairAt(marks: CategoryMarks, x: number, y: number): number {
  return marks.pairs.findIndex(({ band }) =>
    marks.horizontal ? y >= band.y && y < band.y + band.height : x >= band.x && x < band.x + band.width,
  );
}
