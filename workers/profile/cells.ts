/**
 * Cells of a numeric column over the indices of its grid: cell i holds the indices starts[i] .. starts[i + 1] - 1, the
 * last one those up to `end`.
 */
export interface Cells {
  /** Ascending. */
  readonly starts: Float64Array;
  readonly end: number;
}

export const cellCount = ({ starts }: Cells): number => starts.length;
/** Grid indices in cell `i`. */
export const cellWidth = ({ starts, end }: Cells, i: number): number =>
  (i + 1 < starts.length ? starts[i + 1] : end + 1) - starts[i];

/** The cell of an index; indices beyond either end count with the outermost cell. */
export function cellOf({ starts }: Cells, index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle] <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many of the indices lie in each cell; NaN (missing) is counted in the one entry after the last cell. */
export function countCells(cells: Cells, indices: Float64Array): Float64Array {
  const counts = new Float64Array(cellCount(cells) + 1);
  for (const index of indices) counts[Number.isNaN(index) ? counts.length - 1 : cellOf(cells, index)]++;
  return counts;
}

/** One cell an index from `first` to `last`. */
export const singleCells = (first: number, last: number): Cells => ({
  starts: Float64Array.from({ length: last - first + 1 }, (_, i) => first + i),
  end: last,
});

/**
 * About `wanted` cells of equal mass over the span of `cells`, taking the mass inside a cell as spread evenly. An index
 * that has a cell to itself and at least half a new cell's mass keeps it.
 */
export function refined(cells: Cells, mass: Float64Array, wanted: number): Cells {
  const total = mass.reduce((sum, each) => sum + each, 0);
  const { starts, end } = cells;
  const first = starts[0];
  if (!(total > 0)) return evenCells(first, end, wanted);
  const cuts = new Set<number>([first, ...tailCuts(cells)]);
  const target = total / wanted;
  let before = 0;
  for (let i = 0; i < starts.length; i++) {
    const width = cellWidth(cells, i);
    if (width === 1 && mass[i] >= target / 2) cuts.add(starts[i]).add(starts[i] + 1);
    // Multiples of the target that fall inside this cell, or on its end.
    for (let cut = Math.floor(before / target) + 1; cut * target <= before + mass[i]; cut++) {
      const inside = (cut * target - before) / mass[i];
      cuts.add(starts[i] + Math.round(inside * width));
    }
    before += mass[i];
  }
  return { starts: Float64Array.from([...cuts].filter((cut) => cut <= end)).sort(), end };
}

/** Cells at either end are cut finer, so that the range can end where the values do. */
const tailParts = 8;

function tailCuts(cells: Cells): number[] {
  const last = cellCount(cells) - 1;
  return [0, last].flatMap((i) =>
    Array.from({ length: tailParts }, (_, part) =>
      Math.round(cells.starts[i] + (part / tailParts) * cellWidth(cells, i)),
    ),
  );
}

/** The cells from `from` to `to`, both included. */
export const cellsBetween = (cells: Cells, from: number, to: number): Cells => ({
  starts: cells.starts.slice(from, to + 1),
  end: cells.starts[to] + cellWidth(cells, to) - 1,
});

function evenCells(first: number, end: number, wanted: number): Cells {
  const count = Math.max(1, Math.min(wanted, end - first + 1));
  const starts = Float64Array.from({ length: count }, (_, i) =>
    Math.floor(first + (i * (end - first + 1)) / count),
  );
  return { starts, end };
}
