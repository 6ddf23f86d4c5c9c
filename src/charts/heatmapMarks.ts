/** Geometry of a square heatmap. Pure: cells of one colour become one path, so 300 columns stay a small drawing. */
import { levelOf, LEVELS } from './palette.ts';

export interface HeatLayout {
  readonly cell: number;
  /** Room for row labels on the left and column labels on top, in pixels; 0 without labels. */
  readonly labelRoom: number;
  readonly labelled: boolean;
  readonly size: number;
}

export interface LevelPath {
  readonly level: number;
  readonly path: string;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

const READABLE_CELL = 13; // pixels a 10 px label needs
const MOST_LABELLED = 80; // beyond this the map is a picture to point at, not a list to read

/** Cell size for `count` columns in `width` pixels; grows past `width` rather than losing readable labels. */
export function heatLayout(count: number, width: number, longestLabel: number): HeatLayout {
  const labelled = count <= MOST_LABELLED;
  const labelRoom = labelled ? Math.min(120, Math.max(28, longestLabel * 6.7 + 12), width * 0.34) : 0;
  const fit = (width - labelRoom) / Math.max(1, count);
  const cell = labelled ? Math.min(40, Math.max(READABLE_CELL, fit)) : Math.max(1, fit);
  return { cell, labelRoom, labelled, size: labelRoom + cell * count };
}

/** Whether three maps side by side in `width` pixels can carry their labels. */
export function fitsThree(count: number, width: number, longestLabel: number): boolean {
  const labelRoom = Math.min(120, Math.max(28, longestLabel * 6.7 + 12));
  return (width - labelRoom - 2 * 28) / 3 / Math.max(1, count) >= READABLE_CELL && width >= 720;
}

/** One path a colour level over row-major values on [-limit, limit]; neighbours in a row are joined. NaN is left out. */
export function levelPaths(
  values: readonly number[],
  count: number,
  cell: number,
  limit: number,
): LevelPath[] {
  const paths: string[] = Array.from({ length: LEVELS }, () => '');
  const at = (position: number): string => String(Math.round(position * 100) / 100);
  for (let row = 0; row < count; row++) {
    let start = 0;
    while (start < count) {
      const value = values[row * count + start];
      const level = Number.isNaN(value) ? -1 : levelOf(value, limit);
      let end = start + 1;
      while (end < count) {
        const next = values[row * count + end];
        if ((Number.isNaN(next) ? -1 : levelOf(next, limit)) !== level) break;
        end++;
      }
      if (level >= 0) {
        const run = at((end - start) * cell);
        paths[level] += `M${at(start * cell)} ${at(row * cell)}h${run}v${at(cell)}h-${run}z`;
      }
      start = end;
    }
  }
  return paths.map((path, level) => ({ level, path })).filter(({ path }) => path !== '');
}

/** A stroke through every cell, seen only where no colour covers it: cells without a value. Left out for large maps. */
export function heatGrid(count: number, cell: number): string {
  if (cell < 6) return '';
  let path = '';
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      path += `M${column * cell} ${(row + 1) * cell}l${cell}-${cell}`;
    }
  }
  return path;
}

/** Synthetic minus real, NaN where either is not defined. */
export function differences(real: readonly number[], synthetic: readonly number[]): number[] {
  return real.map((value, i) => synthetic[i] - value);
}

/** Symmetric range of a difference map: a tenth above its largest value, and never so narrow that noise glares. */
export function differenceLimit(values: readonly number[]): number {
  const most = values.reduce((worst, value) => (Math.abs(value) > worst ? Math.abs(value) : worst), 0);
  return Math.min(1, Math.max(0.1, Math.ceil(most * 10) / 10));
}

/** Cell under a point measured from the corner of the cells; null outside. */
export function cellAt(x: number, y: number, cell: number, count: number): Cell | null {
  const column = Math.floor(x / cell);
  const row = Math.floor(y / cell);
  return row >= 0 && row < count && column >= 0 && column < count ? { row, column } : null;
}

/** Where the arrow keys move; null for any other key. */
export function stepCell(cell: Cell, key: string, count: number): Cell | null {
  const within = (i: number): number => Math.max(0, Math.min(count - 1, i));
  switch (key) {
    case 'ArrowLeft':
      return { ...cell, column: within(cell.column - 1) };
    case 'ArrowRight':
      return { ...cell, column: within(cell.column + 1) };
    case 'ArrowUp':
      return { ...cell, row: within(cell.row - 1) };
    case 'ArrowDown':
      return { ...cell, row: within(cell.row + 1) };
    case 'Home':
      return { row: 0, column: 0 };
    case 'End':
      return { row: count - 1, column: count - 1 };
    default:
      return null;
  }
}
